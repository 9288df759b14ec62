"""Loading what the engine needs: three statements for a whole pool, busy time as bytes.

The last finds everything that could touch the starts asked for, and never looks at the past:
footprints are at most 48 hours long (a CHECK), so a bounded range of starts is enough.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from sqlalchemy import text

from services.core.clock import date_of, day_span
from services.scheduling.desk.rules import load_desk_rules
from services.scheduling.engine.busy import NEVER, BusyColumns, busy_between, columns_of
from services.scheduling.engine.quotas import closed_starts, is_reserving, quota_dates
from services.scheduling.engine.working_time import Calendar, Hours

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from services.scheduling.engine.busy import Busy
    from services.scheduling.engine.slots import Closed, Query, ServiceRules

LONGEST_FOOTPRINT = timedelta(hours=48)
_DAY = timedelta(days=1)

_CALENDARS = text("""
    SELECT s.id, s.zone, s.skills, s.daily_limit, s.desk,
        ARRAY(
            SELECT jsonb_build_array(h.effective_from, h.windows)
            FROM scheduling.hours_version h
            WHERE h.specialist_id = s.id AND h.effective_from <= :until_on
              AND h.effective_from >= coalesce((
                    SELECT max(earlier.effective_from) FROM scheduling.hours_version earlier
                    WHERE earlier.specialist_id = s.id AND earlier.effective_from <= :first_on
                  ), '-infinity')
            ORDER BY h.effective_from, h.id
        ),
        ARRAY(
            SELECT jsonb_build_array(d.day_on, d.windows)
            FROM scheduling.own_date d
            WHERE d.specialist_id = s.id AND d.day_on BETWEEN :first_on AND :until_on
            ORDER BY d.day_on, d.id
        ),
        ARRAY(
            SELECT d.day_on FROM scheduling.holiday d
            WHERE d.holiday_set_id = s.holiday_set_id AND d.day_on BETWEEN :first_on AND :until_on
        )
    FROM scheduling.specialist s JOIN people.staff_member m ON m.id = s.staff_member_id
    WHERE m.active AND (s.skills @> CAST(:skills AS text[]) OR s.desk AND :reserved)
    ORDER BY s.id
""")

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
_BUSY = text(f"""
    SELECT specialist_id, {_OCCUPIED}, NULL::date, NULL::date
    FROM scheduling.occupancy
    WHERE specialist_id = ANY (CAST(:pool AS bigint[])) AND released_at IS NULL
      AND starts_at > :after AND starts_at < :before
    GROUP BY specialist_id
    UNION ALL
    SELECT specialist_id, {_ABSENT}, NULL, NULL
    FROM scheduling.absence
    WHERE specialist_id = ANY (CAST(:pool AS bigint[])) AND state = 'approved'
      AND upper(during) > :after AND lower(during) < :before
    GROUP BY specialist_id
    UNION ALL
    SELECT specialist_id, {_IMPORTED}, NULL, NULL
    FROM scheduling.external_busy
    WHERE specialist_id = ANY (CAST(:pool AS bigint[])) AND NOT transparent
      AND ends_at > :after AND starts_at < :before AND starts_at < ends_at
    GROUP BY specialist_id
    UNION ALL
    SELECT specialist_id, NULL, first_on, until_on
    FROM scheduling.external_busy
    WHERE specialist_id = ANY (CAST(:pool AS bigint[])) AND NOT transparent
      AND until_on >= :first_on AND first_on <= :until_on AND first_on < until_on
""")  # noqa: S608 - made of the words above alone


class Pool(NamedTuple):
    """The specialists of a search, by id, what takes their time, and which starts are closed."""

    calendars: list[Calendar]
    busy: BusyColumns
    closed: list[Closed]


def load_pool(
    db: Session, *, rules: ServiceRules, query: Query, everyone: bool = False, now: datetime
) -> Pool:
    """Load what `find_slots` and `explain` need to know of active specialists for a query.

    Those who lack the skills are there for `everyone` only, or when they serve the desk and a
    reserve is in force. Lapsed holds that nobody has released yet are among the busy rows. Three
    statements, two for the desk's own work, whatever the numbers of specialists and dates.
    """
    after, before = query.after, query.before + timedelta(minutes=rules.footprint_minutes)
    desk = None if query.for_desk else load_desk_rules(db, after=after, before=before, now=now)
    if desk is not None:
        # A quota counts whole dates.
        first_on, last_on = map(date_of, quota_dates(desk.zone, query, rules))
        begin, end = day_span(desk.zone, first_on, last_on)
        after, before = min(after, begin), max(before, end)
    reserved = desk is not None and is_reserving(desk)
    skills = frozenset[str]() if everyone else rules.skills
    calendars = _load_calendars(db, skills, after, before, reserved=reserved)
    if not calendars:
        return Pool([], columns_of(()), [])
    busy = _load_busy(db, calendars, after, before)
    closed = closed_starts(calendars, busy, rules, query, desk=desk, now=now) if desk else []
    return Pool(calendars, busy, closed)


def _load_calendars(
    db: Session, skills: Collection[str], after: datetime, before: datetime, *, reserved: bool
) -> list[Calendar]:
    asked = {"skills": sorted(skills), "reserved": reserved, **_local_dates(after, before)}
    return [
        Calendar(
            specialist_id,
            zone,
            tuple(Hours(date.fromisoformat(on), _triples(windows)) for on, windows in hours),
            tuple((date.fromisoformat(on), _pairs(windows)) for on, windows in own),
            frozenset(holidays),
            frozenset(offered),
            daily_limit,
            desk,
        )
        for specialist_id, zone, offered, daily_limit, desk, hours, own, holidays in db.execute(
            _CALENDARS, asked
        )
    ]


def _load_busy(db: Session, calendars: list[Calendar], after: datetime, before: datetime) -> BusyColumns:
    zones = {calendar.specialist_id: calendar.zone for calendar in calendars}
    reach = {
        "pool": list(zones),
        "after": after - LONGEST_FOOTPRINT,
        "before": before + LONGEST_FOOTPRINT,
        **_local_dates(after, before),
    }
    packed: list[tuple[int, bytes]] = []
    whole_days: list[Busy] = []
    for specialist_id, rows, first_on, until_on in db.execute(_BUSY, reach):
        if rows is not None:
            packed.append((specialist_id, rows))
            continue
        # Only the owner's zone knows when these dates begin and end.
        whole = busy_between(specialist_id, "external", *day_span(zones[specialist_id], first_on, until_on))
        if whole is not None:
            whole_days.append(whole)
    return _unpacked(packed).joined(columns_of(whole_days))


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


def _local_dates(after: datetime, before: datetime) -> dict[str, date]:
    """Bound the local dates that could touch `[after, before)`, in whatever zone."""
    first, last = after - 2 * _DAY, before + 2 * _DAY
    return {"first_on": first.astimezone(UTC).date(), "until_on": last.astimezone(UTC).date()}


def _pairs(windows: list[list[int]]) -> tuple[tuple[int, int], ...]:
    return tuple((start, end) for start, end in windows)


def _triples(windows: list[list[int]]) -> tuple[tuple[int, int, int], ...]:
    return tuple((day, start, end) for day, start, end in windows)
