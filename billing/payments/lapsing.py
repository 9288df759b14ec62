"""Giving up an order whose time is over, unless its money may still be on its way."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from billing.orders import expire, find_order_of, get_order_by_id
from billing.payments.queries import has_live_attempt
from services import sessions
from services.core.jobs import defer

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

_LOOK_AGAIN = timedelta(minutes=2)


def let_lapse(db: Session, *, session_id: int, now: datetime) -> bool:
    """End the order of a session whose hold is over; True when this call did it.

    While an attempt to pay is alive the order waits for it: the time is free for others
    already, and late money takes it again or finds a person. Safe to run twice.
    """
    session = sessions.get_session_by_id(db, session_id=session_id)
    found = find_order_of(db, session=session)
    if found is None:
        return sessions.expire_hold(db, session_id=session_id, now=now)
    order = get_order_by_id(db, order_id=found.id, lock=True)
    if order.state not in {"draft", "awaiting_payment"} or order.attention is not None:
        return False
    if sessions.is_held(order.session, now=now):
        _look_again(db, session_id, at=sessions.held_until(order.session))
        return False
    if has_live_attempt(db, order=order):
        _look_again(db, session_id, at=now + _LOOK_AGAIN)
        return False
    return expire(db, order=order, now=now)


def _look_again(db: Session, session_id: int, *, at: datetime) -> None:
    defer(
        db,
        "expire_hold",
        queue="paid",
        lock=f"expire_hold:{session_id}",
        at=at,
        session_id=session_id,
    )
