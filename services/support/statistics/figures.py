"""How the regulation is kept, in figures: of stopped clocks alone, misses and all.

A clock belongs to the month in which it stopped for the last time, by the wall clock of the
regulation's zone. What is not stopped yet is in no month; what is overdue now is counted beside.
What had stopped before a request was merged into another one stays counted, and so does a deadline
that it had missed by then: no figure is changed by merging. Lengths are seconds of
business time, pauses taken out; a percentile is the least value that so many percent don't exceed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from services.support.requests.clocks import Target

FEWEST: Final = 10
"""Of fewer no percentage is told: one of three is no third of anything."""
BINS: Final = 10
"""The bars of a target's time; one more stands for what came late."""


@dataclass(frozen=True)
class Kept:
    """One target over some time: `met` of `ended` in time, with the time that half and nine tenths took."""

    ended: int = 0
    met: int = 0
    median_seconds: int | None = None
    ninth_seconds: int | None = None
    paused: int = 0

    @property
    def missed(self) -> int:
        """How many came late."""
        return self.ended - self.met

    @property
    def percent(self) -> float | None:
        """The share in time, to a tenth, rounded down; None of fewer than ten."""
        if self.ended < FEWEST:
            return None
        return self.met * 1000 // self.ended / 10


@dataclass(frozen=True)
class Months:
    """The figures of a target: by month (its first date), every month of the period, and of all of it."""

    by_month: Mapping[date, Kept]
    whole: Kept


@dataclass(frozen=True)
class Miss:
    """A target that was missed, by how many seconds of business time, and what we say of it."""

    number: int
    target: Target
    late_seconds: int
    words: dict[str, str] | None


# Frozen rows of the free flow alone.
_KEPT = text("""
    SELECT c.target, date_trunc('month', c.stopped_at AT TIME ZONE :zone)::date AS month,
        count(*), count(*) FILTER (WHERE c.outcome = 'met'),
        percentile_disc(0.5) WITHIN GROUP (ORDER BY c.used_seconds),
        percentile_disc(0.9) WITHIN GROUP (ORDER BY c.used_seconds),
        count(*) FILTER (WHERE c.pauses > 0)
    FROM support.clock c
    WHERE c.stopped_at >= :since AND c.stopped_at < :until
    GROUP BY GROUPING SETS ((c.target, 2), (c.target))
""")

_SHARES = text("""
    SELECT CASE WHEN c.outcome = 'missed' THEN CAST(:bins AS int)
            ELSE least(c.used_seconds * :bins / greatest(c.target_seconds, 1), :bins - 1) END, count(*)
    FROM support.clock c
    WHERE c.target = :target AND c.stopped_at >= :since AND c.stopped_at < :until
    GROUP BY 1
""")

_MISSES = text("""
    SELECT r.number, c.target, c.used_seconds - c.target_seconds, (
        SELECT words FROM support.explanation e
        WHERE e.request_id = c.request_id AND e.target = c.target ORDER BY e.id DESC LIMIT 1
    )
    FROM support.clock c JOIN support.request r ON r.id = c.request_id
    WHERE c.outcome = 'missed' AND c.stopped_at >= :since AND c.stopped_at < :until
    ORDER BY c.target DESC, r.number
""")

_OVERDUE = text("""
    SELECT count(DISTINCT c.request_id) FROM support.clock c JOIN support.request r ON r.id = c.request_id
    WHERE c.stopped_at IS NULL AND c.due_at < :now AND r.state = 'open'
""")

_FIRST = text("SELECT min(stopped_at) FROM support.clock WHERE stopped_at IS NOT NULL")

_VERSIONS = text("""
    SELECT DISTINCT v.n FROM support.clock c
    JOIN support.regulation_version v ON v.id = c.regulation_id
    WHERE c.stopped_at >= :since AND c.stopped_at < :until ORDER BY v.n
""")


def kept_by_month(db: Session, *, last: date, months: int, zone: str) -> dict[Target, Months]:
    """The figures of both targets for so many months up to that of `last`, in `zone` (IANA)."""
    names = months_until(last, months)
    since, until = month_start(names[0], zone), month_start(following(names[-1]), zone)
    found: dict[Any, dict[date | None, Kept]] = {"response": {}, "resolution": {}}
    values = {"zone": zone, "since": since, "until": until}
    for target, month, ended, met, median, ninth, paused in db.execute(_KEPT, values):
        found[target][month] = Kept(ended, met, median, ninth, paused)
    return {
        target: Months({name: one.get(name, Kept()) for name in names}, one.get(None, Kept()))
        for target, one in found.items()
    }


def shares_used(db: Session, *, target: Target, month: date, zone: str) -> list[int]:
    """How many took up to 10, 20, … 100 percent of their time in a month, and last how many came late."""
    values = {"target": target, "bins": BINS} | _bounds(month, zone)
    counted: dict[int, int] = dict(db.execute(_SHARES, values).all())
    return [counted.get(n, 0) for n in range(BINS + 1)]


def list_misses(db: Session, *, month: date, zone: str) -> list[Miss]:
    """Every deadline that was missed in a month, first answers first."""
    return [Miss(*row) for row in db.execute(_MISSES, _bounds(month, zone))]


def count_overdue(db: Session, *, now: datetime) -> int:
    """How many open requests are past a deadline at this moment."""
    return int(db.scalars(_OVERDUE, {"now": now}).one())


def first_month(db: Session, *, zone: str) -> date | None:
    """The month in which a clock stopped for the first time."""
    first = db.scalar(_FIRST)
    return first.astimezone(ZoneInfo(zone)).date().replace(day=1) if first is not None else None


def versions_used(db: Session, *, month: date, zone: str) -> list[int]:
    """The versions of the regulation that a month's figures go by."""
    return list(db.scalars(_VERSIONS, _bounds(month, zone)).all())


def months_until(last: date, count: int) -> list[date]:
    """The first dates of so many months, that of `last` being the last."""
    ends = last.year * 12 + last.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(ends - count + 1, ends + 1)]


def following(month: date) -> date:
    """The first date of the next month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def month_start(month: date, zone: str) -> datetime:
    """The moment at which a month begins on the clock of `zone`."""
    return datetime(month.year, month.month, 1, tzinfo=ZoneInfo(zone))


def _bounds(month: date, zone: str) -> dict[str, object]:
    return {"since": month_start(month, zone), "until": month_start(following(month), zone)}
