"""Loading what the engine needs: three statements for a whole pool, busy time as bytes.

The last finds everything that could touch the starts asked for, and never looks at the past:
footprints are at most 48 hours long (a CHECK), so a bounded range of starts is enough.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from services.core.clock import date_of, day_span
from services.core.db import array_of, ask
from services.core.revisions import BELIEVED, check_belief
from services.scheduling.engine.assignment import week_of
from services.scheduling.engine.busy import NEVER, BusyColumns, busy_between, columns_of
from services.scheduling.engine.quotas import closed_starts, is_reserving, quota_dates
from services.scheduling.staffing import Staffing, local_dates

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from sqlalchemy.orm import Session

    from services.core.revisions import Topic
    from services.scheduling.engine.busy import Busy
    from services.scheduling.engine.slots import Closed, Query, ServiceRules
    from services.scheduling.engine.working_time import Calendar

LONGEST_FOOTPRINT = timedelta(hours=48)
# A row as one string of bytes, as PostgreSQL keeps it anyway: microseconds since 2000, the id, the
# first letter of the kind. Text or objects for each row would cost several times the search itself.
_PACKED = """
    string_agg(
        timestamptz_send({starts}) || timestamptz_send({ends})
        || timestamptz_send({first}) || timestamptz_send({until})
        || timestamptz_send(coalesce({expires}, 'infinity'))
        || int8send({id}) || charsend(CAST({kind} AS "char")) || boolsend({desk}), ''
    )
"""
_FOREIGN = {"expires": "NULL::timestamptz", "id": "0", "desk": "false"}
_ROW = np.dtype(
    [(name, ">i8") for name in ("start", "end", "first", "until", "expires", "id")]
    + [("kind", "u1"), ("desk", "?")]
)
_SINCE_2000 = 946_684_800_000_000
_MINUTE = 60_000_000

_OCCUPIED = _PACKED.format(
    starts="starts_at", ends="ends_at", first="lower(footprint)", until="upper(footprint)",
    expires="expires_at", id="id", kind="kind", desk="desk",
)  # fmt: skip
_ABSENT = _PACKED.format(
    starts="lower(during)", ends="upper(during)", first="lower(during)", until="upper(during)",
    kind="'absence'", **_FOREIGN,
)  # fmt: skip
_IMPORTED = _PACKED.format(
    starts="starts_at", ends="ends_at", first="starts_at", until="ends_at", kind="'external'", **_FOREIGN
)
_BUSY = f"""
    SELECT specialist_id, {_OCCUPIED}, NULL::date, NULL::date, NULL::bigint, NULL::timestamptz
    FROM scheduling.occupancy
    WHERE specialist_id = ANY (CAST(%(pool)s AS bigint[])) AND released_at IS NULL
      AND starts_at > %(after)s AND starts_at < %(before)s
    GROUP BY specialist_id
    UNION ALL
    SELECT specialist_id, {_ABSENT}, NULL, NULL, NULL, NULL
    FROM scheduling.absence
    WHERE specialist_id = ANY (CAST(%(pool)s AS bigint[])) AND state = 'approved'
      AND upper(during) > %(after)s AND lower(during) < %(before)s
    GROUP BY specialist_id
    UNION ALL
    SELECT specialist_id, {_IMPORTED}, NULL, NULL, NULL, NULL
    FROM scheduling.external_busy
    WHERE specialist_id = ANY (CAST(%(pool)s AS bigint[])) AND NOT transparent
      AND ends_at > %(after)s AND starts_at < %(before)s AND starts_at < ends_at
    GROUP BY specialist_id
    UNION ALL
    SELECT specialist_id, NULL, first_on, until_on, NULL, NULL
    FROM scheduling.external_busy
    WHERE specialist_id = ANY (CAST(%(pool)s AS bigint[])) AND NOT transparent
      AND until_on >= %(first_on)s AND first_on <= %(until_on)s AND first_on < until_on
"""  # noqa: S608 - made of the words above alone
# Minutes booked in each specialist's own week, and when he last got a session.
_LOADS = """
    UNION ALL
    SELECT c.id, NULL, NULL, NULL,
        (SELECT coalesce(sum(date_part('epoch', o.ends_at - o.starts_at)) / 60, 0)::bigint
         FROM scheduling.occupancy o
         WHERE o.specialist_id = c.id AND o.released_at IS NULL
           AND (o.expires_at IS NULL OR o.expires_at > %(now)s)
           AND o.starts_at >= c.week_from AND o.starts_at < c.week_until),
        (SELECT o.assigned_at FROM scheduling.occupancy o
         WHERE o.specialist_id = c.id AND o.released_at IS NULL
         ORDER BY o.assigned_at DESC LIMIT 1)
    FROM unnest(CAST(%(pool)s AS bigint[]), CAST(%(weeks_from)s AS timestamptz[]),
        CAST(%(weeks_until)s AS timestamptz[])) AS c (id, week_from, week_until)
