"""Daily limits, held against people who take different times of one day at once.

The database can't count under its overlap rule, so whoever claims time of a specialist who has a
limit waits for the others who do, and counts again.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, or_, select

from services.core.clock import date_of, day_span, floor_minute, local_day
from services.scheduling.models import Occupancy

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.scheduling.engine.working_time import Calendar


class DayLimit(NamedTuple):
    """How many sessions a specialist takes in `[begin, end)` (UTC), one date of his own."""

    sessions: int
    begin: datetime
    end: datetime


def limit_of(calendar: Calendar, start: datetime) -> DayLimit | None:
    """Give the limit that counts for a start, if the specialist has one."""
    if calendar.daily_limit is None:
        return None
    on = date_of(local_day(calendar.zone, floor_minute(start)))
    return DayLimit(calendar.daily_limit, *day_span(calendar.zone, on, on + timedelta(days=1)))


def is_full(db: Session, *, specialist_id: int, limit: DayLimit, now: datetime) -> bool:
    """Count once more, as it stands now; the caller keeps the others waiting."""
    taken = db.scalar(
        select(func.count()).where(
            Occupancy.specialist_id == specialist_id,
            Occupancy.released_at.is_(None),
            or_(Occupancy.expires_at.is_(None), Occupancy.expires_at > now),
            Occupancy.starts_at >= limit.begin,
            Occupancy.starts_at < limit.end,
        )
    )
    return (taken or 0) >= limit.sessions
