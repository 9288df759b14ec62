"""Working time: which minutes a specialist works, as a property of the moment.

A moment is working time when the wall clock of the specialist's zone shows a date and time
inside one of that date's windows (`[start, end)` in minutes of the day).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from services.scheduling.bits import day_line, erode, grid_marks, pick, project, span
from services.scheduling.clock import DAY, date_of

if TYPE_CHECKING:
    from collections.abc import Iterator

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


def working_line(calendar: Calendar, first_day: int, last_day: int) -> int:
    """Set the working minutes of the UTC days `[first_day, last_day)`, bit 0 the first of them."""
    return _working_line(_schedule_of(calendar), first_day, last_day)


def fitting(calendar: Calendar, clock: str, interval: int, minutes: int, days: tuple[int, int]) -> bytes:
    """Tell for each mark of a grid, as a byte 0 or 1, if `minutes` from it on are all working time.

    `clock` is the zone of the grid, `days` are the UTC days `[first, last)` of the line.
    """
    return _fitting(_schedule_of(calendar), clock, interval, minutes, days)


class _Schedule(NamedTuple):
    zone: str
    hours: tuple[Hours, ...]
    own_dates: OwnDates
    holidays: frozenset[date]


def _schedule_of(calendar: Calendar) -> _Schedule:
    return _Schedule(calendar.zone, calendar.hours, calendar.own_dates, calendar.holidays)


# Cached by the schedule itself, not by its id: an edited schedule is another key.
@lru_cache(maxsize=1024)
def _fitting(schedule: _Schedule, clock: str, interval: int, minutes: int, days: tuple[int, int]) -> bytes:
    marks, base = grid_marks(clock, interval, *days), days[0] * DAY
    return pick(erode(_working_line(schedule, *days), minutes), [mark - base for mark in marks])


@lru_cache(maxsize=64)
def _working_line(schedule: _Schedule, first_day: int, last_day: int) -> int:
    walls = _wall_days(schedule, first_day - 1, last_day + 1)
    return project(day_line(walls), schedule.zone, first_day, last_day)


def _joined(own_dates: OwnDates) -> dict[date, tuple[Window, ...]]:
    joined: dict[date, tuple[Window, ...]] = {}
    for on, windows in own_dates:
        joined[on] = joined.get(on, ()) + windows
    return joined


def _wall_days(schedule: _Schedule, first_day: int, last_day: int) -> Iterator[int]:
    """Give each local date's minutes (1,440 bits), the tail of the night before included."""
    versions = sorted(schedule.hours, key=lambda version: version.effective_from)
    own, tail = _joined(schedule.own_dates), 0
    for day in range(first_day - 1, last_day):
        on = date_of(day)
        special = on in own or on in schedule.holidays
        both = _both_days(own.get(on, ()) if special else _weekly(versions, on))
        if day >= first_day:
            yield (both & _FULL_DAY) | (0 if special else tail)
        tail = both >> DAY


_FULL_DAY = (1 << DAY) - 1


def _weekly(versions: list[Hours], on: date) -> tuple[Window, ...]:
    in_force: Hours | None = None
    for version in versions:
        if version.effective_from <= on:
            in_force = version
    return _of_weekday(in_force.windows, on.weekday()) if in_force else ()


@lru_cache(maxsize=4096)
def _of_weekday(windows: tuple[WeekWindow, ...], weekday: int) -> tuple[Window, ...]:
    return tuple((start, end) for at, start, end in windows if at == weekday)


@lru_cache(maxsize=4096)
def _both_days(windows: tuple[Window, ...]) -> int:
    """Set the windows' minutes on their own date (bits 0-1439) and on the next (from 1440)."""
    minutes = 0
    for start, end in windows:
        minutes |= span(start, end if end >= start else end + DAY)
    return minutes
