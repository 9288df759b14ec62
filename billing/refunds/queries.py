"""Looking refunds up, and what is left to give back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from billing.orders.models import Bill, Order
from billing.orders.queries import get_order_by_id
from billing.payments.models import Allocation, Payment
from billing.payments.queries import list_payments, lock_attempt, lock_payment
from billing.refunds.models import Refund
from billing.refunds.states import LIVE
from services.core.errors import NotFoundError
from services.core.money import Money

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session


def get_refund(db: Session, *, reference: str) -> Refund:
    """The refund with this reference; raises NotFoundError."""
    refund = db.scalar(select(Refund).where(Refund.reference == reference))
    if refund is None:
        raise NotFoundError(kind="refund", reference=reference)
    return refund


def find_refund(db: Session, *, provider_ref: str) -> Refund | None:
    """The refund with this id at the provider, if it is one of ours."""
    return db.scalar(select(Refund).where(Refund.provider_ref == provider_ref))


def lock_refund(db: Session, *, reference: str) -> Refund:
    """The refund with its order, payment and itself locked; raises NotFoundError."""
    refund = get_refund(db, reference=reference)
    lock_source(db, payment=refund.payment, order=refund.order)
    query = select(Refund).where(Refund.id == refund.id).with_for_update()
    return db.scalars(query.execution_options(populate_existing=True)).one()


def lock_source(db: Session, *, payment: Payment, order: Order | None) -> None:
    """Lock what a refund of this payment may take money from: order, bill and attempt, payment."""
    if payment.attempt is not None:
        lock_attempt(db, reference=payment.attempt.reference)
    elif order is not None:
        get_order_by_id(db, order_id=order.id, lock=True)
    lock_payment(db, payment=payment)


def refundable(db: Session, *, payment: Payment, order: Order | None = None) -> Money:
    """What is left of a payment for `order`: all but what went back and what other orders have of it.

    Without an order, what is put to no bill at all. True only while the payment is locked.
    """
    left = payment.amount_minor - asked_back(db, payment=payment) - _put_elsewhere(db, payment, order)
    return Money(max(left, 0), payment.amount_currency)


def asked_back(db: Session, *, payment: Payment) -> int:
    """How much of a payment has gone back, is on its way, or was asked back; minor units."""
    query = select(func.coalesce(func.sum(Refund.amount_minor), 0))
    return int(db.scalar(query.where(Refund.payment_id == payment.id, Refund.state.in_(LIVE))) or 0)


def _put_elsewhere(db: Session, payment: Payment, order: Order | None) -> int:
    query = select(func.coalesce(func.sum(Allocation.amount_minor), 0)).join(
        Bill, Bill.id == Allocation.bill_id
    )
    query = query.where(Allocation.payment_id == payment.id)
    if order is not None:
        query = query.where(Bill.order_id != order.id)
    return int(db.scalar(query) or 0)


def left_of(db: Session, *, order: Order) -> Money:
    """What is left in the order's currency of all that came for it; true while the order is locked."""
    parts = (refundable(db, payment=payment, order=order) for payment in list_payments(db, order=order))
    return sum((one for one in parts if one.currency == order.currency), Money.zero(order.currency))


def list_refunds(db: Session, *, order: Order) -> Sequence[Refund]:
    """The order's refunds, the oldest first."""
    return db.scalars(select(Refund).where(Refund.order_id == order.id).order_by(Refund.id)).all()


def list_due_refunds(db: Session, *, now: datetime, limit: int) -> Sequence[str]:
    """References of the refunds that the poll must look at, the longest due first."""
    query = select(Refund.reference).where(Refund.next_check_at <= now)
    return db.scalars(query.order_by(Refund.next_check_at).limit(limit)).all()
