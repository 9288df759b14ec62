"""Random deadlines in business time, and a reading of them that goes quarter by quarter of an hour.

The reading shares nothing with the clock but the calendar's windows of a date: it walks, looks at
the wall clock, and counts. All that is drawn lies on quarters, as do all changes of the zones' clocks.
"""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.core.business_clock import BusinessClock, Pause
from services.core.business_time import BusinessCalendar
from services.core.production_days import propose_days

QUARTER = timedelta(minutes=15)
HORIZON = timedelta(days=16)
ZONES = (
    *("Europe/Moscow", "Asia/Kamchatka", "Asia/Kathmandu", "Asia/Kolkata"),
    *("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/St_Johns"),
)
ODD = tuple(sorted({**propose_days("RU", 2026), **propose_days("RU", 2027)}.items()))
# Around both changes of the clocks, the long holidays, and plain weeks.
BEGINNINGS = (
    *(date(2026, 3, 5), date(2026, 3, 27), date(2026, 10, 24), date(2026, 10, 31)),
    *(date(2026, 11, 1), date(2026, 12, 24), date(2027, 2, 15), date(2027, 6, 10)),
)


class Case(NamedTuple):
    """A clock, and the moments at which it is read."""

    clock: BusinessClock
    moments: tuple[datetime, ...]


def draw(seed: int) -> Case:
    """The case of a seed."""
    dice = random.Random(seed)
    zone = dice.choice(ZONES)
    begun = _quarters(dice, datetime.combine(dice.choice(BEGINNINGS), datetime.min.time(), UTC), 4 * 96)
    pauses = tuple(_pause(dice, begun) for _ in range(dice.choice((0, 1, 2, 3, 8))))
    target = dice.randrange(0, dice.choice((8, 40, 200))) * QUARTER
    stopped = _quarters(dice, begun, 14 * 96) if dice.random() < 0.3 else None
    clock = BusinessClock(_calendar(dice, zone, begun.date()), target, begun, pauses, stopped)
    return Case(clock, tuple(_quarters(dice, begun - timedelta(days=1), 16 * 96) for _ in range(3)))


class SlowReading:
    """What a case says when every quarter of an hour is looked at by itself."""

    def __init__(self, clock: BusinessClock) -> None:
        """Walk once from the start over all of the horizon."""
        self.clock, zone = clock, ZoneInfo(clock.calendar.zone)
        self.counts: list[bool] = []
        windows_on = cache(clock.calendar.windows_on)
        at = clock.started_at
        while at < clock.started_at + HORIZON:
            wall = at.astimezone(zone)
            minute = wall.hour * 60 + wall.minute
            is_open = any(start <= minute < end for start, end in windows_on(wall.date()))
            self.counts.append(is_open and not self.is_paused(at))
            at += QUARTER

    def is_paused(self, at: datetime) -> bool:
        """Whether any pause covers a moment."""
        return any(start <= at and (end is None or at < end) for start, end in self.clock.pauses)

    def elapsed(self, at: datetime) -> timedelta:
        """The quarters that count before a moment."""
        stopped = self.clock.stopped_at
        until = at if stopped is None else min(at, stopped)
        quarters = max(0, (until - self.clock.started_at) // QUARTER)
        return sum(self.counts[:quarters]) * QUARTER

    def due(self) -> datetime | None:
        """The end of the quarter that uses the target up; None within the horizon."""
        left, at = self.clock.target // QUARTER, self.clock.started_at
        for counted in self.counts:
            if not left:
                return at
            left, at = left - counted, at + QUARTER
        return at if not left else None


def _calendar(dice: random.Random, zone: str, near: date) -> BusinessCalendar:
    first = _version(dice, zone, near)
    if dice.random() < 0.7:
        return first
    later = (near + timedelta(days=dice.randrange(-2, 12)), _version(dice, zone, near))
    return BusinessCalendar(
        zone, first.windows, first.odd_days, overrides=first.overrides, successors=(later,)
    )


def _version(dice: random.Random, zone: str, near: date) -> BusinessCalendar:
    hours = dice.choice((((540, 1080),), ((540, 780), (840, 1080)), ((0, 1440),), ((60, 210), (1380, 1440))))
    days = dice.choice((range(5), range(7), (0, 2, 6)))
    windows = tuple((day, *window) for day in days for window in hours)
    overrides = tuple(
        (near + timedelta(days=dice.randrange(14)), dice.choice(((), ((600, 660),), ((0, 1440),))))
        for _ in range(dice.randrange(3))
    )
    return BusinessCalendar(zone, windows, dice.choice(((), ODD)), overrides=overrides)


def _pause(dice: random.Random, begun: datetime) -> Pause:
    start = _quarters(dice, begun - timedelta(days=1), 12 * 96)
    return Pause(start, None if dice.random() < 0.1 else _quarters(dice, start, dice.choice((1, 8, 300))))


def _quarters(dice: random.Random, since: datetime, most: int) -> datetime:
    return since + dice.randrange(most) * QUARTER
