"""Which starts the rules allow, read from the tables row by row and minute by minute.

Shares nothing with the site but its tables and the shapes that the rules are written in: neither
its statements nor its engine nor its quotas.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select

from services.core.vendor import find_setting
from services.scheduling.engine.busy import Busy
from services.scheduling.engine.slots import Query
from services.scheduling.engine.working_time import Calendar, Hours
from services.scheduling.models import (
    Absence,
    DeskClosure,
    DeskReserve,
    ExternalBusy,
    Holiday,
    HoursVersion,
    Occupancy,
    OwnDate,
    Specialist,
)
from tests.unit.slow_slots import EPOCH, MINUTE, at, shows_working_time, slow_slots, wall


def midnight(day, zone):
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def minute_of(moment, *, up=False):
    whole, rest = divmod(moment - EPOCH, MINUTE)
    return whole + bool(rest and up)


def local_day(moment, zone):
    return moment.astimezone(ZoneInfo(zone)).date()


class Reading(NamedTuple):
    """All that the tables say of one moment."""

    calendars: tuple
    busy: list
    absences: frozenset
    closures: list
    reserves: list
    held_percent: int
    zone: str
    now: datetime


def read(db, now):
    people = [
        one for one in db.scalars(select(Specialist).order_by(Specialist.id)) if one.staff_member.active
    ]
    ids = {one.id for one in people}
    away = [
        row for row in db.scalars(select(Absence)) if row.state == "approved" and row.specialist_id in ids
    ]
    absences = frozenset((row.specialist_id, row.during.lower, row.during.upper) for row in away)
    limits = find_setting(db, key="hold_limits") or {}
    return Reading(
        calendars(db, people),
        [*taken(db, ids), *(busy(who, "absence", *span) for who, *span in absences), *imported(db, people)],
        absences,
        [row for row in db.scalars(select(DeskClosure)) if row.lifted_at is None],
        db.scalars(select(DeskReserve).order_by(DeskReserve.effective_from, DeskReserve.id)).all(),
        limits.get("held_percent", 30),
        find_setting(db, key="vendor")["zone"],
        now,
    )


def calendars(db, people):
    hours, dates = (db.scalars(select(model).order_by(model.id)).all() for model in (HoursVersion, OwnDate))
    holidays = db.scalars(select(Holiday)).all()

    def windows(row):
        return tuple(tuple(window) for window in row.windows)

    def calendar(one):
        latest = {row.effective_from: windows(row) for row in hours if row.specialist_id == one.id}
        return Calendar(
            one.id,
            one.zone,
            tuple(Hours(on, said) for on, said in sorted(latest.items())),
            tuple((row.day_on, windows(row)) for row in dates if row.specialist_id == one.id),
            frozenset(row.day_on for row in holidays if row.holiday_set_id == one.holiday_set_id),
            frozenset(one.skills),
            one.daily_limit,
            one.desk,
        )

    return tuple(calendar(one) for one in people)


def busy(specialist_id, kind, start, end, **more):
    return Busy(specialist_id, kind, minute_of(start), minute_of(end, up=True), **more)


def taken(db, ids):
    for row in db.scalars(select(Occupancy).where(Occupancy.released_at.is_(None))):
        if row.specialist_id in ids:
            yield busy(
                row.specialist_id, row.kind, row.starts_at, row.ends_at,
                buffer_before=(row.starts_at - row.footprint.lower) // MINUTE,
                buffer_after=(row.footprint.upper - row.ends_at) // MINUTE,
                expires_at=row.expires_at, occupancy_id=row.id, desk=row.desk,
            )  # fmt: skip


def imported(db, people):
    zones = {one.id: one.zone for one in people}
    for row in db.scalars(select(ExternalBusy)):
        if row.transparent or row.specialist_id not in zones:
            continue
        start, end = row.starts_at, row.ends_at
        if start is None:
            start, end = (midnight(day, zones[row.specialist_id]) for day in (row.first_on, row.until_on))
        yield busy(row.specialist_id, "external", start, end)


def bookable(seen, rules, zone, day, own):
    """The starts (UTC) on a date of `zone` that somebody with the occupancies `own` may choose."""
    query = Query(midnight(day, zone), midnight(day + timedelta(days=1), zone), zone, frozenset(own))
    found = set()
    for start, end, able in slow_slots(seen.calendars, seen.busy, rules, query, seen.now):
        left = set(able) - closed_for(seen, rules, start, end, own)
        if left if rules.mode == "any" else len(left) == len(able):
            found.add(start)
    return found


def closed_for(seen, rules, start, end, own):
    """Which specialists no paid session may have from `start` to `end`, though they are free."""
    desk = [one for one in seen.calendars if one.desk]
    skilled = [one for one in seen.calendars if rules.skills <= one.skills]
    closed = set()
    if any(row.starts_at <= start < row.until_at and row.until_at > seen.now for row in seen.closures):
        closed |= {one.specialist_id for one in desk}
    day = local_day(start, seen.zone)
    while midnight(day, seen.zone) < end:
        asked = minutes_on(day, seen.zone, start, end)
        percents = [row.percent for row in seen.reserves if row.effective_from <= day]
        if percents and percents[-1]:
            room = (100 - percents[-1]) * capacity(tuple(desk), seen.absences, day, seen.zone) // 100
            if asked > max(0, room - used(seen, desk, day, own)):
                closed |= {one.specialist_id for one in desk}
        room = seen.held_percent * capacity(tuple(skilled), seen.absences, day, seen.zone) // 100
        held = used(seen, skilled, day, own, kinds={"hold"})
        if asked > max(0, max(room, rules.minutes) - held):
            closed |= {one.specialist_id for one in skilled}
        day += timedelta(days=1)
    return closed


def minutes_on(day, zone, start, end):
    first, last = midnight(day, zone), midnight(day + timedelta(days=1), zone)
    return max(timedelta(), min(end, last) - max(start, first)) // MINUTE


def used(seen, people, day, own, kinds=frozenset({"hold", "reservation", "booking", "overbooked"})):
    ids = {one.specialist_id for one in people}
    return sum(
        minutes_on(day, seen.zone, at(row.start), at(row.end))
        for row in seen.busy
        if row.specialist_id in ids
        and row.kind in kinds
        and not row.desk
        and row.occupancy_id not in own
        and (row.expires_at is None or row.expires_at > seen.now)
    )


@lru_cache(maxsize=2000)
def capacity(people, absences, day, zone):
    first = midnight(day, zone)
    minutes = (midnight(day + timedelta(days=1), zone) - first) // MINUTE
    return sum(
        shows_working_time(one, *wall(one.zone, moment))
        and not any(who == one.specialist_id and begin <= moment < end for who, begin, end in absences)
        for one in people
        for moment in (first + n * MINUTE for n in range(minutes))
    )
