"""The price of a time, and the list it comes from."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from billing.prices.errors import NoPriceError
from billing.prices.models import Price, PriceList
from billing.prices.quote import quote
from billing.prices.working import WorkingTime
from billing.sellers import vat_on
from services.core.production_days import list_days

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from billing.prices.ladder import Policy
    from billing.prices.quote import Quote
    from billing.sellers.models import Seller
    from services.catalogue.models import Service

_AHEAD = timedelta(days=45)
"""How far the calendar is read beyond now: longer than any holidays, for urgent starts."""


def local_date(seller: Seller, at: datetime) -> date:
    """The date on the seller's wall clock at `at`."""
    return at.astimezone(ZoneInfo(seller.zone)).date()


def find_list(db: Session, *, seller: Seller, on: date) -> PriceList | None:
    """The seller's list in force on a date of his zone, with all its rows; one statement."""
    # The few prices times the few factors are still fewer rows than two more round trips.
    query = (
        select(PriceList)
        .options(joinedload(PriceList.prices), joinedload(PriceList.factors))
        .where(PriceList.seller_id == seller.id, PriceList.valid_from_on <= on)
        .order_by(PriceList.valid_from_on.desc(), PriceList.id.desc())
        .limit(1)
    )
    return db.scalars(query).unique().first()


def list_lists(db: Session, *, seller: Seller) -> Sequence[PriceList]:
    """All lists of the seller, those of the future and the newest first."""
    return db.scalars(
        select(PriceList)
        .options(selectinload(PriceList.prices), selectinload(PriceList.factors))
        .where(PriceList.seller_id == seller.id)
        .order_by(PriceList.valid_from_on.desc(), PriceList.id.desc())
    ).all()


def get_price(db: Session, *, seller: Seller, service: Service, on: date) -> Price:
    """What the seller asks for `service` on the day of ordering; raises NoPriceError."""
    known = find_list(db, seller=seller, on=on)
    for row in [] if known is None else known.prices:
        # Of the list as loaded here: the row then keeps it, instead of asking for it again.
        if row.price_list is known and row.service_id == service.id:
            return row
    raise NoPriceError(service=service.slug, seller=seller.code, on=on)


def quote_for(db: Session, *, service: Service, seller: Seller, start: datetime, now: datetime) -> Quote:
    """The price of `service` from `start`, chosen at `now` (both aware), with its explanation.

    Prices are those in force when the time is chosen; the tax is that of the day of supply.
    Raises NoPriceError, NoStepPriceError, NoVatRateError.
    """
    price, _policy = terms_for(db, service=service, seller=seller, start=start, now=now)
    return price


def terms_for(
    db: Session, *, service: Service, seller: Seller, start: datetime, now: datetime
) -> tuple[Quote, Policy]:
    """The price as `quote_for` gives it, and the cancellation policy in force: both of one list."""
    row = get_price(db, seller=seller, service=service, on=local_date(seller, now))
    price = quote(
        row.unit_price,
        service_name=service.name,
        minutes=service.minutes,
        start=start,
        now=now,
        vat=vat_on(db, seller=seller, day=local_date(seller, start)),
        inclusive=seller.prices_include_vat,
        working=working_time(db, seller=seller, around=(now, start)),
    )
    return price, row.price_list.ladder_policy


def policy_for(db: Session, *, seller: Seller, now: datetime) -> Policy:
    """The cancellation policy in force; raises NoPriceError when the seller has no list."""
    on = local_date(seller, now)
    known = find_list(db, seller=seller, on=on)
    if known is None:
        raise NoPriceError(seller=seller.code, on=on)
    return known.ladder_policy


def working_time(db: Session, *, seller: Seller, around: Sequence[datetime]) -> WorkingTime:
    """The seller's office hours with the odd dates of his country around these moments."""
    first = min(local_date(seller, at) for at in around)
    last = max(local_date(seller, at) for at in around) + _AHEAD
    return WorkingTime(
        zone=seller.zone,
        opens=seller.opens_minute,
        closes=seller.closes_minute,
        days=list_days(db, country=seller.organisation.country, first=first, last=last),
    )
