"""Since when somebody is a customer of paid sessions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from billing.orders.models import Order
from services.people.models import Person

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class FirstConfirmed:
    """When the first order was confirmed, by organisation and by e-mail address in small letters."""

    by_organisation: Mapping[int, datetime]
    by_email: Mapping[str, datetime]

    def is_before(self, at: datetime, *, organisation_id: int | None, email: str) -> bool:
        """Whether this organisation or this address had an order confirmed before `at`."""
        moments = (self.by_organisation.get(organisation_id or 0), self.by_email.get(email.lower()))
        return any(moment is not None and moment < at for moment in moments)


def first_confirmed(db: Session) -> FirstConfirmed:
    """The first confirmed order of everybody who has had one, whatever became of it later."""
    first = func.min(Order.confirmed_at)
    confirmed = Order.confirmed_at.is_not(None)
    email = func.lower(Person.email)
    companies = select(Order.organisation_id, first).where(confirmed, Order.organisation_id.is_not(None))
    people = select(email, first).join(Order, Order.person_id == Person.id).where(confirmed)
    by_organisation: Iterable[Any] = db.execute(companies.group_by(Order.organisation_id))
    by_email: Iterable[Any] = db.execute(people.group_by(email))
    return FirstConfirmed(dict(iter(by_organisation)), dict(iter(by_email)))
