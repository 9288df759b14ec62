"""The rules of slots read minute by minute, as slowly and literally as they are written.

It shares nothing with the engine but its inputs.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=200_000)
def wall(zone, moment):
    local = moment.astimezone(ZoneInfo(zone))
    return local.date(), local.hour * 60 + local.minute


def windows_of(calendar, on):
    own = [windows for day, windows in calendar.own_dates if day == on]
    if own:
        return [window for windows in own for window in windows]
    if on in calendar.holidays:
        return []
    versions = [version for version in calendar.hours if version.effective_from <= on]
    if not versions:
        return []
    latest = max(versions, key=lambda version: version.effective_from)
    return [(start, end) for weekday, start, end in latest.windows if weekday == on.weekday()]


def is_special(calendar, on):
    return on in calendar.holidays or any(day == on for day, _ in calendar.own_dates)


def shows_working_time(calendar, on, minute):
    if any(start <= minute < (end if start <= end else 1440) for start, end in windows_of(calendar, on)):
        return True
    if is_special(calendar, on) or on == date.min:
        return False
    night_before = windows_of(calendar, on - timedelta(days=1))
    return any(end < start and minute < end for start, end in night_before)


def at(minute):
    return EPOCH + minute * MINUTE


class SlowDay:
    """One specialist's moments, each looked at on its own."""

    def __init__(self, calendar, busy, service, query, now):
        self.calendar, self.service, self.query = calendar, service, query
        mine = [row for row in busy if row.specialist_id == calendar.specialist_id]
        mine = [row for row in mine if row.expires_at is None or row.expires_at > now]
        mine = [row for row in mine if row.start < row.end]
        ours = ("hold", "reservation", "booking", "overbooked")
        self.ours = [row for row in mine if row.kind in ours and row.occupancy_id not in query.excluded]
        self.foreign = [row for row in mine if row.kind not in ours]
        self.seen = {}

    def works(self, moment):
        if moment not in self.seen:
            self.seen[moment] = shows_working_time(self.calendar, *wall(self.calendar.zone, moment))
        return self.seen[moment]

    def can_start(self, start):
        service = self.service
        end = start + service.minutes * MINUTE
        if not all(self.works(start + n * MINUTE) for n in range(service.minutes)):
            return False
        if any(at(row.start) < end and at(row.end) > start for row in self.foreign):
            return False
        first, last = start - service.buffer_before * MINUTE, end + service.buffer_after * MINUTE
        for row in self.ours:
            begins = at(row.start - row.buffer_before)
            ends = at(row.end + row.buffer_after)
            if begins < last and ends > first:
                return False
        if self.calendar.daily_limit is None:
            return True
        zone = self.calendar.zone
        today = [row for row in self.ours if wall(zone, at(row.start))[0] == wall(zone, start)[0]]
        return len(today) < self.calendar.daily_limit


def slow_slots(calendars, busy, service, query, now):
    pool = [calendar for calendar in calendars if set(service.skills) <= set(calendar.skills)]
    days = [SlowDay(calendar, busy, service, query, now) for calendar in pool]
    last_on = wall(query.customer_zone, now)[0] + timedelta(days=service.horizon_days)
    found = []
    moment = EPOCH + ((query.after - EPOCH) // MINUTE - 1) * MINUTE
    while pool and moment < query.before:
        moment += MINUTE
        if not query.after <= moment < query.before:
            continue
        if moment <= now or moment < now + service.notice_minutes * MINUTE:
            continue
        if wall(query.customer_zone, moment)[0] > last_on:
            continue
        on_grid = {
            day.calendar.specialist_id: wall(day.calendar.zone, moment)[1] % service.grid_minutes == 0
            for day in days
        }
        if service.mode == "all":
            able = [day for day in days if on_grid[pool[0].specialist_id] and day.can_start(moment)]
            able = able if len(able) == len(days) else []
        else:
            able = [day for day in days if on_grid[day.calendar.specialist_id] and day.can_start(moment)]
        if able:
            takers = tuple(day.calendar.specialist_id for day in able)
            found.append((moment, moment + service.minutes * MINUTE, takers))
    return found
