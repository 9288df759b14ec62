"""Business time: what is open by a zone's wall clock, weekly windows and a production calendar.

A moment is open when the wall clock of the zone shows a time inside one of that date's windows
`[start, end)`. In an hour that the clock skips nothing counts; one that comes twice counts
twice. Pure: computed once a calendar and year, then two bisections a question, so years of
range cost microseconds. Microseconds are kept, nothing is rounded.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, TypeAlias
from zoneinfo import ZoneInfo

from services.core.clock import EPOCH
from services.core.errors import InvalidError
from services.core.open_time import TICK, OpenYear, new_year, open_year
from services.core.production_days import SATURDAY, dates_of, plain_kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from services.core.production_days import DayKind

Window: TypeAlias = tuple[int, int]
"""Start and end in minutes of the day, `start < end <= 1440`."""

WeekWindow: TypeAlias = tuple[int, int, int]
"""Weekday (0 is Monday), start and end as in `Window`."""

LONGEST_PAUSE = timedelta(days=800)
"""Without open time for so long, a deadline has no answer."""

_MINUTE = timedelta(minutes=1)
_MIDNIGHT, _SUNDAY, _SHORTER = 1440, 6, 60


class NoBusinessTimeError(InvalidError):
    """The calendar is not open within 800 days: there is no such moment or date (`since`)."""


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """When something is open: `windows` of the week on the wall clock of `zone` (IANA name).

    `odd_days` are the dates of a production calendar that differ from the plain week. A holiday
    or weekend among them is closed. A working Saturday or Sunday has the windows of Monday (of
    the first weekday that has any): it stands in for a weekday. A short day ends an hour
    earlier: its last window loses sixty minutes, or goes if it is no longer than that.

    `decreed` are the years whose odd days rest on a decree; None: none is expected. Windows
    don't cross midnight; those of a day that overlap or touch are one. `overrides` are dates with
    windows of their own (none: closed), whatever week and production calendar say. `successors`
    are later versions, each in force from its local date on, in the same zone, with no successors
    of their own; what lies before stays as it was. Raises ValueError.
    """

    zone: str
    windows: tuple[WeekWindow, ...]
    odd_days: tuple[tuple[date, DayKind], ...] = ()
    decreed: frozenset[int] | None = None
    overrides: tuple[tuple[date, tuple[Window, ...]], ...] = ()
    successors: tuple[tuple[date, BusinessCalendar], ...] = ()
    _own: dict[date, tuple[Window, ...]] = field(init=False, repr=False, compare=False)
    _kinds: dict[date, DayKind] = field(init=False, repr=False, compare=False)
    _week: tuple[tuple[Window, ...], ...] = field(init=False, repr=False, compare=False)
    _key: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check the windows; hash the content once, for every question asks by it."""
        ZoneInfo(self.zone)
        for weekday, start, end in self.windows:
            if not (0 <= weekday <= _SUNDAY and 0 <= start < end <= _MIDNIGHT):
                raise ValueError((weekday, start, end))
        for on, windows in self.overrides:
            if not all(0 <= start < end <= _MIDNIGHT for start, end in windows):
                raise ValueError((on, windows))
        for since, version in self.successors:
            if version.successors or version.zone != self.zone:
                raise ValueError((since, version.zone))
        if list(self.successors) != sorted(self.successors, key=itemgetter(0)):
            raise ValueError([since for since, _version in self.successors])
        object.__setattr__(self, "_own", {on: _joined(windows) for on, windows in self.overrides})
        object.__setattr__(self, "_kinds", dict(self.odd_days))
        object.__setattr__(self, "_week", tuple(self._of_weekday(n) for n in range(_SUNDAY + 1)))
        content = (self.zone, self.windows, self.odd_days, self.decreed, self.overrides, self.successors)
        object.__setattr__(self, "_key", hash(content))

    def __hash__(self) -> int:
        """By content, as equality goes."""
        return self._key

    def windows_on(self, on: date) -> tuple[Window, ...]:
        """The open windows of a local date, in order and apart from each other."""
        place = bisect_right(self.successors, on, key=itemgetter(0))
        if place:
            return self.successors[place - 1][1].windows_on(on)
        if on in self._own:
            return self._own[on]
        kind = self._kinds.get(on)
        if kind in {"holiday", "weekend"}:
            return ()
        stands_in = kind is not None and plain_kind(on) == "weekend"
        weekdays = (windows for windows in self._week[:SATURDAY] if windows)
        found = next(weekdays, ()) if stands_in else self._week[on.weekday()]
        return _shorten(found) if kind == "short" else found

    def is_business_day(self, on: date) -> bool:
        """Tell whether a local date has any open time."""
        return bool(self.windows_on(on))

    def next_business_day(self, on: date) -> date:
        """The first business day after a date, which doesn't count; raises NoBusinessTimeError."""
        return next(self._days_after(on))

    def add_business_days(self, on: date, n: int) -> date:
        """The `n`-th business day after a date, or before it where `n` is negative.

        The date itself never counts: Friday and 1 make Monday. 0 is the date itself if it is a
        business day, else the next one. Raises NoBusinessTimeError.
        """
        if n == 0:
            return on if self.is_business_day(on) else self.next_business_day(on)
        days = self._days_after(on) if n > 0 else self._days_before(on)
        return next(islice(days, abs(n) - 1, None))

    def business_days_between(self, first: date, last: date) -> int:
        """Count the business days after `first` up to `last`, which counts; negative backwards.

        So counts add up, and from a business day to what `add_business_days` makes it is `n`.
        """
        if last < first:
            return -self.business_days_between(last, first)
        whole = sum(len(_business_days(self, year)) for year in range(first.year, last.year))
        ahead = bisect_right(_business_days(self, last.year), last)
        return whole + ahead - bisect_right(_business_days(self, first.year), first)

    def is_open(self, at: datetime) -> bool:
        """Tell whether an aware moment is open."""
        return _open_year(self, at.astimezone(UTC).year).holds((at - EPOCH) // TICK)

    def business_time_between(self, start: datetime, end: datetime) -> timedelta:
        """The open time in `[start, end)` (aware), exact; negative when `end` comes first."""
        if end < start:
            return -self.business_time_between(end, start)
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        ahead = _open_year(self, end.year).until((end - EPOCH) // TICK)
        for year in range(start.year, end.year):
            ahead += _open_year(self, year).total
        return (ahead - _open_year(self, start.year).until((start - EPOCH) // TICK)) * TICK

    def business_minutes_between(self, start: datetime, end: datetime) -> int:
        """The whole minutes of open time in `[start, end)` (aware), rounded towards nought."""
        if end < start:
            return -self.business_minutes_between(end, start)
        return self.business_time_between(start, end) // _MINUTE

    def add_business_time(self, at: datetime, length: timedelta) -> datetime:
        """The earliest moment (UTC) by which `length` of open time has passed since `at`.

        What fills a day ends at closing time, not at the next opening; a length of nought ends
        at `at`, open or not. Raises NoBusinessTimeError, ValueError for a negative length.
        """
        if length < timedelta(0):
            raise ValueError(length)
        if not length:
            return at.astimezone(UTC)
        reached, year = (at - EPOCH) // TICK, at.astimezone(UTC).year
        left = length // TICK + _open_year(self, year).until(reached)
        while True:
            open_in = _open_year(self, year)
            _require_near(reached, open_in.starts[0] if open_in.starts else new_year(year + 1), at)
            if left <= open_in.total:
                place = bisect_left(open_in.sums, left)
                return EPOCH + (open_in.ends[place] - (open_in.sums[place] - left)) * TICK
            reached = max(reached, open_in.ends[-1] if open_in.ends else reached)
            left, year = left - open_in.total, year + 1

    def add_business_minutes(self, at: datetime, minutes: int) -> datetime:
        """The earliest moment (UTC) by which so many open minutes have passed since `at`.

        As `add_business_time`, and raises what it raises.
        """
        return self.add_business_time(at, minutes * _MINUTE)

    def undecreed_years(self, start: datetime, end: datetime) -> tuple[int, ...]:
        """The years of the zone's dates from `start` to `end` (aware) that rest on no decree yet.

        A deadline that touches one may still move; empty when no decree is expected.
        """
        if self.decreed is None:
            return ()
        zone = ZoneInfo(self.zone)
        years = range(start.astimezone(zone).year, end.astimezone(zone).year + 1)
        return tuple(year for year in years if year not in self.decreed)

    def _of_weekday(self, weekday: int) -> tuple[Window, ...]:
        return _joined((start, end) for on, start, end in self.windows if on == weekday)

    def _days_after(self, on: date) -> Iterator[date]:
        reached = on
        for year in range(on.year, date.max.year):
            days = _business_days(self, year)
            coming = days[bisect_right(days, on) :]
            _require_near(_ticks(reached), _ticks(coming[0] if coming else date(year + 1, 1, 1)), on)
            yield from coming
            reached = coming[-1] if coming else reached

    def _days_before(self, on: date) -> Iterator[date]:
        reached = on
        for year in range(on.year, date.min.year, -1):
            days = _business_days(self, year)
            past = days[: bisect_left(days, on)][::-1]
            _require_near(_ticks(past[0] if past else date(year, 1, 1)), _ticks(reached), on)
            yield from past
            reached = past[-1] if past else reached


# Both by the calendar's content: an edited one is another key.
@lru_cache(maxsize=256)
def _open_year(calendar: BusinessCalendar, year: int) -> OpenYear:
    return open_year(calendar.zone, year, calendar.windows_on)


@lru_cache(maxsize=256)
def _business_days(calendar: BusinessCalendar, year: int) -> tuple[date, ...]:
    return tuple(day for day in dates_of(year) if calendar.is_business_day(day))


def _require_near(reached: int, following: int, since: date) -> None:
    if following - reached > LONGEST_PAUSE // TICK:
        raise NoBusinessTimeError("no_business_time", since=since)


def _ticks(day: date) -> int:
    return (day - EPOCH.date()) // TICK


def _joined(windows: Iterable[Window]) -> tuple[Window, ...]:
    joined: list[Window] = []
    for start, end in sorted(windows):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _shorten(windows: tuple[Window, ...]) -> tuple[Window, ...]:
    if not windows:
        return windows
    *others, (start, end) = windows
    return (*others, (start, end - _SHORTER)) if end - start > _SHORTER else tuple(others)
