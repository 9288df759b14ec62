"""Money that came when its time was gone: for some days the customer chooses what becomes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from billing import prices
from billing.orders import find_main_bill, reduce_bill
from billing.orders.models import Order
from billing.payments.applying import lock_bill, put_to_bill
from billing.payments.aside import GONE, about
from billing.payments.errors import ChoiceOverError, DearerTimeError
from billing.payments.models import Payment
from billing.payments.queries import lock_payment, unapplied
from billing.tasks import close_about
from services import sessions
from services.core.audit import record
from services.core.jobs import defer

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from billing.orders.models import Bill


def may_choose(order: Order, *, now: datetime) -> bool:
    """Whether money of the order lies here without a time, and the customer may still say what he wants."""
    return order.attention == GONE and order.choose_until is not None and now < order.choose_until


def take_new_time(db: Session, *, order: Order, start_at: datetime, zone: str, now: datetime) -> Order:
    """Book another time (aware, UTC) of the locked order's service with the money that came late.

    One that costs less gives the difference back. `zone` (IANA) is the customer's. Raises
    ChoiceOverError, DearerTimeError, SlotTakenError, SlotNotOfferedError.
    """
    bill = _bill_of(db, order, now=now)
    payment = _payment_of(db, order, bill)
    price = prices.quote_for(db, service=order.service, seller=order.seller, start=start_at, now=now)
    if price.gross > bill.payable:
        raise DearerTimeError(price.gross, order=order.reference)
    order.session = sessions.hold_again(db, session=order.session, start=start_at, zone=zone, now=now)
    less = bill.payable - price.gross
    if less:
        reduce_bill(db, bill=bill, amount=less, actor="customer", now=now)
        defer(
            db, "refund_surplus", queue="paid",
            lock=f"refund_surplus {payment.reference}", payment=payment.reference,
        )  # fmt: skip
    order.attention, order.choose_until, order.zone, order.price = None, None, zone, price.to_json()
    db.flush()
    put_to_bill(db, payment=payment, bill=bill, amount=price.gross, actor="customer", now=now)
    close_about(db, about=about(payment), actor="customer", note="new time", now=now)
    facts = {"session": order.session.reference}
    record(
        db, actor="customer", verb="order.take_new_time", subject=f"order:{order.reference}",
        after=facts, now=now,
    )  # fmt: skip
    return order


def _bill_of(db: Session, order: Order, *, now: datetime) -> Bill:
    bill = find_main_bill(order)
    if bill is None or not may_choose(order, now=now):
        raise ChoiceOverError(order=order.reference)
    return lock_bill(db, bill_id=bill.id)


def late_payment(db: Session, *, order: Order) -> Payment | None:
    """The money that came for the order when its time was gone, if any did."""
    return db.get(Payment, order.late_payment_id) if order.late_payment_id is not None else None


def order_of_late(db: Session, *, payment: Payment) -> Order | None:
    """The order that this money came too late for, if it did."""
    return db.scalar(select(Order).where(Order.late_payment_id == payment.id))


def _payment_of(db: Session, order: Order, bill: Bill) -> Payment:
    """The money that came late; it has to be there in full still."""
    payment = late_payment(db, order=order)
    if payment is not None:
        lock_payment(db, payment=payment)
        if unapplied(db, payment=payment) >= bill.payable:
            return payment
    raise ChoiceOverError(order=order.reference)
