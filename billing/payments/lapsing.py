"""Giving up an order whose time is over, unless its money may still be on its way."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from billing.invoices import expire_invoiced
from billing.orders import find_order_of, get_order_by_id, need_attention
from billing.orders.models import Order
from billing.payments.errors import ProviderError
from billing.payments.ordering import close_order
from billing.payments.queries import has_live_attempt, is_paid_in_part
from billing.tasks import open_task
from services import sessions
from services.sessions.models import RemoteSession

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.orm import Session, sessionmaker


_LOOK_AGAIN = timedelta(minutes=2)


def look_at_lapsed(db: Session, *, now: datetime) -> int:
    """Queue a look at each hold whose time is over; gives how many there are.

    What has `attention` is a person's to decide: nobody looks at it before. The desk's own holds are
    none of ours.
    """
    query = sessions.lapsed_holds(now).outerjoin(Order, Order.session_id == RemoteSession.id)
    lapsed = db.scalars(query.where(RemoteSession.basis != "support", Order.attention.is_(None))).all()
    for session_id in lapsed:
        sessions.queue_look(db, "paid", session_id=session_id)
    return len(lapsed)


def close_lapsed_pages(
    db_sessions: sessionmaker[Session], *, session_id: int, clock: Callable[[], datetime]
) -> None:
    """Close the open pages of an order whose time is over, so that nobody pays for nothing.

    A page that turns out to be paid confirms the order in here. What the provider doesn't
    answer is left to the next look. Commits by itself.
    """
    with db_sessions() as db:
        session = sessions.get_session_by_id(db, session_id=session_id)
        order = find_order_of(db, session=session)
        if order is None or sessions.is_held(session, now=clock()):
            return
        reference, waits = order.reference, order.state == "awaiting_payment"
    if waits:
        with suppress(ProviderError):
            close_order(db_sessions, order_reference=reference, clock=clock)


def let_lapse(db: Session, *, session_id: int, now: datetime) -> bool:
    """End the order of a session whose hold is over; True when this call did it.

    While an attempt to pay is alive the order waits for it: the time is free for others
    already, and late money takes it again or finds a person. An order that was paid in part is a
    person's to decide. Safe to run twice.
    """
    session = sessions.get_session_by_id(db, session_id=session_id)
    found = find_order_of(db, session=session)
    if found is None:
        return sessions.expire_hold(db, session_id=session_id, now=now)
    order = get_order_by_id(db, order_id=found.id, lock=True)
    if order.state not in {"draft", "awaiting_payment"} or order.attention is not None:
        return False
    if sessions.is_held(order.session, now=now):
        return False
    if has_live_attempt(db, order=order):
        sessions.queue_look(db, "paid", session_id=session_id, at=now + _LOOK_AGAIN)
        return False
    if is_paid_in_part(db, order=order):
        _ask_about_part(db, order, now=now)
        return False
    return expire_invoiced(db, order=order, now=now)


def _ask_about_part(db: Session, order: Order, *, now: datetime) -> None:
    need_attention(db, order=order, reason="paid_in_part", now=now)
    facts = {"session": order.session.reference}
    open_task(db, kind="paid_in_part", subject=f"order:{order.reference}", facts=facts, now=now)
