"""When a seller's office works: what deadlines of business days and its letters go by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.core.production_years import load_business_calendar

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from billing.sellers.models import Seller
    from services.core.business_time import BusinessCalendar

_WEEKDAYS = range(5)


def office_calendar(db: Session, *, seller: Seller) -> BusinessCalendar:
    """The seller's working time: his hours from Monday to Friday, and the odd dates of his country."""
    return load_business_calendar(
        db,
        country=seller.organisation.country,
        zone=seller.zone,
        windows=[(weekday, seller.opens_minute, seller.closes_minute) for weekday in _WEEKDAYS],
    )
