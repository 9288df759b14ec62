"""Working time: which minutes a specialist works, as a property of the moment.

A moment is working time when the wall clock of the specialist's zone shows a date and time
inside one of that date's windows (`[start, end)` in minutes of the day).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import numpy as np

from services.core.clock import DAY, date_of, stretches
from services.scheduling.engine.grid import Flags, Ints, grid_of

if TYPE_CHECKING:
    from collections.abc import Iterable

Window: TypeAlias = tuple[int, int]
"""Start and end in minutes of the day, end up to 1440; an end before the start is next day's."""

WeekWindow: TypeAlias = tuple[int, int, int]
"""Weekday (0 is Monday), start and end as in `Window`."""

OwnDates: TypeAlias = tuple[tuple[date, tuple[Window, ...]], ...]


@dataclass(frozen=True, slots=True)
class Hours:
    """Weekly windows in force from a local date on, until the next version."""

    effective_from: date
    windows: tuple[WeekWindow, ...]


@dataclass(frozen=True, slots=True)
class _Schedule:
    """What decides when somebody works. Looked up by every search: its hash is worked out once."""

    zone: str
    hours: tuple[Hours, ...]
    own_dates: OwnDates
    holidays: frozenset[date]
    known_hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "known_hash", hash((self.zone, self.hours, self.own_dates, self.holidays)))

    def __hash__(self) -> int:
        return self.known_hash


@dataclass(frozen=True, slots=True)
class Calendar:
    """What one specialist works and can do; `zone` is an IANA name.

    `own_dates` replace everything on their local date (several entries of one date are joined,
    no windows mean a day off); `holidays` are days off unless the date has its own windows.
    `desk` says that he serves the free desk.
    """

    specialist_id: int
    zone: str
    hours: tuple[Hours, ...] = ()
    own_dates: OwnDates = ()
    holidays: frozenset[date] = field(default_factory=frozenset)
    skills: frozenset[str] = field(default_factory=frozenset)
    daily_limit: int | None = None
    desk: bool = False
    schedule: _Schedule = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Tell when he works apart from what he can do."""
        schedule = _Schedule(self.zone, self.hours, self.own_dates, self.holidays)
        object.__setattr__(self, "schedule", schedule)


def working_minutes(calendar: Calendar, first_day: int, last_day: int) -> Flags:
    """Tell of each minute of the UTC days `[first_day, last_day)` if it is working time."""
    return _working_minutes(calendar.schedule, first_day, last_day)


def fitting(calendar: Calendar, clock: str, interval: int, minutes: int, days: tuple[int, int]) -> Flags:
    """Tell of each mark of a grid if `minutes` from it on are all working time.

    `clock` is the zone of the grid, `days` are the UTC days `[first, last)` of its line.
    """
    return _fitting(calendar.schedule, clock, interval, minutes, days)


def in_order(hours: Iterable[Hours]) -> list[Hours]:
    """Order versions by the date from which they hold; of two of one date the later stays last."""
    return sorted(hours, key=lambda version: version.effective_from)


def weekly(versions: list[Hours], on: date) -> tuple[Window, ...]:
    """Give a date's windows by the last of these versions (in order) that holds then."""
    in_force: Hours | None = None
    for version in versions:
        if version.effective_from <= on:
            in_force = version
    return _of_weekday(in_force.windows, on.weekday()) if in_force else ()


def worked_between(calendar: Calendar, borders: tuple[int, ...]) -> Ints:
    """Count the working minutes between each two neighbours of these ascending UTC minutes."""
    return _worked_between(calendar.schedule, borders)


def count_between(minutes: Flags, places: Ints) -> Ints:
    """Count the flagged minutes between each two neighbours of these places on their line."""
    return np.diff(_counted_before(minutes)[places])


_Array = TypeVar("_Array", Flags, Ints)


# Cached by the schedule itself, not by its id: an edited schedule is another key.
@lru_cache(maxsize=4096)
def _fitting(schedule: _Schedule, clock: str, interval: int, minutes: int, days: tuple[int, int]) -> Flags:
    grid = grid_of(clock, interval, *days)
    worked = _counted_before(_working_minutes(schedule, *days))
    starts = grid.marks - grid.first
    ends = np.minimum(starts + minutes, len(worked) - 1)
    return _frozen(worked[ends] - worked[starts] == minutes)


@lru_cache(maxsize=4096)
def _worked_between(schedule: _Schedule, borders: tuple[int, ...]) -> Ints:
    first_day, last_day = borders[0] // DAY, -(-borders[-1] // DAY)
    minutes = _working_minutes(schedule, first_day, last_day)
    return _frozen(count_between(minutes, np.array(borders) - first_day * DAY))


def _frozen(array: _Array) -> _Array:
    """Protect what is cached."""
    array.flags.writeable = False
    return array


def _counted_before(minutes: Flags) -> Ints:
    counted = np.zeros(len(minutes) + 1, dtype=np.int64)
    np.cumsum(minutes, out=counted[1:])
    return counted


def _working_minutes(schedule: _Schedule, first_day: int, last_day: int) -> Flags:
    """Read the wall clock: minutes that the zone skips are never shown, some are shown twice."""
    wall_first, first = (first_day - 1) * DAY, first_day * DAY
    wall = _wall_minutes(schedule, first_day - 1, last_day + 1)
    shown = np.zeros((last_day - first_day) * DAY, dtype=bool)
    for start, end, offset in stretches(schedule.zone, first_day, last_day):
        shown[start - first : end - first] = wall[start + offset - wall_first : end + offset - wall_first]
    return shown


def _wall_minutes(schedule: _Schedule, first_day: int, last_day: int) -> Flags:
    """Tell of each minute of these local dates if it is in a window, tails of nights included."""
    versions = in_order(schedule.hours)
    own = _joined(schedule.own_dates)
    special = own.keys() | schedule.holidays
    # One date more on both sides: of the first comes a tail, into the last may go one.
    wall = np.zeros((last_day - first_day + 2) * DAY, dtype=bool)
    for number, day in enumerate(range(first_day - 1, last_day)):
        on, midnight = date_of(day), number * DAY
        cut = date_of(day + 1) in special
        for start, end in own.get(on, ()) if on in special else weekly(versions, on):
            if end >= start:
                wall[midnight + start : midnight + end] = True
            else:
                wall[midnight + start : midnight + DAY + (0 if cut else end)] = True
    return wall[DAY:-DAY]


def _joined(own_dates: OwnDates) -> dict[date, tuple[Window, ...]]:
    joined: dict[date, tuple[Window, ...]] = {}
    for on, windows in own_dates:
        joined[on] = joined.get(on, ()) + windows
    return joined


@lru_cache(maxsize=4096)
def _of_weekday(windows: tuple[WeekWindow, ...], weekday: int) -> tuple[Window, ...]:
    return tuple((start, end) for at, start, end in windows if at == weekday)
