"""The order's time while a delayed payment is on its way, and when it never comes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from billing.orders import deadlines
from billing.orders.ending import expire
from billing.orders.keep_limits import keep_limits
from billing.tasks import open_task
from services import sessions

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from billing.orders.models import Order


def keep_while_settling(db: Session, *, order: Order, now: datetime) -> None:
    """Keep the time until the money must be there; a time that is lost already stays lost."""
    if not sessions.is_held(order.session, now=now):
        return
    notice = timedelta(minutes=int(order.session.service["notice_minutes"]))
    until = deadlines.settling_until(
        now, starts_at=order.session.starts_at, notice=notice, limits=keep_limits(db)
    )
    if until > now:
        sessions.extend_hold(db, session=order.session, until=until, now=now)


def give_up_unsettled(db: Session, *, order: Order, now: datetime) -> None:
    """The money never came: free the time that was kept for days, and ask a person to write."""
    if order.state != "awaiting_payment":
        return
    sessions.expire(db, session=order.session, now=now)
    expire(db, order=order, now=now)
    open_task(
        db,
        kind="delayed_payment_failed",
        subject=f"order:{order.reference}",
        facts={"session": order.session.reference},
        now=now,
    )
