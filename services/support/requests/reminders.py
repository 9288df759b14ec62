"""Reminding staff of a deadline: at 50, 75 and 90 percent of its business time, in working hours only."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

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
_GOING_ON: Final = (ClockRow.stopped_at.is_(None), ClockRow.due_at.is_not(None), Request.state == "open")


class _Told(NamedTuple):
    """What was told of a target, in which run of the request."""

    request_id: int
    target: str
    share: int
    round: int


def remind(db: Session, *, now: datetime) -> int:
    """Remind of every deadline that has passed a share since it was looked at; gives how many mails.

    Of several shares at once only the highest is told. Outside its working hours nothing is: the
    time used doesn't grow then.
    """
    told, rounds, mails = _list_told(db), _count_rounds(db), 0
    for clock, request, share in _list_passed(db, now):
        one = _Told(request.id, clock.target, share, rounds.get(request.id, 0))
        if one not in told:
            mails += _remind(db, clock, request, one, now)
    return mails


def share_used(*, target: timedelta, left: timedelta) -> int | None:
    """The highest share (percent) that is used up, or None before the first."""
    used = target - left
    return next((share for share in SHARES if used * 100 >= target * share), None)


def _list_passed(db: Session, now: datetime) -> list[tuple[ClockRow, Request, int]]:
    """The clocks that run in their working hours and have passed a share, by their deadlines."""
    rows = db.execute(
        select(ClockRow, Request)
        .join(Request, Request.id == ClockRow.request_id)
        .where(*_GOING_ON)
        .order_by(ClockRow.due_at, ClockRow.started_at, ClockRow.request_id)
    ).all()
    shares = ((clock, request, _share(db, clock, now)) for clock, request in rows)
    return [(clock, request, share) for clock, request, share in shares if share is not None]


def _share(db: Session, clock: ClockRow, now: datetime) -> int | None:
    calendar = regulation.get_regulation_by_id(db, regulation_id=clock.regulation_id).calendar
    if clock.due_at is None or not calendar.is_open(now):
        return None
    left = calendar.business_time_between(now, clock.due_at)
    return share_used(target=timedelta(seconds=clock.target_seconds), left=left)


def _list_told(db: Session) -> set[_Told]:
    query = select(Reminder).join(Request, Request.id == Reminder.request_id).where(Request.state == "open")
    return {_Told(one.request_id, one.target, one.share, one.round) for one in db.scalars(query)}


def _count_rounds(db: Session) -> dict[int, int]:
    """How often what is open was opened again: each time its deadlines are told of anew."""
    counted = (
        select(ClockEventRow.request_id, func.count().label("rounds"))
        .join(Request, Request.id == ClockEventRow.request_id)
        .where(Request.state == "open", ClockEventRow.kind == "reopened")
        .group_by(ClockEventRow.request_id)
    )
    return {row.request_id: row.rounds for row in db.execute(counted)}


def _remind(db: Session, clock: ClockRow, request: Request, one: _Told, now: datetime) -> bool:
    # A lesser share that was passed in the meantime needs no mail any more; and of two workers one tells.
    passed = [one._replace(share=share)._asdict() | {"at": now} for share in SHARES if share <= one.share]
    written = insert(Reminder).values(passed).on_conflict_do_nothing().returning(Reminder.share)
    if one.share not in db.scalars(written).all() or clock.due_at is None:
        return False
    calendar = regulation.get_regulation_by_id(db, regulation_id=clock.regulation_id).calendar
    left = max(calendar.business_time_between(now, clock.due_at), timedelta(0))
    facts = {"target": one.target, "share": one.share, "due_at": clock.due_at}
    _tell(db, request, facts | {"left_minutes": left // timedelta(minutes=1)}, now)
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
