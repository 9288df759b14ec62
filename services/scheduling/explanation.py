"""Why a start is not offered: the same rules as `slots.py`, said one by one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, TypeAlias

from services.scheduling.busy import Busy, columns_of
from services.scheduling.clock import (
    DAY,
    ceil_minute,
    date_of,
    floor_minute,
    instant_of,
    local_day,
    offset_at,
)
from services.scheduling.grid import grid_of
from services.scheduling.working_time import Calendar, working_minutes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from services.scheduling.slots import Closed, Query, ServiceRules

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
    shared = tuple(_for_everyone(service, query, now, start))
    of_specialist = counted(busy, query, now)
    skilled = [calendar for calendar in calendars if service.skills <= calendar.skills]
    clock = skilled[0].zone if service.mode == "all" and skilled else None
    minute = floor_minute(start)
    shut = [one for one in closed if one.counts(query) and one.start <= minute < one.end]
    against = [
        (
            *_for_one(calendar, of_specialist.get(calendar.specialist_id, []), service, start, clock),
            *_closed_for(calendar.specialist_id, shut),
        )
        for calendar in skilled
    ]
    unskilled = tuple(
        Reason("skill", calendar.specialist_id)
        for calendar in calendars
        if not service.skills <= calendar.skills
    )
    enough = all if service.mode == "all" else any
    willing = bool(skilled) and enough(not reasons for reasons in against)
    nobody = () if skilled else (Reason("nobody"),)
    each = tuple(reason for reasons in against for reason in reasons)
    return Explanation(start, willing and not shared, shared + nobody + each + unskilled)


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


def _for_one(
    calendar: Calendar,
    busy: Sequence[Busy],
    service: ServiceRules,
    start: datetime,
    clock: str | None,
) -> Iterator[Reason]:
    minute, who = floor_minute(start), calendar.specialist_id
    if not on_grid(clock or calendar.zone, service.grid_minutes, start):
        yield Reason("grid", who)
    if not works_through(calendar, minute, minute + service.minutes):
        yield Reason(_off_code(calendar, minute), who)
    for row in busy:
        code = _collision(row, minute, service)
        if code is not None:
            yield Reason(code, who, row)
    if _is_full_day(calendar, busy, minute):
        yield Reason("daily_limit", who)


def _closed_for(specialist_id: int, closed: Iterable[Closed]) -> Iterator[Reason]:
    codes = dict.fromkeys(one.code for one in closed if specialist_id in one.specialist_ids)
    return (Reason(code, specialist_id) for code in codes)


def marks_between(
    calendars: Sequence[Calendar], service: ServiceRules, after: datetime, before: datetime
) -> list[datetime]:
    """List the starts in `[after, before)` that are on the grid of a clock that counts."""
    skilled = [calendar for calendar in calendars if service.skills <= calendar.skills]
    zones = {calendar.zone for calendar in (skilled[:1] if service.mode == "all" else skilled)}
    first, last = ceil_minute(after), ceil_minute(before)
    days = first // DAY, -(-last // DAY)
    marks = {mark for zone in zones for mark in grid_of(zone, service.grid_minutes, *days).marks.tolist()}
    return [instant_of(mark) for mark in sorted(marks) if first <= mark < last]


def on_grid(zone: str, interval: int, start: datetime) -> bool:
    """Tell whether the zone's wall clock shows a multiple of `interval` minutes at `start`."""
    minute = floor_minute(start)
    of_day = (minute + offset_at(zone, minute)) % DAY
    return of_day % interval == 0 and instant_of(minute) == start


def works_through(calendar: Calendar, start: int, end: int) -> bool:
    """Tell whether the UTC minutes `[start, end)` lie wholly in working time."""
    first_day, last_day = start // DAY, ceil_minute(instant_of(end)) // DAY + 1
    base = first_day * DAY
    return bool(working_minutes(calendar, first_day, last_day)[start - base : end - base].all())


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
