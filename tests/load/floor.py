"""The floor: what a bare view can do on this machine, served by the same web server.

No translations, no settings, no rules beyond the workload's own: one SQL statement, bits, JSON.
`FLOOR_DATABASE_URL` names the database.
"""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import psycopg
from flask import Flask, Response, jsonify, request
from jinja2 import Environment

from tests.load.workload import BUFFER, CLOSES, GRID, MINUTES, OPENS, SKILL

app = Flask(__name__)
_local = threading.local()
_DAY, _OFFSET = 1440, 180
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# The rows that a page of free times needs, and nothing else of them: who, and from which minute on.
ROWS = """
    SELECT o.specialist_id, (date_part('epoch', o.starts_at) / 60)::int8,
        (date_part('epoch', o.ends_at) / 60)::int8
    FROM scheduling.occupancy o
    WHERE o.specialist_id = ANY (ARRAY(SELECT id FROM scheduling.specialist WHERE skills @> %(skills)s))
        AND o.released_at IS NULL AND o.starts_at >= %(after)s AND o.starts_at < %(before)s
"""
# The same rows as one array a specialist: PostgreSQL packs, nobody builds tuples.
PACKED = """
    SELECT o.specialist_id, array_agg((date_part('epoch', o.starts_at) / 60)::int4),
        array_agg((date_part('epoch', o.ends_at) / 60)::int4)
    FROM scheduling.occupancy o
    WHERE o.specialist_id = ANY (ARRAY(SELECT id FROM scheduling.specialist WHERE skills @> %(skills)s))
        AND o.released_at IS NULL AND o.starts_at >= %(after)s AND o.starts_at < %(before)s
    GROUP BY o.specialist_id
"""
# What the hold's floor writes into: a copy of the real table with all its rules and indexes.
TABLE = """
    CREATE SCHEMA floor;
    CREATE TABLE floor.occupancy (LIKE scheduling.occupancy INCLUDING ALL);
    INSERT INTO floor.occupancy (specialist_id, kind, starts_at, ends_at, footprint, assigned_at)
        SELECT specialist_id, kind, starts_at, ends_at, footprint, assigned_at FROM scheduling.occupancy;
    GRANT USAGE ON SCHEMA floor TO priyom_app;
    GRANT SELECT, INSERT ON floor.occupancy TO priyom_app;
    ANALYZE floor.occupancy;
"""


def bounds(after: str, before: str) -> dict[str, object]:
    """Parameters of ROWS and PACKED."""
    return {"skills": [SKILL], "after": after, "before": before}


@app.get("/health")
def health() -> Response:
    return jsonify(ok=True)


@app.get("/page")
def page() -> Response:
    """The free starts of local dates `[first, last]`, as days since 1970."""
    first, last = int(request.args["first"]), int(request.args["last"])
    rows = _database().execute(ROWS, bounds(_instant(first), _instant(last + 1))).fetchall()
    return jsonify(starts=[_text(minute) for minute in free_minutes(rows, _pool(), first, last)])


@app.post("/hold")
def hold() -> tuple[Response, int]:
    """Lock, look, insert: one specialist, one start (UTC minutes)."""
    specialist, minute = int(request.form["specialist"]), int(request.form["minute"])
    start = _EPOCH + timedelta(minutes=minute)
    end, buffer = start + timedelta(minutes=MINUTES), timedelta(minutes=BUFFER)
    db = _database()
    with db.transaction():
        db.execute("SELECT pg_advisory_xact_lock(%s, %s)", (1, specialist))
        taken = db.execute(
            "SELECT 1 FROM floor.occupancy WHERE specialist_id = %s AND released_at IS NULL"
            " AND starts_at > %s AND starts_at < %s AND footprint && tstzrange(%s, %s) LIMIT 1",
            (specialist, start - timedelta(days=2), end + timedelta(days=2), start - buffer, end + buffer),
        ).fetchone()
        if taken is not None:
            return jsonify(taken=True), 409
        db.execute(
            "INSERT INTO floor.occupancy"
            " (specialist_id, kind, starts_at, ends_at, footprint, expires_at, assigned_at)"
            " VALUES (%s, 'hold', %s, %s, tstzrange(%s, %s), now() + interval '15 minutes', now())",
            (specialist, start, end, start - buffer, end + buffer),
        )
    return jsonify(held=True), 201


@app.get("/template")
def template() -> str:
    """62 KB of HTML out of a loop, autoescaped: what rendering alone costs."""
    return _template().render(rows=_ROWS_SHOWN)


_ROWS_SHOWN = [{"number": n, "name": f"Anna & Boris {n}", "free": n % 3 == 0} for n in range(622)]


@lru_cache(maxsize=1)
def _template():
    source = """<!doctype html><title>Bare</title><main>{% for row in rows %}
<li class="row{% if row.free %} row--free{% endif %}"><a href="/times/{{ row.number }}">{{ row.name }}</a>
<span>{{ row.number }}</span> <b>{{ "%02d:%02d"|format(row.number // 60, row.number % 60) }}</b></li>
{%- endfor %}
</main>"""
    return Environment(autoescape=True).from_string(source)


def free_minutes(rows, pool: list[int], first: int, last: int) -> list[int]:
    """UTC minutes of the free starts: each specialist and date is one integer, a bit for each minute."""
    busy: dict[tuple[int, int], int] = {}
    for specialist, start, end in rows:
        day, minute = divmod(start + _OFFSET, _DAY)
        length = end - start + 2 * BUFFER
        key = specialist, day
        busy[key] = busy.get(key, 0) | ((1 << length) - 1) << (minute - BUFFER)
    found = []
    for day in range(first, last + 1):
        free = 0
        for specialist in pool:
            clear = _eroded(_BUFFERED & ~busy.get((specialist, day), 0), MINUTES + 2 * BUFFER)
            free |= clear << BUFFER
        free &= _WORKS & _MARKS
        base = day * _DAY - _OFFSET
        found += [base + at for at in range(0, _DAY, GRID) if free >> at & 1]
    return found


def _eroded(bits: int, length: int) -> int:
    """Keep the bits from which on `length` are set."""
    reach = 1
    while reach < length:
        step = min(reach, length - reach)
        bits &= bits >> step
        reach += step
    return bits


def _minutes(start: int, end: int) -> int:
    return (1 << end) - (1 << start)


# Where a session may start, its buffers sticking out of the working time.
_BUFFERED = _minutes(OPENS - BUFFER, CLOSES + BUFFER)
_WORKS = _eroded(_minutes(OPENS, CLOSES), MINUTES)
_MARKS = sum(1 << minute for minute in range(0, _DAY, GRID))


_pools: dict[str, list[int]] = {}


def _pool() -> list[int]:
    """Asked once a process: the floor needs one statement a page."""
    if "pool" not in _pools:
        query = "SELECT id FROM scheduling.specialist WHERE skills @> %s ORDER BY id"
        _pools["pool"] = [row[0] for row in _database().execute(query, ([SKILL],))]
    return _pools["pool"]


def _database() -> psycopg.Connection:
    if not hasattr(_local, "db"):
        _local.db = psycopg.connect(os.environ["FLOOR_DATABASE_URL"], autocommit=True)
    return _local.db


def _instant(day: int) -> str:
    return (_EPOCH + timedelta(minutes=day * _DAY - _OFFSET)).isoformat()


def _text(minute: int) -> str:
    return (_EPOCH + timedelta(minutes=minute)).isoformat()
