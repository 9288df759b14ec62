"""What ends by itself: who is silent too long, and what is solved and stays so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import select

from services.support.requests import letters
from services.support.requests.clocks import end_late
from services.support.requests.models import InfoRequest, Request
from services.support.requests.queries import rules_of
from services.support.requests.states import move

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from services.support.regulation import Regulation

_BATCH = 200


def close_silent(db: Session, *, now: datetime) -> int:
    """Close what waits for its author longer than the regulation says, and write to him; gives how many.

    Its clock stays where it rested; what was past its deadline by then is a miss.
    Who writes after all opens it again.
    """
    query = (
        select(Request, InfoRequest)
        .join(InfoRequest, InfoRequest.request_id == Request.id)
        .where(Request.state == "waiting", InfoRequest.ended_at.is_(None))
        .where(InfoRequest.asked_at <= now - timedelta(days=1))
        .order_by(InfoRequest.asked_at)
        .limit(_BATCH)
        .with_for_update(of=Request, skip_locked=True)
    )
    closed = 0
    for request, asked in db.execute(query).all():
        rules = rules_of(db, request)
        if now < last_moment(rules, asked.asked_at, rules.terms.silence_days):
            continue
        asked.ended_at = now
        end_late(db, request=request, now=now)
        move(db, request, "close", actor="system", now=now)
        letters.send(db, request=request, event="support_closed", facts={}, now=now)
        closed += 1
    return closed


def close_resolved(db: Session, *, now: datetime) -> int:
    """Close what is solved and was not opened again in time; nobody is written to."""
    query = (
        select(Request)
        .where(Request.state == "resolved", Request.resolved_at <= now - timedelta(days=1))
        .order_by(Request.resolved_at)
        .limit(_BATCH)
        .with_for_update(of=Request, skip_locked=True)
    )
    closed = 0
    for request in db.scalars(query).all():
        if request.resolved_at is not None and now >= reopenable_until(db, request=request):
            move(db, request, "close", actor="system", now=now)
            closed += 1
    return closed


def is_closed_for_silence(request: Request) -> bool:
    """Whether it was closed without a solution, because its author was silent too long."""
    return request.state == "closed" and request.resolved_at is None


def reopenable_until(db: Session, *, request: Request) -> datetime:
    """The moment (UTC) until which an ended request can be opened again: the end of that business day.

    Counted from the solution; from the closing where there was none.
    """
    ended_at = request.resolved_at or request.ended_at
    if ended_at is None:
        raise ValueError(request.number)
    rules = rules_of(db, request)
    return last_moment(rules, ended_at, rules.terms.reopen_days)


def last_moment(rules: Regulation, since: datetime, days: int) -> datetime:
    """The end of the `days`-th business day after the local date of `since`."""
    zone = ZoneInfo(rules.calendar.zone)
    last: date = rules.calendar.add_business_days(since.astimezone(zone).date(), days)
    following = last + timedelta(days=1)
    midnight = datetime(following.year, following.month, following.day, tzinfo=zone)
    return midnight.astimezone(UTC)
