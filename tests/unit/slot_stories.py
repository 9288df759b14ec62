"""Short words for telling a story about slots.

Where each rule of scheduling has its examples:

| rule                                             | examples                               |
| ------------------------------------------------ | -------------------------------------- |
| 1 time, 2 working time, 3 nights, 4 own dates    | test_slots_working_time                |
| 5 fit, 6 footprint, 7 busy                       | test_slots_busy, …_working_time        |
| 7 whole dates of the owner's zone                | integration/test_slot_loading          |
| 8 grid, 9 notice, horizon, query                 | test_slots_bounds                      |
| 10 holds, 11 daily limit, 15 whole minutes       | test_slots_busy                        |
| 12 pool, 13 assignment                           | test_slots_pool                        |
| 14 reserve, closures; the share of holds         | test_slots_quotas                      |
| 16 production calendar                           | test_production_calendar, test_date_…   |
| every missing start has its reasons              | test_slots_explained                   |
| all of them at once, against a slow reading      | test_slots_property                    |
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from services.core.clock import floor_minute
from services.scheduling.engine.busy import Busy
from services.scheduling.engine.slots import Query, ServiceRules, find_slots
from services.scheduling.engine.working_time import Calendar, Hours

MOSCOW = "Europe/Moscow"
EARLY = datetime(2010, 1, 1, tzinfo=UTC)


def clock(text):
    """'09:30' in minutes of the day."""
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def window(text):
    """'09:00-18:00' as a window."""
    start, end = text.split("-")
    return clock(start), clock(end)


def weekly(*texts, days=range(7)):
    """The same windows on each of the weekdays (0 is Monday)."""
    return tuple((day, *window(text)) for day in days for text in texts)


def person(*texts, number=1, zone=MOSCOW, own=(), holidays=(), since="2000-01-01", **rest):
    """A specialist who works these windows every day; `own` are (date, window texts…)."""
    return Calendar(
        number,
        zone,
        (Hours(date.fromisoformat(since), weekly(*texts)),),
        tuple((date.fromisoformat(on), tuple(window(text) for text in given)) for on, *given in own),
        frozenset(date.fromisoformat(on) for on in holidays),
        **rest,
    )


def moment(text, zone=MOSCOW, fold=0):
    """'2026-11-23 10:00' on the wall clock of the zone, as an aware UTC instant."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def taken(start, end, *, kind="booking", number=1, buffers=(0, 0), zone=MOSCOW, **rest):
    """A busy row between two wall-clock moments."""
    first, last = floor_minute(moment(start, zone)), floor_minute(moment(end, zone))
    return Busy(number, kind, first, last, *buffers, **rest)


def hour(**rules):
    """An hour's session on a half-hour grid, unless told otherwise."""
    return ServiceRules(**{"minutes": 60, "grid_minutes": 30, "horizon_days": 9000, **rules})


def slots(calendars, service=None, *, on, busy=(), until=None, zone=MOSCOW, now=EARLY, excluded=()):
    """The slots of the dates `[on, until)` (one date by default) on this zone's wall clock."""
    pool = [calendars] if isinstance(calendars, Calendar) else calendars
    after = moment(on, zone)
    before = moment(until, zone) if until else moment(on, zone) + timedelta(days=1)
    query = Query(after, before, zone, frozenset(excluded))
    return find_slots(pool, list(busy), service or hour(), query, now)


def starts(*args, zone=MOSCOW, **rest):
    """The starts of `slots` as the wall clock shows them."""
    return [at.start.astimezone(ZoneInfo(zone)).strftime("%H:%M") for at in slots(*args, zone=zone, **rest)]
