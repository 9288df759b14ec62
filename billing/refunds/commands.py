"""Asking for money to go back, and saying yes to it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from billing.payments.aside import about
from billing.payments.late import order_of_late
from billing.payments.models import Payment
from billing.payments.queries import list_payments, order_of
from billing.refunds.booking import post_approved
from billing.refunds.errors import NotEnoughCapturedError, OneApproverError
from billing.refunds.freeing import free_for
from billing.refunds.models import Refund
from billing.refunds.queries import asked_back, lock_refund, lock_source, refundable
from billing.refunds.states import REFUND
from billing.tasks import close_about, open_task
from services.core.errors import NotFoundError
from services.core.jobs import defer
from services.core.references import new_reference
from services.core.states import IllegalMoveError

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from billing.orders.models import Order
    from services.core.money import Money

APPROVED_BY_RULE = 100_000_00
"""Up to this many minor units of a payment, all parts together, the rule approves; above, a second person."""
_UNTIL_CHECKED = timedelta(minutes=5)


def request_refund(
    db: Session, *, order: Order, amount: Money, reason: str, actor: str, now: datetime
) -> list[Refund]:
    """Give back `amount` of what came for the order, out of its payments, the oldest first.

    Each part is a refund of its own; those up to the limit are approved by the rule that asks
    for them and submitted by a job. `actor` as in the audit log. Nothing is refunded for a zero
    amount. Raises NotEnoughCapturedError when less is left than is asked.
    """
    parts = []
    rest = amount
    for payment in list_payments(db, order=order):
        lock_source(db, payment=payment, order=order)
        left = refundable(db, payment=payment, order=order)
        if left.currency == rest.currency and left and rest:
            parts.append((payment, min(left, rest)))
            rest -= min(left, rest)
    if rest:
        raise NotEnoughCapturedError(order=order.reference, asked=amount.minor, left=(amount - rest).minor)
    return [_request(db, payment, order, part, why=reason, actor=actor, now=now) for payment, part in parts]


def refund_surplus(
    db: Session,
    *,
    payment_reference: str,
    order: Order | None = None,
    reason: str = "surplus",
    actor: str = "system",
    now: datetime,
) -> Refund | None:
    """Give back all of a payment that is put to no bill; None when nothing is.

    `order` is whose money it is, if its bills don't say so. The task that the payment came with is
    closed: the refund's own state is watched instead.
    """
    payment = db.scalar(select(Payment).where(Payment.reference == payment_reference))
    if payment is None:
        raise NotFoundError(kind="payment", reference=payment_reference)
    order = order or order_of(payment) or order_of_late(db, payment=payment)
    lock_source(db, payment=payment, order=order)
    left = refundable(db, payment=payment)
    if not left:
        return None
    refund = _request(db, payment, order, left, why=reason, actor=actor, now=now)
    if refund.state == "approved":
        close_about(db, about=about(payment), actor="system", note=f"refund:{refund.reference}", now=now)
    return refund


def _request(
    db: Session,
    payment: Payment,
    order: Order | None,
    amount: Money,
    *,
    why: str,
    actor: str,
    now: datetime,
) -> Refund:
    reference = new_reference("R")
    before = asked_back(db, payment=payment)
    refund = Refund(
        reference=reference,
        payment=payment,
        order=order,
        way="provider" if payment.attempt_id is not None else "bank_transfer",
        amount_minor=amount.minor,
        amount_currency=amount.currency,
        reason=why,
        state="requested",
        key=f"refund-{reference}",
        requested_by=actor,
        requested_at=now,
    )
    db.add(refund)
    db.flush()
    if before + amount.minor <= APPROVED_BY_RULE:
        _approve(db, refund, actor="system", now=now)
    else:
        facts = {"refund": reference, "minor": amount.minor, "currency": amount.currency}
        open_task(
            db,
            kind="refund_to_approve",
            subject=f"order:{order.reference}" if order is not None else f"payment:{payment.reference}",
            facts=facts,
            about=f"approve {reference}",
            now=now,
        )
    return refund


def approve_refund(db: Session, *, refund: Refund, actor: str, now: datetime) -> None:
    """Say yes as a second person to a refund above the limit.

    Raises OneApproverError, and IllegalMoveError for one that somebody has answered already.
    """
    if actor == refund.requested_by:
        raise OneApproverError(refund=refund.reference)
    refund = lock_refund(db, reference=refund.reference)
    if not REFUND.allows(refund.state, "approve"):
        raise IllegalMoveError(kind="refund", reference=refund.reference, state=refund.state, verb="approve")
    _approve(db, refund, actor=actor, now=now)
    close_about(db, about=f"approve {refund.reference}", actor=actor, note="approved", now=now)


def _approve(db: Session, refund: Refund, *, actor: str, now: datetime) -> None:
    """Say yes: the money leaves its bills, and waits for the provider or for our payment order."""
    free_for(db, refund=refund, actor=actor, now=now)
    refund.approved_by, refund.approved_at = actor, now
    by_provider = refund.way == "provider"
    refund.next_check_at = now + _UNTIL_CHECKED if by_provider else None
    REFUND.move(db, refund, "approve", actor=actor, now=now)
    db.flush()
    post_approved(db, refund, now=now)
    if not by_provider:
        return
    defer(
        db,
        "submit_refund",
        queue="paid",
        lock=f"submit_refund {refund.reference}",
        refund=refund.reference,
    )