"""
_BUSY_AND_LOADS = _BUSY + _LOADS
_AND_BELIEVED = (
    f"{_BUSY_AND_LOADS} UNION ALL SELECT NULL, convert_to(({BELIEVED}), 'UTF8'), NULL, NULL, NULL, NULL"
)


class Loads(NamedTuple):
    """By specialist: minutes booked in his own week of a start, and when he last got a session."""

    minutes: Mapping[int, int]
    last_assigned: Mapping[int, datetime]


class Pool(NamedTuple):
    """The specialists of a search, by id, what takes their time, and which starts are closed."""

    calendars: Sequence[Calendar]
    busy: BusyColumns
    closed: list[Closed]
    loads: Loads = Loads({}, {})


def load_pool(
    db: Session,
    *,
    rules: ServiceRules,
    query: Query,
    everyone: bool = False,
    week_of_start: bool = False,
    seen: Mapping[Topic, str] | None = None,
    unsure: bool = False,
    now: datetime,
) -> Pool:
    """Load what `find_slots` and `explain` need to know of active specialists for a query.

    Those who lack the skills are there for `everyone` only, or when they serve the desk and a
    reserve is in force. Lapsed holds that nobody has released yet are among the busy rows. Three
    statements, two for the desk's own work, whatever the numbers of specialists and dates; with
    `seen`, the revisions of all topics read before in this transaction, one is enough as long as
    nobody's hours change. `week_of_start`: loads of the week in which the query begins, too. Whoever is
    `unsure`, since he only believes that they are so, gets OutdatedError when they are not.
    """
    after, before = query.after, query.before + timedelta(minutes=rules.footprint_minutes)
    known = Staffing(db, seen=seen, horizon_days=rules.horizon_days, now=now)
    desk = None if query.for_desk else known.desk_rules(after, before)
    if desk is not None:
        # A quota counts whole dates.
        first_on, last_on = map(date_of, quota_dates(desk.zone, query, rules))
        begin, end = day_span(desk.zone, first_on, last_on)
        after, before = min(after, begin), max(before, end)
    reserved = desk is not None and is_reserving(desk)
    skills = frozenset[str]() if everyone else rules.skills
    calendars = known.calendars(skills, after, before, reserved=reserved)
    if not calendars:
        return Pool([], columns_of(()), [])
    weeks = _weeks(calendars, query.after, now) if week_of_start or unsure else {}
    busy, loads = _load_busy(db, calendars, after, before, weeks, believed=seen if unsure else None)
    closed = closed_starts(calendars, busy, rules, query, desk=desk, now=now) if desk else []
    return Pool(calendars, busy, closed, loads)


def _weeks(calendars: Sequence[Calendar], start: datetime, now: datetime) -> dict[str, object]:
    zones = [calendar.zone for calendar in calendars]
    of_zone = {zone: [at.isoformat() for at in week_of(start, zone)] for zone in set(zones)}
    return {
        "weeks_from": array_of(of_zone[zone][0] for zone in zones),
        "weeks_until": array_of(of_zone[zone][1] for zone in zones),
        "now": now,
    }


def _load_busy(
    db: Session,
    calendars: Sequence[Calendar],
    after: datetime,
    before: datetime,
    weeks: dict[str, object],
    *,
    believed: Mapping[Topic, str] | None,
) -> tuple[BusyColumns, Loads]:
    zones = {calendar.specialist_id: calendar.zone for calendar in calendars}
    reach = {
        "pool": array_of(map(str, zones)),
        "after": after - LONGEST_FOOTPRINT,
        "before": before + LONGEST_FOOTPRINT,
        **local_dates(after, before),
        **weeks,
    }
    packed: list[tuple[int, bytes]] = []
    whole_days: list[Busy] = []
    minutes: dict[int, int] = {}
    last_assigned: dict[int, datetime] = {}
    statement = _AND_BELIEVED if believed else _BUSY_AND_LOADS if weeks else _BUSY
    found: Iterable[Any] = ask(db, statement, reach)
    for specialist_id, rows, first_on, until_on, booked, assigned_at in found:
        if believed is not None and specialist_id is None:
            check_belief(believed, bytes(rows).decode())
        elif rows is not None:
            packed.append((specialist_id, rows))
        elif booked is not None:
            minutes[specialist_id] = booked
            if assigned_at is not None:
                last_assigned[specialist_id] = assigned_at
        else:
            # Only the owner's zone knows when these dates begin and end.
            days = day_span(zones[specialist_id], first_on, until_on)
            whole = busy_between(specialist_id, "external", *days)
            if whole is not None:
                whole_days.append(whole)
    return _unpacked(packed).joined(columns_of(whole_days)), Loads(minutes, last_assigned)


def _unpacked(packed: list[tuple[int, bytes]]) -> BusyColumns:
    """Read the strings of bytes, by specialist; times are rounded outwards to whole minutes."""
    rows = np.frombuffer(b"".join(found for _, found in packed), dtype=_ROW)
    counts = [len(found) // _ROW.itemsize for _, found in packed]
    minutes = {name: (rows[name] + _SINCE_2000) // _MINUTE for name in ("start", "first")}
    minutes |= {name: -(-(rows[name] + _SINCE_2000) // _MINUTE) for name in ("end", "until")}
    return BusyColumns(
        specialist_id=np.repeat(np.array([who for who, _ in packed], dtype=np.int64), counts),
        kind=rows["kind"],
        expires=np.minimum(rows["expires"], NEVER - _SINCE_2000) + _SINCE_2000,
        occupancy_id=rows["id"].astype(np.int64),
        desk=rows["desk"],
        **minutes,
    )
