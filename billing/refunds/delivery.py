"""What follows from a session that took place: the order is completed, its service certified.

Where we cut it short, the customer pays for the minutes it took, in proportion and rounded in his
favour: the bill is lowered before the act, and what he paid beyond it goes back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from billing import invoices
from billing.orders import complete_delivered, find_order_of, get_order_by_id, reduce_bill
from billing.payments.applying import lock_bill
from billing.refunds.crediting import give_surplus_back
from services import sessions
from services.core.money import Money

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from billing.orders.models import Order
    from services.sessions.models import RemoteSession


def accept_delivery(db: Session, *, session_id: int, now: datetime) -> bool:
    """Complete the order of a delivered session and issue its acts; True if this call did it.

    Safe to run twice, and for sessions that nobody sold. Raises SessionNotFoundError.
    """
    if not complete_delivered(db, session_id=session_id, now=now):
        return False
    session = sessions.get_session_by_id(db, session_id=session_id)
    found = find_order_of(db, session=session)
    if found is None:
        return False
    order = get_order_by_id(db, order_id=found.id, lock=True)
    _charge_what_it_took(db, order, session, now=now)
    for bill in order.bills:
        if bill.kind != "fee" and bill.state != "void" and bill.payable:
            invoices.issue_act(db, bill=bill, service_on=_ended_on(order, session, now), now=now)
    return True


def served(total: Money, *, minutes: int, agreed: int) -> Money:
    """The part of `total` for `minutes` of those agreed, rounded down to the minor unit."""
    return Money(total.minor * minutes // agreed, total.currency)


def _charge_what_it_took(db: Session, order: Order, session: RemoteSession, *, now: datetime) -> None:
    report = sessions.find_report(db, session=session)
    if report is None or report.minutes is None:
        return
    main = next((one for one in order.bills if one.kind == "main" and one.state != "void"), None)
    if main is None:
        return
    bill = lock_bill(db, bill_id=main.id)
    earned = served(bill.total, minutes=report.minutes, agreed=int(session.service["minutes"]))
    # What he was let off before counts.
    if bill.payable > earned:
        reduce_bill(db, bill=bill, amount=bill.payable - earned, actor="system", now=now)
    give_surplus_back(db, bill=bill, reason="cut_short", actor="system", now=now)


def _ended_on(order: Order, session: RemoteSession, now: datetime) -> date:
    return (session.ended_at or now).astimezone(ZoneInfo(order.seller.zone)).date()
