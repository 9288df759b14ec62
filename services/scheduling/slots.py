"""Which starts can be booked: one pure engine for listing, holding, moving and dragging.

Instants below are UTC minutes (`clock.py`). Working time is a line of bits, one a minute
(`bits.py`); once it is known where a session fits, only the marks of the grid are looked at.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple

from services.scheduling.bits import grid_marks
from services.scheduling.busy import OWN_KINDS, Busy, full_days
from services.scheduling.clock import (
    DAY,
    ceil_minute,
    floor_minute,
    instant_of,
    local_day,
    stretches,
)
from services.scheduling.working_time import Calendar, fitting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence


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

    Occupancies in `excluded` don't count: one's own hold, or the session being moved. What is
    closed doesn't count `for_desk`, for the free desk's own work; the share of all holds counts
    for those who choose without having said who they are, so staff, late money and moves ask
    without `held_share`.
    """

    after: datetime
    before: datetime
    customer_zone: str
    excluded: frozenset[int] = frozenset()
    for_desk: bool = False
    held_share: bool = True


class Closed(NamedTuple):
    """Starts in the UTC minutes `[start, end)` are closed for these specialists."""

    code: Literal["desk_reserve", "desk_closed", "held_share"]
    start: int
    end: int
    specialist_ids: frozenset[int]

    def counts(self, query: Query) -> bool:
        """Whether it is closed for this query too."""
        return not query.for_desk and (query.held_share or self.code != "held_share")


@dataclass(frozen=True)
class Slot:
    """A start that can be booked (aware, UTC), and who can take it.

    Who it is, is only looked up when somebody asks: a page of times doesn't.
    """

    start: datetime
    end: datetime
    takers: Takers = field(repr=False, compare=False)

    @property
    def specialist_ids(self) -> tuple[int, ...]:
        """All who could take it, in the order of the pool; for `all`, everyone."""
        return self.takers.at(floor_minute(self.start))


class Takers(NamedTuple):
    """For each specialist: the marks of his grid, and a byte for each, 1 where he can start."""

    free: list[tuple[int, tuple[int, ...], bytes]]

    def at(self, minute: int) -> tuple[int, ...]:
        """Name those who can start at this UTC minute."""
        found = []
        for specialist_id, marks, flags in self.free:
            place = bisect_left(marks, minute)
            if place < len(marks) and marks[place] == minute and flags[place]:
                found.append(specialist_id)
        return tuple(found)


class Line(NamedTuple):
    """The UTC days one search looks at, and the ranges of minutes in which it may offer starts."""

    first_day: int
    last_day: int
    allowed: tuple[tuple[int, int], ...]

    def forbidden(self) -> Iterator[tuple[int, int]]:
        """Give the ranges between and around the allowed ones."""
        since = self.first_day * DAY
        for start, end in self.allowed:
            yield since, start
            since = end
        yield since, self.last_day * DAY


def find_slots(
    calendars: Sequence[Calendar],
    busy: Iterable[Busy],
    service: ServiceRules,
    query: Query,
    now: datetime,
    *,
    closed: Iterable[Closed] = (),
) -> list[Slot]:
    """List the starts that can be booked, earliest first.

    A slot of an `any` service names all who could take it; of an `all` service, everyone.
    `closed` are starts that the quotas close.
    """
    pool = [calendar for calendar in calendars if service.skills <= calendar.skills]
    line = line_of(service, query, now)
    if not pool or not line.allowed:
        return []
    shut = [one for one in closed if one.counts(query)]
    takers = _takers(pool, counted(busy, query, now), service, line, shut)
    length = timedelta(minutes=service.minutes)
    found = []
    for minute in _starts(takers, together=service.mode == "all"):
        start = instant_of(minute)
        found.append(Slot(start, start + length, takers))
    return found


