"""Starts that are closed although somebody is free: the desk's reserve, and the share of all holds.

Both are one rule: on each date of the vendor's zone, sessions may take so many more minutes of
certain specialists, its *room*; a start is closed if more of the session than that lies inside the
date. A session that crosses midnight is split there to the minute; a date lasts 23, 24 or 25 hours.

Pure; instants are UTC minutes, ranges half open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from services.core.clock import DAY, ceil_minute, date_borders, date_of, floor_minute, local_day
from services.scheduling.engine.busy import ABSENCE, HOLD, columns_of
from services.scheduling.engine.slots import Closed
from services.scheduling.engine.working_time import count_between, worked_between, working_minutes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from services.scheduling.engine.busy import Busy, BusyColumns
    from services.scheduling.engine.desk_rules import DeskRules
    from services.scheduling.engine.grid import Flags, Ints
    from services.scheduling.engine.slots import Query, ServiceRules
    from services.scheduling.engine.working_time import Calendar

_ALL = 100
_PLENTY = 2**40


def is_reserving(rules: DeskRules) -> bool:
    """Whether any of these dates keeps a part of the working time free for the desk."""
    return any(percent for _, percent in rules.reserve)


def quota_dates(zone: str, query: Query, service: ServiceRules) -> tuple[int, int]:
    """Give the dates (as days, the last exclusive) of a zone that the query's sessions may touch."""
    last_minute = ceil_minute(query.before) + service.minutes
    return local_day(zone, floor_minute(query.after)), local_day(zone, last_minute) + 1


def closed_starts(
    calendars: Sequence[Calendar],
    busy: Iterable[Busy],
    service: ServiceRules,
    query: Query,
    *,
    desk: DeskRules,
    now: datetime,
) -> list[Closed]:
    """List what is closed for a query; nothing for the desk's own work.

    `calendars` are all who are skilled and, while a reserve is in force, all who serve the desk;
    `busy` reaches over whole dates of the vendor's zone.
    """
    if query.for_desk:
        return []
    taken = columns_of(busy).counted(query.excluded, now)
    serving = [calendar for calendar in calendars if calendar.desk]
    ids = frozenset(calendar.specialist_id for calendar in serving)
    closed = [Closed("desk_closed", one.start, one.end, ids) for one in desk.closures]
    days = quota_dates(desk.zone, query, service)
    if is_reserving(desk):
        closed += _reserve(serving, taken, service, desk, days)
    if query.held_share and desk.held_percent < _ALL:
        skilled = [calendar for calendar in calendars if service.skills <= calendar.skills]
        closed += _held_share(skilled, taken, service, desk, days)
    return closed


def _reserve(
    serving: list[Calendar],
    taken: BusyColumns,
    service: ServiceRules,
    desk: DeskRules,
    days: tuple[int, int],
) -> Iterator[Closed]:
    """Keep a part of the desk's working time free of sessions that are not its own work."""
    borders = date_borders(desk.zone, *days)
    percent = np.array([desk.reserve_on(date_of(day)) for day in range(*days)])
    allowed = (_ALL - percent) * count_working(serving, taken, borders) // _ALL
    room = allowed - count_taken(serving, taken, borders, which=taken.own & ~taken.desk)
    # Where nothing is reserved, nothing is counted: hours may have shrunk below what is booked.
    room[percent == 0] = _PLENTY
    takes = _taking(serving, service)
    return _closed("desk_reserve", serving, borders, room // takes, service.minutes)


def _held_share(
    skilled: list[Calendar],
    taken: BusyColumns,
    service: ServiceRules,
    desk: DeskRules,
    days: tuple[int, int],
) -> Iterator[Closed]:
    """Let those who have not paid yet keep no more than a share of the working time; one always may."""
    held = np.equal(taken.kind, HOLD) & ~taken.desk
    if not held.any():
        return
    borders = date_borders(desk.zone, *days)
    takes = _taking(skilled, service)
    share = desk.held_percent * count_working(skilled, taken, borders) // _ALL
    room = np.maximum(share, takes * service.minutes) - count_taken(skilled, taken, borders, which=held)
    yield from _closed("held_share", skilled, borders, room // takes, service.minutes)


def _taking(members: list[Calendar], service: ServiceRules) -> int:
    """Count how many of these specialists one session takes."""
    if service.mode == "any":
        return 1
    return max(1, sum(service.skills <= one.skills for one in members))


def count_working(members: list[Calendar], taken: BusyColumns, borders: tuple[int, ...]) -> Ints:
    """Count the working minutes of each date, less approved absences."""
    flags = np.equal(taken.kind, ABSENCE)
    absences = taken.where(flags) if flags.any() else None
    absent = frozenset(absences.specialist_id.tolist()) if absences is not None else frozenset[int]()
    total = np.zeros(len(borders) - 1, dtype=np.int64)
    for one in members:
        if absences is not None and one.specialist_id in absent:
            mine = absences.where(absences.specialist_id == one.specialist_id)
            total += _worked_without(one, mine, borders)
        else:
            total += worked_between(one, borders)
    return total


def _worked_without(calendar: Calendar, absences: BusyColumns, borders: tuple[int, ...]) -> Ints:
    first_day, last_day = borders[0] // DAY, -(-borders[-1] // DAY)
    base = first_day * DAY
    minutes = working_minutes(calendar, first_day, last_day)
    for start, end in zip(absences.start.tolist(), absences.end.tolist(), strict=True):
        minutes[max(start - base, 0) : max(end - base, 0)] = False
    return count_between(minutes, np.array(borders) - base)


def count_taken(
    members: list[Calendar], taken: BusyColumns, borders: tuple[int, ...], *, which: Flags
) -> Ints:
    """Add up the minutes of these specialists' sessions on each date; of those rows that are flagged."""
    ids = np.array(sorted(one.specialist_id for one in members), dtype=np.int64)
    if len(ids):
        place = np.minimum(np.searchsorted(ids, taken.specialist_id), len(ids) - 1)
        which = which & (ids[place] == taken.specialist_id)
    else:
        which = np.zeros_like(which)
    starts, ends = taken.start[which], taken.end[which]
    # The time before the first date and after the last are dates too, which nobody asks for.
    ends_of = np.array([*borders, max(borders[-1], int(ends.max(initial=0)))])
    used = np.zeros(len(ends_of), dtype=np.int64)
    place = np.searchsorted(borders, starts, side="right")
    while len(starts):
        until = np.minimum(ends, ends_of[place])
        np.add.at(used, place, until - starts)
        goes_on = until < ends
        starts, ends, place = until[goes_on], ends[goes_on], place[goes_on] + 1
    return used[1:-1]


def _closed(
    code: Literal["desk_reserve", "held_share"],
    members: list[Calendar],
    borders: tuple[int, ...],
    room: Ints,
    length: int,
) -> Iterator[Closed]:
    """Close the starts from which more of the session lies inside a date than it has room."""
    ids = frozenset(one.specialist_id for one in members)
    for start, end, left in zip(borders, borders[1:], room.tolist(), strict=False):
        minutes = max(left, 0)
        if minutes < min(length, end - start):
            yield Closed(code, start - length + minutes + 1, end - minutes, ids)
