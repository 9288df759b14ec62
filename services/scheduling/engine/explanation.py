"""Why a start is not offered: the same rules as `slots.py`, said one by one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, TypeAlias

from services.core.clock import (
    DAY,
    ceil_minute,
    date_of,
    floor_minute,
    instant_of,
    local_day,
    offset_at,
)
from services.scheduling.engine.busy import Busy, columns_of
from services.scheduling.engine.grid import grid_of
from services.scheduling.engine.working_time import Calendar, working_minutes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from services.scheduling.engine.grid import Flags
    from services.scheduling.engine.slots import Closed, Query, ServiceRules

Code: TypeAlias = Literal[
    "past",
    "notice",
    "horizon",
    "query",
    "grid",
    "nobody",
    "skill",
    "outside_hours",
    "holiday",
    "absence",
    "busy",
    "external",
    "buffer",
    "daily_limit",
    "desk_reserve",
    "desk_closed",
    "held_share",
]


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason against a start: for one specialist, or for everyone (`specialist_id` None).

    `busy` is the row in the way, where the reason is one.
    """

    code: Code
    specialist_id: int | None = None
    busy: Busy | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether a start (aware, UTC) is offered, and every reason that speaks against it."""

    start: datetime
    offered: bool
    reasons: tuple[Reason, ...]


def explain(
    calendars: Sequence[Calendar],
    busy: Iterable[Busy],
    service: ServiceRules,
    query: Query,
    now: datetime,
    *,
    closed: Iterable[Closed] = (),
    start: datetime,
) -> Explanation:
    """Say why `start` (aware) is offered or not; agrees with `find_slots` for every start."""
    return Inquiry(calendars, busy, service, query, now, closed=closed).explain(start)


class Inquiry:
    """One query's rules and rows, sorted once, to explain as many starts as one likes."""

    def __init__(
        self,
        calendars: Sequence[Calendar],
        busy: Iterable[Busy],
        service: ServiceRules,
        query: Query,
        now: datetime,
        *,
        closed: Iterable[Closed] = (),
    ) -> None:
        """Take what `find_slots` takes; there must be rows for every start that will be asked for."""
        self._service, self._query, self._now = service, query, now
        self._skilled = [calendar for calendar in calendars if service.skills <= calendar.skills]
        self._unskilled = [calendar for calendar in calendars if not service.skills <= calendar.skills]
        self._busy = counted(busy, query, now)
        self._closed = [one for one in closed if one.counts(query)]
        self._worked: dict[tuple[int, int], Flags] = {}

    def explain(self, start: datetime) -> Explanation:
        """Say why a start (aware) is offered or not."""
        shared = tuple(_for_everyone(self._service, self._query, self._now, start))
        against = [tuple(self._for_one(calendar, start)) for calendar in self._skilled]
        enough = all if self._service.mode == "all" else any
        willing = bool(self._skilled) and enough(not reasons for reasons in against)
        nobody = () if self._skilled else (Reason("nobody"),)
        each = tuple(reason for reasons in against for reason in reasons)
        unskilled = tuple(Reason("skill", calendar.specialist_id) for calendar in self._unskilled)
        return Explanation(start, willing and not shared, shared + nobody + each + unskilled)

    def marks(self) -> list[datetime]:
        """List the starts the query asks for that are on the grid of a clock that counts."""
        first, last = ceil_minute(self._query.after), ceil_minute(self._query.before)
        days = first // DAY, -(-last // DAY)
        clocks = {self._clock_of(calendar) for calendar in self._skilled}
        grids = [grid_of(clock, self._service.grid_minutes, *days) for clock in clocks]
        marks = {mark for grid in grids for mark in grid.marks[grid.span(first, last)].tolist()}
        return [instant_of(mark) for mark in sorted(marks)]

    def _clock_of(self, calendar: Calendar) -> str:
        return (self._skilled[0] if self._service.mode == "all" else calendar).zone

    def _for_one(self, calendar: Calendar, start: datetime) -> Iterator[Reason]:
        minute, who = floor_minute(start), calendar.specialist_id
        busy = self._busy.get(who, ())
        if not on_grid(self._clock_of(calendar), self._service.grid_minutes, start):
            yield Reason("grid", who)
        if not self._works_through(calendar, minute):
            yield Reason(_off_code(calendar, minute), who)
        for row in busy:
            code = _collision(row, minute, self._service)
            if code is not None:
                yield Reason(code, who, row)
        if _is_full_day(calendar, busy, minute):
            yield Reason("daily_limit", who)
        shut = (one for one in self._closed if one.start <= minute < one.end)
        for closed_by in dict.fromkeys(one.code for one in shut if who in one.specialist_ids):
            yield Reason(closed_by, who)

    def _works_through(self, calendar: Calendar, start: int) -> bool:
        """Tell whether a session from this minute on lies wholly in working time."""
        first_day, end = start // DAY, start + self._service.minutes
        key = calendar.specialist_id, first_day
        if key not in self._worked:
            # Long enough for a session that starts at the end of the day.
            last_day = first_day + 2 + self._service.minutes // DAY
            self._worked[key] = working_minutes(calendar, first_day, last_day)
        return bool(self._worked[key][start - first_day * DAY : end - first_day * DAY].all())


def counted(busy: Iterable[Busy], query: Query, now: datetime) -> dict[int, list[Busy]]:
    """Sort the busy time that counts for a query by specialist."""
    of_specialist: dict[int, list[Busy]] = {}
    for row in columns_of(busy).counted(query.excluded, now):
        of_specialist.setdefault(row.specialist_id, []).append(row)
    return of_specialist


def _for_everyone(service: ServiceRules, query: Query, now: datetime, start: datetime) -> Iterator[Reason]:
    if start <= now:
        yield Reason("past")
    elif start < now + timedelta(minutes=service.notice_minutes):
        yield Reason("notice")
    today = local_day(query.customer_zone, floor_minute(now))
    if local_day(query.customer_zone, floor_minute(start)) > today + service.horizon_days:
        yield Reason("horizon")
    if not query.after <= start < query.before:
        yield Reason("query")


def on_grid(zone: str, interval: int, start: datetime) -> bool:
    """Tell whether the zone's wall clock shows a multiple of `interval` minutes at `start`."""
    minute = floor_minute(start)
    of_day = (minute + offset_at(zone, minute)) % DAY
    return of_day % interval == 0 and instant_of(minute) == start


def _off_code(calendar: Calendar, minute: int) -> Code:
    on = date_of(local_day(calendar.zone, minute))
    own = {day for day, _ in calendar.own_dates}
    return "holiday" if on in calendar.holidays and on not in own else "outside_hours"


def _is_full_day(calendar: Calendar, busy: Iterable[Busy], minute: int) -> bool:
    """Tell whether the daily limit is reached on the local date of this minute."""
    if calendar.daily_limit is None:
        return False
    day = local_day(calendar.zone, minute)
    started = sum(local_day(calendar.zone, row.start) == day for row in busy if row.own)
    return started >= calendar.daily_limit


def _collision(row: Busy, minute: int, service: ServiceRules) -> Code | None:
    end = minute + service.minutes
    if row.start < end and row.end > minute:
        return {"absence": "absence", "external": "external"}.get(row.kind, "busy")  # type: ignore[return-value]
    if not row.own:
        return None
    before, after = minute - service.buffer_before, end + service.buffer_after
    if row.start - row.buffer_before < after and row.end + row.buffer_after > before:
        return "buffer"
    return None
