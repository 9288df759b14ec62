"""What keeps paid sessions from starving the free desk, as the engine reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

HELD_PERCENT = 30
HOLD_LIMITS = "hold_limits"
_NOWHERE = "UTC"

# The version in force at the first date, those that follow, and what is closed; one row.
_RULES = text("""
    SELECT
        (SELECT value ->> 'zone' FROM core.setting WHERE key = 'vendor'),
        (SELECT (value ->> 'held_percent')::int FROM core.setting WHERE key = :limits),
        ARRAY(
            SELECT jsonb_build_array(r.effective_from, r.percent)
            FROM scheduling.desk_reserve r
            WHERE r.effective_from <= CAST(:before AS timestamptz)::date + 4
              AND r.effective_from >= coalesce((
                    SELECT max(earlier.effective_from) FROM scheduling.desk_reserve earlier
                    WHERE earlier.effective_from <= CAST(:after AS timestamptz)::date - 2
                  ), '-infinity')
            ORDER BY r.effective_from, r.id
        ),
        ARRAY(
            SELECT jsonb_build_array(
                (date_part('epoch', c.starts_at) / 60)::bigint,
                (date_part('epoch', c.until_at) / 60)::bigint,
                c.reason
            )
            FROM scheduling.closure c
            WHERE c.lifted_at IS NULL AND c.until_at > greatest(:after, :now) AND c.starts_at < :before
            ORDER BY c.starts_at, c.id
        )
""")


class Closure(NamedTuple):
    """Starts in the UTC minutes `[start, end)` are closed for desk specialists.

    `reason` is the coordinator's own words; a projection has none.
    """

    start: int
    end: int
    reason: str


@dataclass(frozen=True)
class DeskRules:
    """The desk's rules for a range of starts.

    `zone` is the vendor's (IANA); `reserve` are percents from local dates of that zone on, in
    their order, one a date; `held_percent` is the share that unverified holds may take together.
    """

    zone: str
    reserve: tuple[tuple[date, int], ...] = ()
    closures: tuple[Closure, ...] = ()
    held_percent: int = HELD_PERCENT

    def reserve_on(self, on: date) -> int:
        """The percent in force on a local date of the zone; 0 before the first version."""
        percents = [percent for since, percent in self.reserve if since <= on]
        return percents[-1] if percents else 0


def load_desk_rules(db: Session, *, after: datetime, before: datetime, now: datetime) -> DeskRules:
    """Load what counts for starts in `[after, before)` (aware), in one statement.

    Reserve versions reach some dates further on both sides, for every zone and for sessions across
    midnight. Before a vendor is stored, dates are those of UTC.
    """
    asked = {"after": after, "before": before, "now": now, "limits": HOLD_LIMITS}
    zone, held_percent, versions, closures = db.execute(_RULES, asked).one()
    # A newer version of the same date comes later and takes its place.
    reserve = {date.fromisoformat(since): percent for since, percent in versions}
    return DeskRules(
        zone=zone or _NOWHERE,
        reserve=tuple(sorted(reserve.items())),
        closures=tuple(Closure(*row) for row in closures),
        held_percent=HELD_PERCENT if held_percent is None else held_percent,
    )
