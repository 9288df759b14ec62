"""Which starts can be booked: one pure engine for listing, holding, moving and dragging.

Instants below are UTC minutes (`clock.py`), sets of them are lines of bits (`bits.py`).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias

from services.scheduling.bits import dates_line, erode, grid_line, positions, span, union
from services.scheduling.clock import (
    DAY,
    ceil_minute,
    floor_minute,
    instant_of,
    local_day,
    stretches,
)
from services.scheduling.working_time import Calendar, working_line

Kind: TypeAlias = Literal["hold", "reservation", "booking", "overbooked", "absence", "external"]
OWN_KINDS: frozenset[str] = frozenset({"hold", "reservation", "booking", "overbooked"})


class Busy(NamedTuple):
    """Time that one specialist doesn't have, in UTC minutes, `[start, end)`.

    Own sessions (`OWN_KINDS`) carry their buffers in minutes and the id of their occupancy;
    absences and imported events have neither. A hold is over at `expires_at`.
    """

    specialist_id: int
    kind: Kind
    start: int
    end: int
    buffer_before: int = 0
    buffer_after: int = 0
    expires_at: datetime | None = None
    occupancy_id: int = 0

    @property
    def own(self) -> bool:
        """Whether this is a session of ours."""
        return self.kind in OWN_KINDS


@dataclass(frozen=True, slots=True)
class ServiceRules:
    """How a service is booked; all lengths in whole minutes, `horizon_days` in local dates."""

    minutes: int
    grid_minutes: int
    buffer_before: int = 0
    buffer_after: int = 0
    notice_minutes: int = 0
    horizon_days: int = 60
    skills: frozenset[str] = frozenset()
    mode: Literal["any", "all"] = "any"

    @property
    def footprint_minutes(self) -> int:
        """The session with its buffers."""
        return self.buffer_before + self.minutes + self.buffer_after

    def end_of(self, start: datetime) -> datetime:
        """When a session that starts at `start` ends."""
        return start + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class Query:
    """Starts asked for: `after <= start < before` (aware), seen from the customer's zone.

    Occupancies in `excluded` don't count: one's own hold, or the session being moved.
    """

    after: datetime
    before: datetime
    customer_zone: str
    excluded: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Slot:
    """A start that can be booked, and who can take it (for `all`: everyone who takes part)."""

    start: datetime
    end: datetime
    specialist_ids: tuple[int, ...]


class Line(NamedTuple):
    """The UTC days one search looks at, and the bits of the starts it may offer at all."""

    first_day: int
    last_day: int
    starts: int

    @property
    def base(self) -> int:
        """The UTC minute of bit 0."""
        return self.first_day * DAY

    @property
    def length(self) -> int:
        """How many minutes the line has."""
        return (self.last_day - self.first_day) * DAY


def busy_between(specialist_id: int, kind: Kind, starts_at: datetime, ends_at: datetime) -> Busy | None:
    """Round busy time outwards to whole minutes; an empty interval blocks nothing (None)."""
    if ends_at <= starts_at:
        return None
    return Busy(specialist_id, kind, floor_minute(starts_at), ceil_minute(ends_at))


def find_slots(
    calendars: Sequence[Calendar],
    busy: Iterable[Busy],
    service: ServiceRules,
    query: Query,
    now: datetime,
) -> list[Slot]:
    """List the starts that can be booked, earliest first.

    A slot of an `any` service names all who could take it; of an `all` service, everyone.
    """
    pool = [calendar for calendar in calendars if service.skills <= calendar.skills]
    line = line_of(service, query, now)
    if not pool or not line.starts:
        return []
    of_specialist = counted(busy, query, now)
    free = {
        calendar.specialist_id: free_starts(
            calendar, of_specialist.get(calendar.specialist_id, ()), service, line
        )
        for calendar in pool
    }
    gather = _together if service.mode == "all" else _anyone
    return gather(pool, free, service, line)


def line_of(service: ServiceRules, query: Query, now: datetime) -> Line:
    """Bound a search by its query, the notice and the horizon."""
    notice = now + timedelta(minutes=service.notice_minutes)
    earliest = max(ceil_minute(query.after), ceil_minute(notice), floor_minute(now) + 1)
    last_local = local_day(query.customer_zone, floor_minute(now)) + service.horizon_days
    # One spare day: no wall clock is further than that from UTC.
    latest = min(ceil_minute(query.before), (last_local + 2) * DAY)
    if earliest >= latest:
        return Line(0, 0, 0)
    first_day = (earliest - service.buffer_before) // DAY
    last_day = -(-(latest + service.minutes + service.buffer_after) // DAY)
    starts = span(earliest - first_day * DAY, latest - first_day * DAY)
    near = _until_line(query.customer_zone, last_local, first_day, last_day)
    return Line(first_day, last_day, starts & near)


@lru_cache(maxsize=256)
def _until_line(zone: str, last_local: int, first_day: int, last_day: int) -> int:
    """Set the minutes at which the zone shows `last_local` or an earlier date."""
    base, line = first_day * DAY, 0
    for piece in stretches(zone, first_day, last_day):
        end = min(piece.end, (last_local + 1) * DAY - piece.offset)
        line |= span(piece.start - base, end - base)
    return line


def counted(busy: Iterable[Busy], query: Query, now: datetime) -> dict[int, list[Busy]]:
    """Sort busy time by specialist, without lapsed holds and what the query leaves out."""
    of_specialist: dict[int, list[Busy]] = {}
    for row in busy:
        if row.start >= row.end or (row.expires_at is not None and row.expires_at <= now):
            continue
        if row.occupancy_id in query.excluded and row.own:
            continue
        of_specialist.setdefault(row.specialist_id, []).append(row)
    return of_specialist


def free_starts(calendar: Calendar, busy: Sequence[Busy], service: ServiceRules, line: Line) -> int:
    """Set the starts that fit this specialist's working time and busy time, on any grid."""
    base, length = line.base, line.length
    ours = [row for row in busy if row.own]
    others = union(((row.start - base, row.end - base) for row in busy if not row.own), length)
    prints = union(
        ((row.start - row.buffer_before - base, row.end + row.buffer_after - base) for row in ours),
        length,
    )
    at_work = working_line(calendar, line.first_day, line.last_day) & ~others
    fits = erode(at_work, service.minutes) & line.starts
    if prints:
        clear = erode(span(0, length) & ~prints, service.footprint_minutes)
        fits &= clear << service.buffer_before
    full = full_days(calendar, ours)
    if full:
        fits &= ~dates_line(calendar.zone, full, line.first_day, line.last_day)
    return fits


