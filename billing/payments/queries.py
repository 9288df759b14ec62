"""Looking attempts and payments up, with or without the locks that moving them needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from billing.orders.models import Bill, Order
from billing.payments.models import Allocation, Attempt, Payment
from billing.payments.states import LIVE
from services.core.errors import NotFoundError
from services.core.money import Money

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session


def get_attempt(db: Session, *, reference: str) -> Attempt:
    """The attempt with this reference; raises NotFoundError."""
    return _found(find_attempt(db, reference=reference))


def find_attempt(
    db: Session,
    *,
    reference: str | None = None,
    provider_ref: str | None = None,
    intent_ref: str | None = None,
) -> Attempt | None:
    """The attempt with this reference, or of this page or payment at the provider."""
    wanted = (
        (Attempt.reference, reference),
        (Attempt.provider_ref, provider_ref),
        (Attempt.intent_ref, intent_ref),
    )
    for column, value in wanted:
        if value:
            return db.scalar(select(Attempt).where(column == value))
    return None


def lock_attempt(db: Session, *, reference: str) -> Attempt:
    """The attempt, with the order, the bill and itself locked, in this order as everywhere.

    Raises NotFoundError.
    """
    query = (
        select(Attempt)
        .join(Attempt.bill)
        .join(Bill.order)
        .where(Attempt.reference == reference)
        .options(contains_eager(Attempt.bill).contains_eager(Bill.order))
        # All that is joined is locked, and none of it changes whose it is: nothing is as before a wait.
        .with_for_update(of=(Order, Bill, Attempt))
        .execution_options(populate_existing=True)
    )
    attempt = db.scalar(query)
    if attempt is None:
        raise NotFoundError(kind="attempt", reference=reference)
    return attempt


def find_live_attempt(db: Session, *, bill_id: int) -> Attempt | None:
    """The bill's attempt that may still bring money, if there is one."""
    return db.scalar(select(Attempt).where(Attempt.bill_id == bill_id, Attempt.state.in_(LIVE)))


def has_live_attempt(db: Session, *, order: Order) -> bool:
    """Whether money may still come for the order: then nobody gives its time away."""
    return bool(list_live_attempts(db, order=order))


def list_live_attempts(db: Session, *, order: Order) -> Sequence[Attempt]:
    """The order's attempts that may still bring money: at most one for each of its bills."""
    return list_live_attempts_of(db, order_reference=order.reference)


def list_live_attempts_of(db: Session, *, order_reference: str) -> Sequence[Attempt]:
    """The same of the order with this reference; none for an unknown one."""
    query = select(Attempt).join(Attempt.bill).join(Bill.order).where(Order.reference == order_reference)
    return db.scalars(query.where(Attempt.state.in_(LIVE)).order_by(Attempt.id)).all()


def list_attempts(db: Session, *, order: Order) -> Sequence[Attempt]:
    """Every attempt to pay for the order, the newest first."""
    query = select(Attempt).join(Attempt.bill).where(Bill.order_id == order.id)
    return db.scalars(query.options(joinedload(Attempt.bill)).order_by(Attempt.id.desc())).all()


def list_payments(db: Session, *, order: Order) -> Sequence[Payment]:
    """All money that came for the order, applied or not, the oldest first."""
    query = select(Payment).join(Payment.attempt).join(Attempt.bill).where(Bill.order_id == order.id)
    return db.scalars(query.order_by(Payment.id)).all()


def list_due_attempts(db: Session, *, now: datetime, limit: int) -> Sequence[str]:
    """References of the attempts that the poll must look at, the longest due first."""
    query = select(Attempt.reference).where(Attempt.next_check_at <= now)
    return db.scalars(query.order_by(Attempt.next_check_at).limit(limit)).all()


def open_amount(db: Session, *, bill: Bill) -> Money:
    """What of the bill is still to be paid; never negative."""
    query = select(func.coalesce(func.sum(Allocation.amount_minor), 0)).where(Allocation.bill_id == bill.id)
    put = int(db.scalar(query) or 0)
    return Money(max(bill.total_minor - put, 0), bill.total_currency)


def _found(attempt: Attempt | None) -> Attempt:
    if attempt is None:
        raise NotFoundError(kind="attempt")
    return attempt
