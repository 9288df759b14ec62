"""Reminding staff of a deadline: at 50, 75 and 90 percent of its business time, in working hours only."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from services.core import mail
from services.core.db import core_of
from services.core.vendor import vendor
from services.support import regulation
from services.support.requests.letters import thread_of
from services.support.requests.models import ClockEventRow, ClockRow, Reminder, Request

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

SHARES: Final = (90, 75, 50)
_NEW: Final = "round"


def remind(db: Session, *, now: datetime) -> int:
    """Remind of every deadline that has passed a share since it was looked at; gives how many mails.

    Of several shares at once only the highest is told. Outside its working hours nothing is: the
    time used doesn't grow then.
    """
    rows = db.execute(
        select(ClockRow, Request)
        .join(Request, Request.id == ClockRow.request_id)
        .where(ClockRow.stopped_at.is_(None), ClockRow.due_at.is_not(None), Request.state == "open")
        .order_by(ClockRow.due_at, ClockRow.started_at, ClockRow.request_id)
    ).all()
    return sum(_remind(db, clock, request, now) for clock, request in rows)


def share_used(*, target: timedelta, left: timedelta) -> int | None:
    """The highest share (percent) that is used up, or None before the first."""
    used = target - left
    return next((share for share in SHARES if used * 100 >= target * share), None)


def _remind(db: Session, clock: ClockRow, request: Request, now: datetime) -> bool:
    calendar = regulation.get_regulation_by_id(db, regulation_id=clock.regulation_id).calendar
    if clock.due_at is None or not calendar.is_open(now):
        return False
    left = calendar.business_time_between(now, clock.due_at)
    share = share_used(target=timedelta(seconds=clock.target_seconds), left=left)
    if share is None:
        return False
    key = {"request_id": request.id, "target": clock.target, "share": share, _NEW: _round(db, request)}
    if db.get(Reminder, key) is not None:
        return False
    # A lesser share that was passed in the meantime needs no mail any more.
    for passed in (one for one in SHARES if one <= share):
        if db.get(Reminder, key | {"share": passed}) is None:
            db.add(Reminder(**(key | {"share": passed}), at=now))
    facts = {"target": clock.target, "share": share, "due_at": clock.due_at}
    _tell(db, request, facts | {"left_minutes": max(int(left.total_seconds()) // 60, 0)}, now)
    db.flush()
    return True


def _round(db: Session, request: Request) -> int:
    """How often it was opened again: each time the deadlines are told of anew."""
    query = select(func.count()).where(
        ClockEventRow.request_id == request.id, ClockEventRow.kind == "reopened"
    )
    return db.scalars(query).one()


def _tell(db: Session, request: Request, facts: dict[str, object], now: datetime) -> None:
    us = vendor(db)
    person = request.assignee.person if request.assignee is not None else None
    to = mail.Recipient(person.name, person.email) if person else mail.Recipient(us.name.ru, us.support_email)
    facts |= {
        "number": request.number,
        "subject": request.subject,
        "product": request.product.name,
        "zone": person.zone if person else us.zone,
        "url": f"{core_of(db).public_url}/staff/requests/{request.number}",
    }
    mail.queue(
        db,
        event="support_reminder",
        to=to,
        locale="en" if person is not None and person.locale == "en" else "ru",
        facts=facts,
        subject_ref=f"request:{request.number}",
        thread=f"{thread_of(request)}:staff",
        now=now,
    )
