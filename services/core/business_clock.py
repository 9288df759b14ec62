"""What a deadline in business time says: used, due, met or missed, with pauses taken out.

Pure arithmetic over a `BusinessCalendar`. Moments are aware; pauses are `[start, end)`, one that
goes on has no end. Pauses are united first and count only where they meet open time: never
"start + hold time", never "due + wall-clock pause". Nothing is rounded.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple

from services.core.business_time import NoBusinessTimeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from services.core.business_time import BusinessCalendar

State = Literal["met", "missed", "breached", "paused", "running"]
"""A stopped clock has met or missed its target; one that goes on has breached it, rests, or runs."""

Stretch = tuple[datetime, datetime | None, timedelta | None]
"""Time that counts, `[start, end)`, and how much of it is open; without an end while it goes on."""


class Pause(NamedTuple):
    """Time that doesn't count: from `start` until `end`, which is None while it goes on."""

    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class BusinessClock:
    """One target: so much business time since `started_at`, less the pauses, until `stopped_at`.

    `pauses` may overlap, touch, and begin before the start. Raises ValueError for a negative
    target and for a pause that ends before it begins.
    """

    calendar: BusinessCalendar
    target: timedelta
    started_at: datetime
    pauses: tuple[Pause, ...] = ()
    stopped_at: datetime | None = None
    _rests: tuple[Pause, ...] = field(init=False, repr=False, compare=False)
    _reckoned: list[Stretch] = field(init=False, repr=False, compare=False, default_factory=list)

    def __post_init__(self) -> None:
        """Refuse what no clock can show; unite the pauses once, for every question asks for them."""
        if self.target < timedelta(0):
            raise ValueError(self.target)
        if any(pause.end is not None and pause.end < pause.start for pause in self.pauses):
            raise ValueError(self.pauses)
        object.__setattr__(self, "_rests", tuple(_united(_in_utc(self.pauses))))

    def elapsed(self, at: datetime) -> timedelta:
        """The open time that is not paused in `[started_at, at)`; nought before the start.

        A stopped clock shows what it showed when it stopped.
        """
        until = (at if self.stopped_at is None else min(at, self.stopped_at)).astimezone(UTC)
        used = timedelta(0)
        for start, end, room in self._stretches():
            if until <= start:
                break
            if room is None or end is None or until < end:
                return used + self.calendar.business_time_between(start, until)
            used += room
        return used

    def due(self) -> datetime | None:
        """The earliest moment (UTC) by which `elapsed` equals the target.

        What fills the day is due at closing time, a target of nought at the start, open or not. None
        when that can't be known: a pause goes on that began before the target was used up, or the
        calendar is not open within 800 days.
        """
        left = self.target
        for start, _end, room in self._stretches():
            if room is None or left <= room:
                return self._after(start, left)
            left -= room
        return None

    def is_paused(self, at: datetime) -> bool:
        """Tell whether the clock rests at a moment."""
        return any(start <= at and (end is None or at < end) for start, end in self._rests)

    def state(self, now: datetime) -> State:
        """What is to be said of the target at `now`; in time means stopped not later than due."""
        due = self.due()
        if self.stopped_at is not None:
            return "missed" if due is not None and self.stopped_at > due else "met"
        if due is not None and now > due:
            return "breached"
        return "paused" if self.is_paused(now) else "running"

    def reaches(self, share: int) -> datetime | None:
        """The moment at which `share` percent of the target are used up; None as in `due`."""
        part = BusinessClock(self.calendar, self.target * share / 100, self.started_at, self.pauses)
        return part.due()

    def _stretches(self) -> list[Stretch]:
        """The stretches with their open time, None for one without an end: reckoned once, asked for often."""
        if not self._reckoned:
            between = self.calendar.business_time_between
            for start, end in self._running():
                self._reckoned.append((start, end, None if end is None else between(start, end)))
        return self._reckoned

    def _running(self) -> Iterator[tuple[datetime, datetime | None]]:
        """The stretches between the pauses since the start; the last has no end, unless a pause goes on."""
        reached: datetime | None = self.started_at.astimezone(UTC)
        for start, end in self._rests:
            if reached is None or (end is not None and end <= reached):
                continue
            # Also an empty stretch: a target that is used up before the pause is due before it.
            yield reached, max(start, reached)
            reached = end
        if reached is not None:
            yield reached, None

    def _after(self, start: datetime, left: timedelta) -> datetime | None:
        try:
            return self.calendar.add_business_time(start, left)
        except NoBusinessTimeError:
            return None


def _in_utc(pauses: Iterable[Pause]) -> Iterator[Pause]:
    """The same pauses; moments of one zone are compared and counted much faster."""
    for start, end in pauses:
        yield Pause(start.astimezone(UTC), None if end is None else end.astimezone(UTC))


def _united(pauses: Iterable[Pause]) -> list[Pause]:
    """The union of pauses, in order and apart from each other."""
    united: list[Pause] = []
    for start, end in sorted(pauses, key=lambda pause: pause.start):
        last = united[-1] if united else None
        if last is None or (last.end is not None and start > last.end):
            united.append(Pause(start, end))
        elif last.end is not None and (end is None or end > last.end):
            united[-1] = Pause(last.start, end)
    return united
