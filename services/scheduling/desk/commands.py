"""Keeping time for the free desk: its reserve, closures by hand, and its open work.

A closure closes the starts of those who serve the desk, for paid sessions only: nobody else's
time could help the desk, and its own sessions are what the time is kept for. What is booked stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, select

from services.core import locks
from services.core.audit import record
from services.core.jobs import defer
from services.core.vendor import vendor
from services.scheduling.errors import ClosureNotFoundError, DeskError
from services.scheduling.models import DeskClosure, DeskDemand, DeskReserve

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from services.scheduling.desk.projection import DeskWork

MOST_PERCENT, LONGEST_REASON, LONGEST_CLOSURE_DAYS = 99, 300, 366


def set_desk_reserve(
    db: Session, *, effective_from: date, percent: int, actor: str, now: datetime
) -> DeskReserve:
    """Keep so many percent of the desk's working time free of paid sessions, from a date on.

    The date is one of the vendor's zone, today or later: what was promised for past dates stays as
    it was. Of two versions of one date the newer counts. Booked sessions stay. Raises DeskError
    `reserve_percent` outside 0 to 99, `reserve_past`.
    """
    if not 0 <= percent <= MOST_PERCENT:
        raise DeskError("reserve_percent", field="percent", most=MOST_PERCENT)
    if effective_from < now.astimezone(ZoneInfo(vendor(db).zone)).date():
        raise DeskError("reserve_past", field="effective_from")
    version = DeskReserve(effective_from=effective_from, percent=percent, set_by=actor, set_at=now)
    db.add(version)
    db.flush()
    facts = {"from": effective_from.isoformat(), "percent": percent}
    record(db, actor=actor, verb="desk_reserve.set", subject="desk", after=facts, now=now)
    return version


def close_desk_time(
    db: Session, *, starts_at: datetime, until_at: datetime, reason: str, actor: str, now: datetime
) -> DeskClosure:
    """Close the paid starts in `[starts_at, until_at)` (aware, whole minutes) for a written reason.

    Raises DeskError `closure_dates`, `closure_past`, `closure_reason`, and `closure_overlap` with
    the bounds of another one made by hand; two made in the same moment may still overlap, which
    closes nothing more than both say.
    """
    whole = not any(at.second or at.microsecond for at in (starts_at, until_at))
    if not (whole and starts_at < until_at and (until_at - starts_at).days <= LONGEST_CLOSURE_DAYS):
        raise DeskError("closure_dates", field="until_at")
    if until_at <= now:
        raise DeskError("closure_past", field="until_at")
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        raise DeskError("closure_reason", field="reason")
    other = _overlapping(db, starts_at, until_at)
    if other is not None:
        raise DeskError(
            "closure_overlap", field="starts_at", starts_at=other.starts_at, until_at=other.until_at
        )
    closure = DeskClosure(
        kind="manual",
        starts_at=starts_at,
        until_at=until_at,
        reason=reason.strip(),
        made_at=now,
        made_by=actor,
    )
    db.add(closure)
    db.flush()
    note_closure(db, closure, "closure.make", actor=actor, now=now)
    return closure


def lift_closure(db: Session, *, closure: DeskClosure, actor: str, now: datetime) -> DeskClosure:
    """Open what a closure has closed; one that was lifted before stays as it is.

    Lifted by hand, a projection's closure is not made again before its own end.
    """
    if closure.lifted_at is None:
        closure.lifted_at, closure.lifted_by = now, actor
        db.flush()
        note_closure(db, closure, "closure.lift", actor=actor, now=now)
    return closure


def get_closure(db: Session, *, closure_id: int) -> DeskClosure:
    """Give the closure with this id, locked; raises ClosureNotFoundError."""
    closure = db.get(DeskClosure, closure_id, with_for_update=True)
    if closure is None:
        raise ClosureNotFoundError(closure=closure_id)
    return closure


def write_desk_demand(db: Session, *, work: Sequence[DeskWork], now: datetime) -> None:
    """Replace the desk's open work by `work`, and have it projected.

    Keys are the writer's own and unlike each other; work that waits for somebody else is left out.
    """
    lock_desk(db)
    db.execute(delete(DeskDemand))
    if work:
        rows = [
            {"key": one.key, "due_at": one.due_at, "minutes": one.minutes, "written_at": now} for one in work
        ]
        db.execute(insert(DeskDemand), rows)
    defer(db, "project_desk", queue="free", lock="project_desk")


def lock_desk(db: Session) -> None:
    """Wait for everybody else who writes or judges the desk's work."""
    locks.wait_for(db, locks.DESK_WORK)


def note_closure(db: Session, closure: DeskClosure, verb: str, *, actor: str, now: datetime) -> None:
    """Audit what was done with a closure."""
    facts = {"from": closure.starts_at.isoformat(), "until": closure.until_at.isoformat()}
    record(db, actor=actor, verb=verb, subject=f"closure:{closure.id}", after=facts, now=now)


def _overlapping(db: Session, starts_at: datetime, until_at: datetime) -> DeskClosure | None:
    return db.scalar(
        select(DeskClosure)
        .where(
            DeskClosure.kind == "manual",
            DeskClosure.lifted_at.is_(None),
            DeskClosure.starts_at < until_at,
            DeskClosure.until_at > starts_at,
        )
        .order_by(DeskClosure.starts_at)
        .limit(1)
    )
