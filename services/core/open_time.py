"""Open time of one year on the line of instants: where a zone's wall clock shows given windows.

Ticks are microseconds since 1970-01-01 00:00 UTC, so nothing is rounded.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from services.core.clock import EPOCH, day_of, stretches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

TICK = timedelta(microseconds=1)
_DAY = timedelta(days=1)
_DAY_TICKS, _MINUTE_TICKS = _DAY // TICK, timedelta(minutes=1) // TICK


class OpenYear(NamedTuple):
    """The open intervals of one UTC year in ticks, in order, and what they add up to."""

    starts: list[int]
    ends: list[int]
    sums: list[int]

    @property
    def total(self) -> int:
        """All open time of the year."""
        return self.sums[-1] if self.sums else 0

    def until(self, tick: int) -> int:
        """The open time of the year before a moment in it."""
        place = bisect_right(self.starts, tick)
        if not place:
            return 0
        return self.sums[place - 1] - max(0, self.ends[place - 1] - tick)

    def holds(self, tick: int) -> bool:
        """Tell whether a moment of the year is open."""
        place = bisect_right(self.starts, tick)
        return place > 0 and tick < self.ends[place - 1]


def open_year(zone: str, year: int, windows_on: Callable[[date], Iterable[tuple[int, int]]]) -> OpenYear:
    """Project the windows of each local date (minutes of the day, apart from each other) on UTC.

    What the clock skips vanishes, what it shows twice is there twice.
    """
    starts: list[int] = []
    ends: list[int] = []
    for minutes in stretches(zone, day_of(date(year, 1, 1)), day_of(date(year + 1, 1, 1))):
        since, until, offset = (minute * _MINUTE_TICKS for minute in minutes)
        for wall_start, wall_end in _walls(windows_on, since + offset, until + offset):
            start, end = max(wall_start - offset, since), min(wall_end - offset, until)
            if start < end:
                starts.append(start)
                ends.append(end)
    lengths = (end - start for start, end in zip(starts, ends, strict=True))
    return OpenYear(starts, ends, list(accumulate(lengths)))


def new_year(year: int) -> int:
    """The first moment of a UTC year."""
    return (datetime(year, 1, 1, tzinfo=UTC) - EPOCH) // TICK


def _walls(
    windows_on: Callable[[date], Iterable[tuple[int, int]]], since: int, until: int
) -> Iterator[tuple[int, int]]:
    """The windows of the dates that a wall clock shows in `[since, until)`, as if it were UTC."""
    for day in range(since // _DAY_TICKS, -(-until // _DAY_TICKS)):
        for start, end in windows_on(EPOCH.date() + day * _DAY):
            yield day * _DAY_TICKS + start * _MINUTE_TICKS, day * _DAY_TICKS + end * _MINUTE_TICKS
