"""The free desk in figures: its dates, its reserve, its closures, and what the last looks found."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, or_, select

from services.core.clock import date_borders, day_of, day_span
from services.scheduling.desk.rules import ANYTHING, load_desk_rules
from services.scheduling.engine.quotas import count_taken, count_working
from services.scheduling.engine.slots import Query
from services.scheduling.loading import load_pool
from services.scheduling.models import DeskClosure, DeskDemand, DeskReserve, DeskRun

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from services.scheduling.engine.desk_rules import Closure


class DeskDay(NamedTuple):
    """One of the vendor's dates: minutes that desk specialists work, and what sessions take of them.

    `percent` is the reserve in force; `taken` are minutes of paid sessions and live holds, split at
    the date's borders; `closures` are those that touch the date, which lasts for the UTC minutes
    `[since, until)`.
    """

    on: date
    since: int
    until: int
    working: int
    percent: int
    taken: int
    closures: tuple[Closure, ...]

    @property
    def allowed(self) -> int:
        """So many minutes paid sessions may take."""
        return (100 - self.percent) * self.working // 100

    @property
    def room(self) -> int:
        """So many more they may take; below zero when the reserve was raised afterwards."""
        return self.allowed - self.taken


class OpenWork(NamedTuple):
    """The desk's open work: pieces and their minutes, and when that was written."""

    pieces: int
    minutes: int
    written_at: datetime | None


def list_desk_days(db: Session, *, first_on: date, days: int, now: datetime) -> list[DeskDay]:
    """Count so many of the vendor's dates, from one on; in three statements."""
    day = timedelta(days=1)
    first = datetime.combine(first_on, time(), UTC)
    rules = load_desk_rules(db, after=first - day, before=first + (days + 1) * day, now=now)
    dates = [first_on + n * day for n in range(days)]
    begin, end = day_span(rules.zone, first_on, dates[-1] + day)
    query = Query(begin, end, rules.zone, for_desk=True)
    pool = load_pool(db, rules=ANYTHING, query=query, now=now)
    serving = [calendar for calendar in pool.calendars if calendar.desk]
    busy = pool.busy.counted(frozenset(), now)
    borders = date_borders(rules.zone, day_of(first_on), day_of(first_on) + days)
    working = count_working(serving, busy, borders).tolist()
    taken = count_taken(serving, busy, borders, which=busy.own & ~busy.desk).tolist()
    return [
        DeskDay(
            on=on,
            since=borders[n],
            until=borders[n + 1],
            working=working[n],
            percent=rules.reserve_on(on),
            taken=taken[n],
            closures=tuple(
                one for one in rules.closures if one.start < borders[n + 1] and one.end > borders[n]
            ),
        )
        for n, on in enumerate(dates)
    ]


def list_desk_reserves(db: Session, *, from_on: date) -> list[DeskReserve]:
    """List the reserve in force on a date, if there is one, and those that follow, one a date."""
    rows = db.scalars(select(DeskReserve).order_by(DeskReserve.effective_from, DeskReserve.id)).all()
    newest = {row.effective_from: row for row in rows}
    past = [row for on, row in newest.items() if on <= from_on]
    return past[-1:] + [row for on, row in newest.items() if on > from_on]


def list_closures(db: Session, *, ended_after: datetime, now: datetime) -> Sequence[DeskClosure]:
    """List the closures that still hold or are coming, then those that ended after a moment."""
    over = or_(DeskClosure.lifted_at.is_not(None), DeskClosure.until_at <= now)
    ended_at = func.least(DeskClosure.lifted_at, DeskClosure.until_at)
    return db.scalars(
        select(DeskClosure)
        .where(or_(~over, ended_at > ended_after))
        .order_by(over, DeskClosure.starts_at, DeskClosure.id)
    ).all()


def list_desk_runs(db: Session, *, most: int) -> Sequence[DeskRun]:
    """List what the last looks at the open work have found, newest first."""
    return db.scalars(select(DeskRun).order_by(DeskRun.run_at.desc(), DeskRun.id.desc()).limit(most)).all()


def sum_desk_work(db: Session) -> OpenWork:
    """Sum the desk's open work up."""
    row = db.execute(
        select(
            func.count(), func.coalesce(func.sum(DeskDemand.minutes), 0), func.max(DeskDemand.written_at)
        ).select_from(DeskDemand)
    ).one()
    return OpenWork(*row)
