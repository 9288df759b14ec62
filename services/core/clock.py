"""What the wall clock of a zone shows, minute by minute.

Instants are counted in whole minutes since 1970-01-01 00:00 UTC, days in days since that date.
Wall minutes count the same way, as if the wall clock showed UTC: `wall = utc + offset`.
Offsets are whole minutes, which holds for every zone since 1972.
"""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAY = 1440
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL = EPOCH.date().toordinal()
_MINUTE = timedelta(minutes=1)
# No zone has ever changed its clock twice within this many minutes.
_PROBE = 360


class Stretch(NamedTuple):
    """UTC minutes `[start, end)` during which a zone keeps one offset (minutes, `wall - utc`)."""

    start: int
    end: int
    offset: int


def floor_minute(instant: datetime) -> int:
    """Count the whole minutes before `instant` (aware), rounding down."""
    return (instant - EPOCH) // _MINUTE


def ceil_minute(instant: datetime) -> int:
    """Count the minutes before `instant` (aware), rounding up."""
    return -((EPOCH - instant) // _MINUTE)


def instant_of(minute: int) -> datetime:
    """Give the aware UTC instant of a minute."""
    return EPOCH + minute * _MINUTE


def day_of(on: date) -> int:
    """Count the days from 1970-01-01 to a date."""
    return on.toordinal() - _EPOCH_ORDINAL


def date_of(day: int) -> date:
    """Give the date that is `day` days after 1970-01-01."""
    return date.fromordinal(day + _EPOCH_ORDINAL)


def offset_at(zone: str, minute: int) -> int:
    """Give the offset of a zone (IANA name) at a UTC minute, in minutes east of UTC."""
    offset = instant_of(minute).astimezone(ZoneInfo(zone)).utcoffset()
    if offset is None:  # pragma: no cover - an aware instant always has one
        raise ValueError(zone)
    return offset // _MINUTE


def local_day(zone: str, minute: int) -> int:
    """Tell which local date (as a day) a zone's wall clock shows at a UTC minute."""
    return (minute + offset_at(zone, minute)) // DAY


@lru_cache(maxsize=1024)
def stretches(zone: str, first_day: int, last_day: int) -> tuple[Stretch, ...]:
    """Cut the UTC days `[first_day, last_day)` where the zone's offset changes.

    Resolved once for a zone and a range, however many specialists live in it.
    """
    found: list[Stretch] = []
    since, offset = first_day * DAY, offset_at(zone, first_day * DAY)
    for probe in range(first_day * DAY + _PROBE, last_day * DAY + 1, _PROBE):
        now = offset_at(zone, probe)
        if now != offset:
            change = _change_between(zone, probe - _PROBE, probe)
            found.append(Stretch(since, change, offset))
            since, offset = change, now
    found.append(Stretch(since, last_day * DAY, offset))
    return tuple(piece for piece in found if piece.start < piece.end)


def _change_between(zone: str, low: int, high: int) -> int:
    """Find the first minute in `(low, high]` that has the offset of `high`."""
    target = offset_at(zone, high)
    while high - low > 1:
        middle = (low + high) // 2
        if offset_at(zone, middle) == target:
            high = middle
        else:
            low = middle
    return high


def day_span(zone: str, first_on: date, until_on: date) -> tuple[datetime, datetime]:
    """Give the instants `[start, end)` of whole local dates, the last date exclusive.

    One date is 23, 24 or 25 hours long, or does not exist at all.
    """
    return _day_start(zone, day_of(first_on)), _day_start(zone, day_of(until_on))


@lru_cache(maxsize=64)
def date_borders(zone: str, first_day: int, last_day: int) -> tuple[int, ...]:
    """Give the UTC minutes at which the dates `[first_day, last_day)` begin, and the last one ends."""
    return tuple(floor_minute(_day_start(zone, day)) for day in range(first_day, last_day + 1))


def _day_start(zone: str, day: int) -> datetime:
    """Find the first instant at which the zone shows this date or a later one."""
    for piece in stretches(zone, day - 2, day + 2):
        if piece.end + piece.offset > day * DAY:
            return instant_of(max(piece.start, day * DAY - piece.offset))
    raise ValueError(zone)  # pragma: no cover - no offset is as large as two days
