"""Reminding staff of a deadline: at 50, 75 and 90 percent of its business time, in working hours only."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from services.core import mail
from services.core.db import core_of
from services.core.vendor import vendor
from services.support import regulation
from services.support.requests.clock_models import ClockEventRow, ClockRow, Reminder
from services.support.requests.letters import thread_of
from services.support.requests.models import Request

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from services.core.business_time import BusinessCalendar

SHARES: Final = (90, 75, 50)
_GOING_ON: Final = (ClockRow.stopped_at.is_(None), ClockRow.due_at.is_not(None), Request.state == "open")


class _Told(NamedTuple):
    """What was told of a target, in which run of the request."""

    request_id: int
    target: str
    share: int
    round: int


class _Passed(NamedTuple):
    """A target that has passed a share, with what is left of its business time."""

    request_id: int
    target: str
    share: int
    due_at: datetime
    left: timedelta


def remind(db: Session, *, now: datetime) -> int:
    """Remind of every deadline that has passed a share since it was looked at; gives how many mails.

    Of several shares at once only the highest is told. Outside its working hours nothing is: the
    time used doesn't grow then.
    """
    told, rounds, mails = _list_told(db), _count_rounds(db), 0
    for one in _list_passed(db, now):
        key = _Told(one.request_id, one.target, one.share, rounds.get(one.request_id, 0))
        if key not in told:
            mails += _remind(db, one, key, now)
    return mails


def share_used(*, target: timedelta, left: timedelta) -> int | None:
    """The highest share (percent) that is used up, or None before the first."""
    used = target - left
    return next((share for share in SHARES if used * 100 >= target * share), None)


def _list_passed(db: Session, now: datetime) -> list[_Passed]:
    """The clocks that run in their working hours and have passed a share, by their deadlines."""
    # Thousands at times: rows, no objects.
    rows = db.execute(
        select(
            ClockRow.request_id,
            ClockRow.target,
            ClockRow.target_seconds,
            ClockRow.due_at,
            ClockRow.regulation_id,
        )
        .join(Request, Request.id == ClockRow.request_id)
        .where(*_GOING_ON)
        .order_by(ClockRow.due_at, ClockRow.started_at, ClockRow.request_id)
    ).all()
    calendars = {one: _calendar(db, one) for one in {row.regulation_id for row in rows}}
    works = {one for one, calendar in calendars.items() if calendar.is_open(now)}
    passed = []
    for request_id, target, seconds, due_at, regulation_id in rows:
        if regulation_id not in works or due_at is None:
            continue
        left = calendars[regulation_id].business_time_between(now, due_at)
        share = share_used(target=timedelta(seconds=seconds), left=left)
        if share is not None:
            passed.append(_Passed(request_id, target, share, due_at, left))
    return passed


def _calendar(db: Session, regulation_id: int) -> BusinessCalendar:
    return regulation.get_regulation_by_id(db, regulation_id=regulation_id).calendar


def _list_told(db: Session) -> set[_Told]:
    key = (Reminder.request_id, Reminder.target, Reminder.share, Reminder.round)
    query = select(*key).join(Request, Request.id == Reminder.request_id).where(Request.state == "open")
    return {_Told(*row) for row in db.execute(query)}


def _count_rounds(db: Session) -> dict[int, int]:
    """How often what is open was opened again: each time its deadlines are told of anew."""
    counted = (
        select(ClockEventRow.request_id, func.count().label("rounds"))
        .join(Request, Request.id == ClockEventRow.request_id)
        .where(Request.state == "open", ClockEventRow.kind == "reopened")
        .group_by(ClockEventRow.request_id)
    )
    return {row.request_id: row.rounds for row in db.execute(counted)}


def _remind(db: Session, one: _Passed, key: _Told, now: datetime) -> bool:
    # A lesser share that was passed in the meantime needs no mail any more; and of two workers one tells.
    passed = [key._replace(share=share)._asdict() | {"at": now} for share in SHARES if share <= key.share]
    written = insert(Reminder).values(passed).on_conflict_do_nothing().returning(Reminder.share)
    if key.share not in db.scalars(written).all():
        return False
    left = max(one.left, timedelta(0)) // timedelta(minutes=1)
    facts = {"target": one.target, "share": one.share, "due_at": one.due_at, "left_minutes": left}
    _tell(db, db.get_one(Request, one.request_id), facts, now)
    return True


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
