"""Projecting the desk's open work, and closing paid starts before a deadline that it would miss."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, func, select

from services.core.clock import ceil_minute, floor_minute, instant_of
from services.scheduling.desk.commands import lock_desk, note_closure
from services.scheduling.desk.projection import DeskWork, Projection, free_time, project
from services.scheduling.desk.rules import ANYTHING
from services.scheduling.engine.explanation import counted
from services.scheduling.engine.slots import Query
from services.scheduling.loading import load_pool
from services.scheduling.models import DeskClosure, DeskDemand, DeskRun

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

SYSTEM: Final = "system"
CLEAN_RUNS = 2
_APART = timedelta(minutes=5)
"""A clean run sooner after the one before says nothing new: a job may run twice."""
_FURTHEST = timedelta(days=92)
"""Work that is due later is not looked at: nobody's hours are known so well."""
_KEPT = timedelta(days=3)


def project_desk(db: Session, *, now: datetime) -> DeskRun:
    """Walk the open work over the desk's free time, and close or open paid starts by the outcome.

    A deadline ahead that would be missed closes the paid starts from now until the last such
    deadline; the next runs lengthen or shorten that. Two clean runs in a row, at least five minutes
    apart, open again. What is late already closes nothing: no start lies before its deadline.
    Running it again changes nothing.
    """
    lock_desk(db)
    until = now + _FURTHEST
    rows = db.execute(select(DeskDemand.key, DeskDemand.due_at, DeskDemand.minutes))
    work = [one for one in (DeskWork(*row) for row in rows) if one.due_at <= until]
    found = _project(db, work, now)
    deadlines = [one.due_at for one in found.missed]
    run = DeskRun(
        run_at=now,
        pieces=len(work),
        minutes=sum(one.minutes for one in work),
        misses=len(deadlines),
        missed_until_at=max(deadlines, default=None),
    )
    db.add(run)
    db.execute(delete(DeskRun).where(DeskRun.run_at < now - _KEPT))
    ahead = [at for at in deadlines if at > now]
    closure = _open_projection(db)
    if ahead:
        _close_until(db, closure, instant_of(ceil_minute(max(ahead))), now)
    elif closure is not None:
        _count_clean_run(db, closure, now)
    db.flush()
    return run


def _project(db: Session, work: Sequence[DeskWork], now: datetime) -> Projection:
    latest = max((one.due_at for one in work), default=now)
    if latest <= now:
        return project({}, work)
    query = Query(now, latest, "UTC", for_desk=True)
    pool = load_pool(db, rules=ANYTHING, query=query, now=now)
    busy = counted(pool.busy, query, now)
    since, until = ceil_minute(now), ceil_minute(latest)
    free = {
        one.specialist_id: free_time(one, busy.get(one.specialist_id, ()), since=since, until=until)
        for one in pool.calendars
        if one.desk
    }
    return project(free, work)


def _open_projection(db: Session) -> DeskClosure | None:
    return db.scalar(
        select(DeskClosure)
        .where(DeskClosure.kind == "projection", DeskClosure.lifted_at.is_(None))
        .with_for_update()
    )


def _close_until(db: Session, closure: DeskClosure | None, until_at: datetime, now: datetime) -> None:
    if closure is None:
        # What a coordinator has opened knowingly stays open until its end.
        opened = _opened_by_hand(db)
        since = instant_of(floor_minute(now))
        starts_at = max(since, opened) if opened is not None else since
        if starts_at < until_at:
            _close(db, starts_at, until_at, now)
    elif until_at <= closure.starts_at:
        _count_clean_run(db, closure, now)
    else:
        _change(db, closure, until_at, now)


def _change(db: Session, closure: DeskClosure, until_at: datetime, now: datetime) -> None:
    closure.clean_runs, closure.judged_at = 0, now
    if until_at != closure.until_at:
        closure.until_at = until_at
        db.flush()
        note_closure(db, closure, "closure.change", actor=SYSTEM, now=now)


def _opened_by_hand(db: Session) -> datetime | None:
    return db.scalar(
        select(func.max(DeskClosure.until_at)).where(
            DeskClosure.kind == "projection", DeskClosure.lifted_by != SYSTEM
        )
    )


def _close(db: Session, starts_at: datetime, until_at: datetime, now: datetime) -> None:
    closure = DeskClosure(
        kind="projection",
        starts_at=starts_at,
        until_at=until_at,
        made_at=now,
        made_by=SYSTEM,
        judged_at=now,
    )
    db.add(closure)
    db.flush()
    note_closure(db, closure, "closure.make", actor=SYSTEM, now=now)


def _count_clean_run(db: Session, closure: DeskClosure, now: datetime) -> None:
    judged_at = closure.judged_at or closure.made_at
    if closure.clean_runs and now < judged_at + _APART:
        return
    closure.clean_runs, closure.judged_at = closure.clean_runs + 1, now
    if closure.clean_runs >= CLEAN_RUNS:
        closure.lifted_at, closure.lifted_by = now, SYSTEM
        db.flush()
        note_closure(db, closure, "closure.lift", actor=SYSTEM, now=now)
