"""Looking refunds up, and what is left to give back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from billing.orders.models import Bill, Order
from billing.payments.models import Attempt, Payment
from billing.payments.queries import list_payments, lock_attempt
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
    """The refund with its bill, order, attempt and itself locked; raises NotFoundError."""
    refund = get_refund(db, reference=reference)
    lock_attempt(db, reference=refund.payment.attempt.reference)
    query = select(Refund).where(Refund.id == refund.id).with_for_update()
    return db.scalars(query.execution_options(populate_existing=True)).one()


def refundable(db: Session, *, payment: Payment) -> Money:
    """What is left of a payment; true only while its attempt is locked."""
    query = select(func.coalesce(func.sum(Refund.amount_minor), 0))
    back = db.scalar(query.where(Refund.payment_id == payment.id, Refund.state.in_(LIVE)))
    return Money(payment.amount_minor - int(back or 0), payment.amount_currency)


def left_of(db: Session, *, order: Order) -> Money:
    """What is left in the order's currency of all that came for it; true while the order is locked."""
    parts = (refundable(db, payment=payment) for payment in list_payments(db, order=order))
    return sum((one for one in parts if one.currency == order.currency), Money.zero(order.currency))


def list_refunds(db: Session, *, order: Order) -> Sequence[Refund]:
    """The order's refunds, the oldest first."""
    query = select(Refund).join(Refund.payment).join(Payment.attempt).join(Attempt.bill)
    return db.scalars(query.where(Bill.order_id == order.id).order_by(Refund.id)).all()


def list_due_refunds(db: Session, *, now: datetime, limit: int) -> Sequence[str]:
    """References of the refunds that the poll must look at, the longest due first."""
    query = select(Refund.reference).where(Refund.next_check_at <= now)
    return db.scalars(query.order_by(Refund.next_check_at).limit(limit)).all()
