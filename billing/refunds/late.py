"""Money whose time is gone goes back: when the customer asks for it, or has said nothing for some days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.orders import expire, get_order, settle_attention
from billing.payments.aside import GONE
from billing.payments.errors import ChoiceOverError
from billing.payments.late import late_payment
from billing.refunds.commands import refund_surplus

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from billing.orders.models import Order


def take_money_back(db: Session, *, order: Order, now: datetime) -> None:
    """Give a locked order's late money back because the customer wants it; raises ChoiceOverError."""
    if order.attention != GONE or order.choose_until is None:
        raise ChoiceOverError(order=order.reference)
    _give_back(db, order, actor="customer", now=now)


def give_back_late(db: Session, *, order_reference: str, now: datetime) -> bool:
    """Give late money back once the days to choose are over; True if this call did it.

    Safe to run twice, and too early. What a person has looked at meanwhile stays as he left it.
    """
    order = get_order(db, reference=order_reference, lock=True)
    if order.attention != GONE or order.choose_until is None or now < order.choose_until:
        return False
    _give_back(db, order, actor="system", now=now)
    return True


def _give_back(db: Session, order: Order, *, actor: str, now: datetime) -> None:
    order.choose_until = None
    settle_attention(db, order=order, actor=actor, now=now)
    payment = late_payment(db, order=order)
    if payment is not None:
        reference = payment.reference
        refund_surplus(db, payment_reference=reference, order=order, reason="slot_gone", actor=actor, now=now)
    expire(db, order=order, now=now)
