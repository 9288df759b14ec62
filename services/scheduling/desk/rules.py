"""Reading the desk's rules for the engine."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import text

from services.scheduling.engine.desk_rules import HELD_PERCENT, Closure, DeskRules
from services.scheduling.engine.slots import ServiceRules

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

HOLD_LIMITS = "hold_limits"
"""The setting of which one part counts here: `held_percent`."""
# Any service would do where only who works when, and what takes his time, is asked for.
ANYTHING = ServiceRules(minutes=1, grid_minutes=1)
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
