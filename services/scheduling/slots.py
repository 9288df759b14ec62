"""Which starts can be booked: one pure engine for listing, holding, moving and dragging.

Instants below are UTC minutes (`clock.py`). Where a session fits into working time is known for
each mark of the grid; busy time, limits and closures strike marks, for all specialists at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from services.scheduling.busy import columns_of
from services.scheduling.clock import (
    DAY,
    ceil_minute,
    floor_minute,
    instant_of,
    local_day,
    stretches,
)
from services.scheduling.grid import Grid, grid_of, local_days
from services.scheduling.working_time import Calendar, fitting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from services.scheduling.busy import Busy, BusyColumns
    from services.scheduling.grid import Flags, Ints

_NO_LIMIT = 2**31


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
    """The grids that were looked at, and the specialists in the order of the pool."""

    sheets: tuple[Sheet, ...]
    pool: tuple[int, ...]

    def at(self, minute: int) -> tuple[int, ...]:
        """Name those who can start at this UTC minute."""
        able = {who for sheet in self.sheets for who in sheet.able_at(minute)}
        return tuple(who for who in self.pool if who in able)


@dataclass(frozen=True, eq=False)
class Sheet:
    """The grid of one clock, a row for each specialist who keeps it, a column for each mark.

    `free` says where each can start.
    """

    grid: Grid
    members: list[Calendar]
    free: Flags

    def able_at(self, minute: int) -> list[int]:
        """Name those who can start at this UTC minute."""
        here = self.grid.span(minute, minute + 1)
        rows, _ = np.nonzero(self.free[:, here])
        return [self.members[row].specialist_id for row in rows]

    def starts(self, allowed: Iterable[tuple[int, int]], *, together: bool) -> Ints:
        """List the allowed UTC minutes at which anyone can start, or everyone."""
        able = np.logical_and.reduce(self.free) if together else np.logical_or.reduce(self.free)
        spans = [self.grid.span(start, end) for start, end in allowed]
        return np.concatenate([self.grid.marks[here][able[here]] for here in spans])


class Line(NamedTuple):
    """The UTC days one search looks at, and the ranges of minutes in which it may offer starts."""

    first_day: int
    last_day: int
    allowed: tuple[tuple[int, int], ...]


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
    taken = columns_of(busy).counted(query.excluded, now)
    shut = [one for one in closed if one.counts(query)]
    together = service.mode == "all"
    sheets = tuple(_sheets(pool, taken, service, line, shut))
    takers = Takers(sheets, tuple(calendar.specialist_id for calendar in pool))
    starts = [sheet.starts(line.allowed, together=together) for sheet in sheets]
    minutes = starts[0] if len(starts) == 1 else np.unique(np.concatenate(starts))
    length = timedelta(minutes=service.minutes)
    return [Slot(at, at + length, takers) for at in map(instant_of, minutes.tolist())]


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


def _sheets(
    pool: list[Calendar], taken: BusyColumns, service: ServiceRules, line: Line, closed: list[Closed]
) -> Iterator[Sheet]:
    """Lay everyone on the grid of his own clock, for `all` on that of the first one."""
    zones = {calendar.zone: None for calendar in pool}
    for clock in zones if service.mode == "any" else (pool[0].zone,):
        members = [one for one in pool if service.mode == "all" or one.zone == clock]
        days = line.first_day, line.last_day
        grid = grid_of(clock, service.grid_minutes, *days)
        masks = [fitting(one, clock, service.grid_minutes, service.minutes, days) for one in members]
        sheet = Sheet(grid, members, np.array(masks))
        _strike_taken(sheet, taken, service)
        _strike_full_days(sheet, taken, line)
        _strike_closed(sheet, closed)
        yield sheet


def _strike_taken(sheet: Sheet, taken: BusyColumns, service: ServiceRules) -> None:
    """Strike the marks from which a session would run into busy time.

    Every row raises a count from the first mark it blocks on and lowers it at the first one after,
    all specialists on one long line; where the running count stands above 0, somebody's time is taken.
    """
    row, taken = _rows_in(sheet, taken)
    if not len(taken):
        return
    reach = service.minutes - 1
    own = taken.own
    first = np.where(own, taken.first - reach - service.buffer_after, taken.start - reach)
    until = np.where(own, taken.until + service.buffer_before, taken.end)
    marks = len(sheet.grid.marks)
    # One column more, where a row that reaches beyond the last mark is lowered.
    width = marks + 1
    steps = np.zeros(len(sheet.members) * width, dtype=np.int64)
    # A number of the same type is added fifty times as fast.
    one = np.int64(1)
    np.add.at(steps, row * width + sheet.grid.place(first), one)
    np.subtract.at(steps, row * width + sheet.grid.place(until), one)
    free = np.cumsum(steps, out=steps).reshape(-1, width)[:, :marks] == 0
    np.logical_and(sheet.free, free, out=sheet.free)


def _strike_full_days(sheet: Sheet, taken: BusyColumns, line: Line) -> None:
    """Strike the local dates on which a specialist's daily limit is reached."""
    zones = {one.zone for one in sheet.members if one.daily_limit is not None}
    if not zones:
        return
    # Nobody's clock is further than a day from UTC.
    first_day, last_day = line.first_day - 1, line.last_day + 1
    near = (taken.start >= first_day * DAY) & (taken.start < last_day * DAY)
    row, ours = _rows_in(sheet, taken.where(taken.own & near))
    shape = len(sheet.members), last_day - first_day + 2
    for zone in zones:
        limits = [one.daily_limit if one.zone == zone else None for one in sheet.members]
        of_day = local_days(zone, ours.start, first_day, last_day) - first_day + 1
        counts = np.bincount(row * shape[1] + of_day, minlength=shape[0] * shape[1]).reshape(shape)
        most = np.array([_NO_LIMIT if limit is None else limit for limit in limits])
        full = counts >= most[:, np.newaxis]
        shown = local_days(zone, sheet.grid.marks, first_day, last_day) - first_day + 1
        np.logical_and(sheet.free, ~full[:, shown], out=sheet.free)


def _strike_closed(sheet: Sheet, closed: list[Closed]) -> None:
    spans: dict[frozenset[int], list[slice]] = {}
    for one in closed:
        spans.setdefault(one.specialist_ids, []).append(sheet.grid.span(one.start, one.end))
    for specialist_ids, shut in spans.items():
        is_open = np.ones(len(sheet.grid.marks), dtype=bool)
        for here in shut:
            is_open[here] = False
        concerned = [one.specialist_id in specialist_ids for one in sheet.members]
        sheet.free[concerned] &= is_open


def _rows_in(sheet: Sheet, taken: BusyColumns) -> tuple[Ints, BusyColumns]:
    """Give the busy rows of the sheet's specialists, and in which row of the sheet each belongs."""
    ids = np.array([one.specialist_id for one in sheet.members])
    order = np.argsort(ids)
    place = order[np.minimum(np.searchsorted(ids, taken.specialist_id, sorter=order), len(ids) - 1)]
    known = ids[place] == taken.specialist_id
    return place[known], taken.where(known)
