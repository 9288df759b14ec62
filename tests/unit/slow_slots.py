"""The rules of slots read minute by minute, as slowly and literally as they are written.

It shares nothing with the engine but its inputs.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
OURS = ("hold", "reservation", "booking", "overbooked")


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
        self.ours = [row for row in mine if row.kind in OURS and row.occupancy_id not in query.excluded]
        self.foreign = [row for row in mine if row.kind not in OURS]
        self.seen = {}

    def works(self, moment):
        if moment not in self.seen:
            self.seen[moment] = shows_working_time(self.calendar, *wall(self.calendar.zone, moment))
        return self.seen[moment]

    def away(self, moment):
        rows = (row for row in self.foreign if row.kind == "absence")
        return any(at(row.start) <= moment < at(row.end) for row in rows)

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


@lru_cache(maxsize=400)
def minutes_of(zone, on):
    """All minutes at which the zone's clock shows this date."""
    midnight = (on - EPOCH.date()).days * 1440
    near = (at(minute) for minute in range(midnight - 1440, midnight + 2880))
    return frozenset(moment for moment in near if wall(zone, moment)[0] == on)


class SlowQuotas:
    """What the desk's rules close, each minute of a date counted on its own."""

    def __init__(self, desk, *search):
        calendars, busy, service, query, now = search
        self.desk, self.service, self.query = desk, service, query
        self.days = [SlowDay(calendar, busy, service, query, now) for calendar in calendars]
        self.skilled = [day for day in self.days if set(service.skills) <= set(day.calendar.skills)]
        self.serving = [day for day in self.days if day.calendar.desk]
        self.rooms = {}

    def closes(self, calendar, start):
        if self.query.for_desk:
            return False
        session = [start + n * MINUTE for n in range(self.service.minutes)]
        dates = {wall(self.desk.zone, moment)[0] for moment in session}
        shares = [(on, sum(wall(self.desk.zone, moment)[0] == on for moment in session)) for on in dates]
        if calendar.desk:
            if any(at(one.start) <= start < at(one.end) for one in self.desk.closures):
                return True
            if any(self.exceeds(self.reserve_room, self.serving, *share) for share in shares):
                return True
        if not self.query.held_share or self.desk.held_percent == 100:
            return False
        return any(self.exceeds(self.held_room, self.skilled, *share) for share in shares)

    def exceeds(self, room_on, days, on, minutes):
        if (room_on, on) not in self.rooms:
            self.rooms[room_on, on] = room_on(on)
        room = self.rooms[room_on, on]
        return room is not None and minutes * self.takes(days) > room

    def takes(self, days):
        return 1 if self.service.mode == "any" else sum(day in self.skilled for day in days)

    def reserve_room(self, on):
        in_force = [percent for since, percent in sorted(self.desk.reserve) if since <= on]
        if not in_force or not in_force[-1]:
            return None
        rows = [row for day in self.serving for row in day.ours if not row.desk]
        return (100 - in_force[-1]) * self.capacity(self.serving, on) // 100 - self.minutes(rows, on)

    def held_room(self, on):
        rows = [row for day in self.skilled for row in day.ours if row.kind == "hold" and not row.desk]
        share = self.desk.held_percent * self.capacity(self.skilled, on) // 100
        return max(share, self.takes(self.skilled) * self.service.minutes) - self.minutes(rows, on)

    def capacity(self, days, on):
        return sum(day.works(moment) and not day.away(moment) for day in days for moment in self.date(on))

    def minutes(self, rows, on):
        return sum(at(minute) in self.date(on) for row in rows for minute in range(row.start, row.end))

    def date(self, on):
        return minutes_of(self.desk.zone, on)


def slow_slots(calendars, busy, service, query, now, *, desk=None):
    pool = [calendar for calendar in calendars if set(service.skills) <= set(calendar.skills)]
    days = [SlowDay(calendar, busy, service, query, now) for calendar in pool]
    quotas = SlowQuotas(desk, calendars, busy, service, query, now) if desk else None
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
        able = [
            day
            for day in days
            if on_grid[(pool[0] if service.mode == "all" else day.calendar).specialist_id]
            and day.can_start(moment)
            and not (quotas and quotas.closes(day.calendar, moment))
        ]
        if service.mode == "all" and len(able) < len(days):
            continue
        if able:
            takers = tuple(day.calendar.specialist_id for day in able)
            found.append((moment, moment + service.minutes * MINUTE, takers))
    return found
