"""Where each specialist can start: a row for each of them, a column for each mark of a grid.

A sheet begins with the marks from which a session fits into working time; busy time, daily limits
and closures strike marks, for all specialists at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from services.core.clock import DAY
from services.scheduling.engine.grid import Flags, Grid, Ints, grid_of, local_days
from services.scheduling.engine.working_time import Calendar, fitting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from services.scheduling.engine.busy import BusyColumns
    from services.scheduling.engine.slots import Closed, Line, ServiceRules

_NO_LIMIT = 2**31


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


def sheets_of(
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
