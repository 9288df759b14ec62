"""What a delivered session means for the order it was sold by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.orders.queries import find_order_of, get_order_by_id
from billing.orders.states import ORDER
from services import sessions

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def complete_delivered(db: Session, *, session_id: int, now: datetime) -> bool:
    """Complete the confirmed order of a delivered session; True if this call did it.

    Safe to run twice, and for sessions that nobody sold. Raises SessionNotFoundError.
    """
    session = sessions.get_session_by_id(db, session_id=session_id)
    found = find_order_of(db, session=session)
    if found is None or session.state != "delivered":
        return False
    order = get_order_by_id(db, order_id=found.id, lock=True)
    if order.state != "confirmed":
        return False
    ORDER.move(db, order, "complete", actor="system", now=now)
    db.flush()
    return True
