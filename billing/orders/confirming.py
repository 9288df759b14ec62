"""Money has covered the main bill: the time becomes the customer's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.orders.deadlines import last_moment
from billing.orders.errors import OrderEndedError, SlotGoneError
from billing.orders.letters import send_confirmation
from billing.orders.states import BILL, ORDER
from services import sessions
from services.core.audit import record
from services.core.states import IllegalMoveError
from services.scheduling import SlotNotOfferedError, SlotTakenError
from services.sessions import HoldLapsedError

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from billing.orders.models import Bill, Order


def confirm_paid(db: Session, *, order: Order, bill: Bill, actor: str = "provider", now: datetime) -> Order:
    """Book the order's time because `bill`, its main one, is covered in full.

    Both rows are locked by the caller, the order first. Confirming twice changes nothing. Late
    money takes the time again if it is still free. Raises SlotGoneError when it isn't,
    OrderEndedError when the order was cancelled: the order then carries its attention, and
    the caller owes the money a place.
    """
    if order.state in {"confirmed", "completed", "closed"}:
        return order
    if order.state == "cancelled":
        need_attention(db, order=order, reason="paid_after_cancelling", now=now)
        raise OrderEndedError(reference=order.reference)
    specialist = _book(db, order, actor=actor, now=now)
    if bill.state == "void":
        BILL.move(db, bill, "reopen", actor=actor, now=now)
    if bill.state == "open":
        BILL.move(db, bill, "cover", actor=actor, now=now)
    order.confirmed_at = now
    ORDER.move(db, order, "confirm", actor=actor, now=now)
    db.flush()
    send_confirmation(db, order=order, bill=bill, specialist=specialist, now=now)
    return order


def confirm_on_trust(
    db: Session, *, order: Order, bill: Bill, reason: str, due_on: date, actor: str, now: datetime
) -> Order:
    """Book the order's time before its money is there; the bill stays open and is due on `due_on`.

    `reason` is a code, `due_on` the seller's date. Both rows are locked by the caller, the order
    first. Raises SlotGoneError when the time isn't free any more, IllegalMoveError for an order
    that waits for no payment.
    """
    if order.state != "awaiting_payment":
        raise IllegalMoveError(kind="order", reference=order.reference, state=order.state, verb="confirm")
    specialist = _book(db, order, actor=actor, paid=False, now=now)
    order.credit_reason, order.credit_due_on, order.confirmed_at = reason, due_on, now
    bill.due_at = last_moment(due_on, order.seller.zone)
    ORDER.move(db, order, "confirm", actor=actor, now=now)
    db.flush()
    send_confirmation(db, order=order, bill=bill, specialist=specialist, now=now)
    return order


def _book(db: Session, order: Order, *, actor: str, paid: bool = True, now: datetime) -> str:
    """Book the order's time; gives the name of who does the session."""
    try:
        with db.begin_nested():
            session = sessions.lock_session(db, session_id=order.session_id)
            if not sessions.is_held(session, now=now):
                # The same session, or another that is written here: locked either way.
                session = sessions.hold_again(db, session=session, now=now)
            order.session = session
            db.flush()
            return sessions.confirm_locked(db, session=session, actor=actor, now=now)[0].name
    except (SlotTakenError, SlotNotOfferedError, HoldLapsedError) as gone:
        if paid:
            need_attention(db, order=order, reason="paid_after_time_was_gone", now=now)
        raise SlotGoneError(reference=order.reference) from gone


def need_attention(db: Session, *, order: Order, reason: str, now: datetime) -> None:
    """Flag the order for a person; automatic steps leave it alone until the flag is gone."""
    order.attention = reason
    record(
        db,
        actor="system",
        verb="order.attention",
        subject=f"order:{order.reference}",
        after={"reason": reason},
        now=now,
    )
    db.flush()