def full_days(calendar: Calendar, ours: Iterable[Busy]) -> frozenset[int]:
    """Name the local dates (as days) on which the specialist's daily limit is reached."""
    if calendar.daily_limit is None:
        return frozenset()
    started: dict[int, int] = {}
    for row in ours:
        day = local_day(calendar.zone, row.start)
        started[day] = started.get(day, 0) + 1
    return frozenset(day for day, count in started.items() if count >= calendar.daily_limit)


Gather: TypeAlias = Callable[[list[Calendar], dict[int, int], ServiceRules, Line], list[Slot]]


def _anyone(pool: list[Calendar], free: dict[int, int], service: ServiceRules, line: Line) -> list[Slot]:
    takers: dict[int, list[int]] = {}
    for calendar in pool:
        grid = grid_line(calendar.zone, service.grid_minutes, line.first_day, line.last_day)
        for at in positions(free[calendar.specialist_id] & grid):
            takers.setdefault(at, []).append(calendar.specialist_id)
    return [_slot(line.base + at, service, tuple(takers[at])) for at in sorted(takers)]


def _together(pool: list[Calendar], free: dict[int, int], service: ServiceRules, line: Line) -> list[Slot]:
    """Offer what everyone is free for, on the grid of the first named one's clock."""
    common = grid_line(pool[0].zone, service.grid_minutes, line.first_day, line.last_day)
    for calendar in pool:
        common &= free[calendar.specialist_id]
    everyone = tuple(calendar.specialist_id for calendar in pool)
    return [_slot(line.base + at, service, everyone) for at in positions(common)]


def _slot(minute: int, service: ServiceRules, specialist_ids: tuple[int, ...]) -> Slot:
    start = instant_of(minute)
    return Slot(start, start + timedelta(minutes=service.minutes), specialist_ids)
