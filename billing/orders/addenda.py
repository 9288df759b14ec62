"""Further time that a customer agreed to and hasn't paid: before it is, he orders nothing new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import aliased

from billing.orders.errors import UnpaidAddendumError
from billing.orders.models import Bill, Order
from services.people.models import Person

if TYPE_CHECKING:
    from sqlalchemy import Exists
    from sqlalchemy.orm import Session


def has_unpaid_addendum(order: Order) -> Exists:
    """A condition: whether who orders, by his address, or his company has an open addendum bill."""
    earlier, person = aliased(Order), aliased(Person)
    query = (
        exists()
        .where(Bill.order_id == earlier.id, Bill.kind == "addendum", Bill.state == "open")
        .where(earlier.person_id == person.id, earlier.id != order.id)
    )
    email = order.person.email if order.person is not None else None
    theirs = [func.lower(person.email) == (email or "").lower()]
    if order.organisation_id is not None:
        theirs.append(earlier.organisation_id == order.organisation_id)
    return query.where(or_(*theirs))


def refuse_unpaid_addendum(db: Session, *, order: Order) -> None:
    """Pass silently unless an earlier session's further time is unpaid; raises UnpaidAddendumError."""
    if db.scalar(select(has_unpaid_addendum(order))):
        raise UnpaidAddendumError("unpaid_addendum", field="method")
