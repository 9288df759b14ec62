"""Who takes a session that any skilled specialist could take."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from services.core.clock import date_of, day_span, floor_minute, local_day

_NEVER = datetime.min.replace(tzinfo=UTC)


def assignment_order(
    candidates: Iterable[int],
    loads: Mapping[int, int],
    last_assigned: Mapping[int, datetime],
) -> list[int]:
    """Order specialists (ids): fewest booked minutes that week, longest unassigned, lowest id.

    Who is missing in `loads` has no booked minutes, who is missing in `last_assigned` never
    had a session.
    """

    def rank(specialist_id: int) -> tuple[int, datetime, int]:
        return (
            loads.get(specialist_id, 0),
            last_assigned.get(specialist_id, _NEVER),
            specialist_id,
        )

    return sorted(candidates, key=rank)


def week_of(start: datetime, zone: str) -> tuple[datetime, datetime]:
    """Give the instants `[begin, end)` of the local week, Monday to Sunday, that holds `start`."""
    return _week_of_day(local_day(zone, floor_minute(start)), zone)


@lru_cache(maxsize=1024)
def _week_of_day(day: int, zone: str) -> tuple[datetime, datetime]:
    on = date_of(day)
    monday = on - timedelta(days=on.weekday())
    return day_span(zone, monday, monday + timedelta(days=7))
