"""Looking attempts and payments up, with or without the locks that moving them needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import contains_eager, joinedload

from billing.orders.models import Bill, Order
from billing.orders.queries import find_main_bill
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
        # The seller along: money is booked by his date.
        .options(contains_eager(Attempt.bill).contains_eager(Bill.order).joinedload(Order.seller))
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
    """All money that came for the order, applied or not, the oldest first.

    By its attempts, and what was put to one of its bills, also if it was taken off again.
    """
    bills = select(Bill.id).where(Bill.order_id == order.id)
    by_card = select(Attempt.id).where(Attempt.bill_id.in_(bills))
    put = select(Allocation.payment_id).where(Allocation.bill_id.in_(bills))
    query = select(Payment).where(or_(Payment.attempt_id.in_(by_card), Payment.id.in_(put)))
    return db.scalars(query.order_by(Payment.id)).all()


def get_payment(db: Session, *, payment_id: int) -> Payment:
    """The payment with this id; raises NotFoundError."""
    payment = db.get(Payment, payment_id)
    if payment is None:
        raise NotFoundError(kind="payment")
    return payment


def order_of(payment: Payment) -> Order | None:
    """Whose payment page the money came through; None for what came by bank."""
    return payment.attempt.bill.order if payment.attempt is not None else None


def lock_payment(db: Session, *, payment: Payment) -> None:
    """Keep others from giving the same money away; order, bill and attempt come first."""
    db.execute(select(func.billing.lock_payment(payment.id)))


def unapplied(db: Session, *, payment: Payment) -> Money:
    """What of a locked payment is neither put to a bill nor asked back; never negative."""
    put = select(func.coalesce(func.sum(Allocation.amount_minor), 0))
    free = payment.amount_minor - int(db.scalar(put.where(Allocation.payment_id == payment.id)) or 0)
    return Money(max(free - _asked_back(db, payment), 0), payment.amount_currency)


def _asked_back(db: Session, payment: Payment) -> int:
    # Refunds stand above payments, and have no model here.
    query = text(
        "SELECT coalesce(sum(amount_minor), 0) FROM billing.refund WHERE payment_id = :id"
        " AND state IN ('requested', 'approved', 'submitted', 'pending', 'succeeded')"
    )
    db.flush()
    return int(db.scalar(query, {"id": payment.id}) or 0)


def list_standing(
    db: Session, *, bill: Bill | None = None, payment: Payment | None = None
) -> Sequence[Allocation]:
    """What is put to a bill, or of a payment, and was not taken back; the newest first."""
    taken_back = select(Allocation.reverses_id).where(Allocation.reverses_id.is_not(None))
    query = select(Allocation).where(Allocation.reverses_id.is_(None), Allocation.id.not_in(taken_back))
    if bill is not None:
        query = query.where(Allocation.bill_id == bill.id)
    if payment is not None:
        query = query.where(Allocation.payment_id == payment.id)
    return db.scalars(query.order_by(Allocation.id.desc())).all()


def list_due_attempts(db: Session, *, now: datetime, limit: int) -> Sequence[str]:
    """References of the attempts that the poll must look at, the longest due first."""
    query = select(Attempt.reference).where(Attempt.next_check_at <= now)
    return db.scalars(query.order_by(Attempt.next_check_at).limit(limit)).all()


def open_amount(db: Session, *, bill: Bill) -> Money:
    """What of the bill is still to be paid, without what the customer was let off; never negative."""
    query = select(func.coalesce(func.sum(Allocation.amount_minor), 0)).where(Allocation.bill_id == bill.id)
    put = int(db.scalar(query) or 0)
    return Money(max(bill.payable.minor - put, 0), bill.total_currency)


def is_paid_in_part(db: Session, *, order: Order) -> bool:
    """Whether money was put to an open main bill that doesn't cover it: a person ends such an order."""
    bill = find_main_bill(order)
    return bill is not None and bill.state == "open" and open_amount(db, bill=bill) != bill.payable


def _found(attempt: Attempt | None) -> Attempt:
    if attempt is None:
        raise NotFoundError(kind="attempt")
    return attempt