def line_of(service: ServiceRules, query: Query, now: datetime) -> Line:
    """Bound a search by its query, the notice and the horizon."""
    notice = now + timedelta(minutes=service.notice_minutes)
    earliest = max(ceil_minute(query.after), ceil_minute(notice), floor_minute(now) + 1)
    last_local = local_day(query.customer_zone, floor_minute(now)) + service.horizon_days
    # One spare day: no wall clock is further than that from UTC.
    latest = min(ceil_minute(query.before), (last_local + 2) * DAY)
    if earliest >= latest:
        return Line(0, 0, ())
    first_day, last_day = earliest // DAY, -(-(latest + service.minutes) // DAY)
    # By stretches, since a clock that goes back at midnight shows a date twice.
    near = (
        (max(piece.start, earliest), min(piece.end, latest, (last_local + 1) * DAY - piece.offset))
        for piece in stretches(query.customer_zone, first_day, last_day)
    )
    return Line(first_day, last_day, tuple((start, end) for start, end in near if start < end))


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


def _takers(
    pool: list[Calendar],
    busy: Mapping[int, list[Busy]],
    service: ServiceRules,
    line: Line,
    closed: list[Closed],
) -> Takers:
    """Look at each specialist on the grid of his own clock, for `all` on that of the first one."""
    together = service.mode == "all"
    zones = {pool[0].zone} if together else {calendar.zone for calendar in pool}
    grids = {zone: grid_marks(zone, service.grid_minutes, line.first_day, line.last_day) for zone in zones}
    found = []
    for calendar in pool:
        clock = pool[0].zone if together else calendar.zone
        mine = busy.get(calendar.specialist_id, ())
        flags = bytearray(_free_marks(calendar, mine, service, line, (clock, grids[clock])))
        for one in closed:
            if calendar.specialist_id in one.specialist_ids:
                first, until = (bisect_left(grids[clock], at) for at in (one.start, one.end))
                flags[first:until] = bytes(until - first)
        found.append((calendar.specialist_id, grids[clock], bytes(flags)))
    return Takers(found)


def _free_marks(
    calendar: Calendar,
    busy: Sequence[Busy],
    service: ServiceRules,
    line: Line,
    grid: tuple[str, tuple[int, ...]],
) -> bytes:
    """Give a byte for each mark of the grid (its zone and marks): 1 when the session fits in there."""
    clock, marks = grid
    flags = bytearray(fitting(calendar, clock, service.grid_minutes, service.minutes, line[:2]))
    reach = service.minutes - 1
    footprint, buffer = reach + service.buffer_after, service.buffer_before
    ours = []
    for row in busy:
        _, kind, start, end, before, after, *_ = row
        if kind in OWN_KINDS:
            ours.append(row)
            first = bisect_left(marks, start - before - footprint)
            until = bisect_left(marks, end + after + buffer)
        else:
            first, until = bisect_left(marks, start - reach), bisect_left(marks, end)
        flags[first:until] = bytes(until - first)
    closed = _spans_of(full_days(calendar, ours), calendar.zone, line)
    for start, end in itertools.chain(closed, line.forbidden()):
        first, until = bisect_left(marks, start), bisect_left(marks, end)
        flags[first:until] = bytes(until - first)
    return bytes(flags)


def _spans_of(days: Iterable[int], zone: str, line: Line) -> Iterator[tuple[int, int]]:
    """Give the UTC minutes at which the zone's clock shows these dates."""
    for day in days:
        for piece in stretches(zone, line.first_day, line.last_day):
            start = max(piece.start, day * DAY - piece.offset)
            yield start, max(start, min(piece.end, (day + 1) * DAY - piece.offset))


def _starts(takers: Takers, *, together: bool) -> list[int]:
    """List the UTC minutes at which anyone can start, or everyone."""
    grids: dict[int, tuple[tuple[int, ...], int]] = {}
    for _, marks, flags in takers.free:
        # The marks of one zone are one object here, and too long to be compared each time.
        known = grids.get(id(marks))
        number = int.from_bytes(flags, "little")
        if known is not None:
            number = known[1] & number if together else known[1] | number
        grids[id(marks)] = marks, number
    starts: set[int] = set()
    for marks, number in grids.values():
        starts.update(itertools.compress(marks, number.to_bytes(len(marks), "little")))
    return sorted(starts)
