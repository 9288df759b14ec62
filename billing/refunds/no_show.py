"""Nobody came: the fee of the frozen ladder is kept, the rest goes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.orders import find_main_bill, find_order_of, get_order_by_id, steps_of
from billing.orders.letters import send_cancellation
from billing.orders.states import ORDER
from billing.payments.applying import free_bill
from billing.refunds.cancellation import Ending, settle_end, step_within
from billing.refunds.commands import request_refund
from services import sessions
from services.core.texts import Texts

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

_FEE = Texts(ru="Сеанс не состоялся: заказчик не пришёл", en="The session did not take place: nobody came")


def charge_no_show(db: Session, *, session_id: int, now: datetime) -> bool:
    """End the confirmed order of a missed session by the ladder's last step; True if this call did it.

    Safe to run twice, and for sessions that nobody sold. Raises SessionNotFoundError.
    """
    session = sessions.get_session_by_id(db, session_id=session_id)
    found = find_order_of(db, session=session)
    if found is None or session.state != "missed":
        return False
    order = get_order_by_id(db, order_id=found.id, lock=True)
    bill = find_main_bill(order)
    if order.state != "confirmed" or bill is None:
        return False
    step = step_within(db, order, steps_of(order)[-1])
    freed = free_bill(db, bill=bill, now=now)
    order.ended_at = now
    ORDER.move(db, order, "cancel", actor="system", now=now)
    owed = settle_end(db, order, bill, Ending(step.kept, freed, _FEE), actor="system", now=now)
    request_refund(db, order=order, amount=step.refund, reason="no_show", actor="system", now=now)
    send_cancellation(
        db, order=order, ended_by="missed", refund=step.refund, kept=step.kept, owed=owed, now=now
    )
    return True
