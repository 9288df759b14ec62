"""What every figure is taken on: performance.md's specialists, days and sessions, seeded.

Service 60 minutes, grid 30, buffers 15 on both sides; specialists with 09:00–18:00 on seven days;
six 90-minute cells a day, some of them booked; past sessions on the same specialists.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

import psycopg

SLUG = "remote-session"
SKILL, OTHER_SKILL = "measured", "something-else"
ZONE, OFFSET = "Europe/Moscow", timedelta(hours=3)
MINUTES, GRID, BUFFER = 60, 30, 15
OPENS, CLOSES = 9 * 60, 18 * 60
CELL = BUFFER + MINUTES + BUFFER
CELLS = (CLOSES - OPENS) // CELL


@dataclass(frozen=True)
class Workload:
    """S specialists, D days from `first_on`, H past sessions; `strangers` lack the skill."""

    specialists: int
    days: int
    first_on: date
    past: int = 0
    booked_of_six: int = 3
    strangers: int = 0
    seed: int = 20261122

    @cached_property
    def booked(self) -> list[list[tuple[int, ...]]]:
        """For each specialist and each day the booked cells, 0 to 5; strangers come last."""
        draw = random.Random(self.seed)
        return [
            [tuple(sorted(draw.sample(range(CELLS), self.booked_of_six))) for _ in range(self.days)]
            for _ in range(self.specialists + self.strangers)
        ]

    def free_cells(self) -> dict[datetime, int]:
        """How many specialists are free in each cell that anybody is free in, by its start."""
        counted: dict[datetime, int] = {}
        for line in self.booked[: self.specialists]:
            for day, taken in enumerate(line):
                for cell in sorted(set(range(CELLS)) - set(taken)):
                    start = self.cell_start(day, cell)
                    counted[start] = counted.get(start, 0) + 1
        return counted

    def cell_start(self, day: int, cell: int) -> datetime:
        """The start of a session in the cell (aware, UTC)."""
        return moment(self.first_on + timedelta(days=day), OPENS + cell * CELL)


def moment(on: date, minute: int) -> datetime:
    """A minute of a local date as an instant: Moscow's clock has stood at UTC+3 since 2014."""
    return datetime(on.year, on.month, on.day, tzinfo=UTC) - OFFSET + timedelta(minutes=minute)


def tomorrow(now: datetime) -> date:
    """The local date after that of `now`."""
    return (now + OFFSET).date() + timedelta(days=1)


def seed(url: str, workload: Workload) -> list[int]:
    """Fill a demo's database (`url` of its superuser); gives the ids of the specialists with the skill."""
    with psycopg.connect(url) as db:
        db.execute("SET session_replication_role = replica")  # foreign keys hold by construction
        db.execute(
            "UPDATE catalogue.service SET minutes = %s, grid_minutes = %s, buffer_before = %s,"
            " buffer_after = %s, notice_minutes = 0, horizon_days = %s, skills = %s WHERE slug = %s",
            (MINUTES, GRID, BUFFER, BUFFER, workload.days, [SKILL], SLUG),
        )
        ids = _hire(db, workload)
        with_constraint_aside = workload.past > 20_000
        if with_constraint_aside:
            rule = _drop_rule(db)
        _book(db, workload, ids)
        _remember(db, workload, ids[: workload.specialists])
        if with_constraint_aside:
            db.execute(f"ALTER TABLE scheduling.occupancy ADD CONSTRAINT occupancy_no_overlap {rule}")
        _make_sessions(db)
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("VACUUM ANALYZE")
    return ids[: workload.specialists]


def _hire(db: psycopg.Connection, workload: Workload) -> list[int]:
    windows = json.dumps([[day, OPENS, CLOSES] for day in range(7)])
    ids = []
    for number in range(workload.specialists + workload.strangers):
        skilled = number < workload.specialists
        row = db.execute(
            """
            WITH who AS (
                INSERT INTO people.person (name, email, locale, zone)
                VALUES (%(name)s, %(email)s, 'ru', %(zone)s) RETURNING id
            ), member AS (
                INSERT INTO people.staff_member (person_id) SELECT id FROM who RETURNING id
            ), made AS (
                INSERT INTO scheduling.specialist (staff_member_id, zone, skills, desk)
                SELECT id, %(zone)s, %(skills)s, false FROM member RETURNING id
            )
            INSERT INTO scheduling.hours_version (specialist_id, effective_from, windows)
            SELECT id, %(since)s, %(windows)s FROM made RETURNING specialist_id
            """,
            {
                "name": f"Specialist {number}",
                "email": f"specialist-{number}@priyom.example",
                "zone": ZONE,
                "skills": [SKILL if skilled else OTHER_SKILL],
                "since": workload.first_on,
                "windows": windows,
            },
        ).fetchone()
        assert row is not None
        ids.append(row[0])
    return ids


def _drop_rule(db: psycopg.Connection) -> str:
    """Put the rule against overlaps aside; gives its definition."""
    row = db.execute(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'occupancy_no_overlap'"
    ).fetchone()
    assert row is not None
    db.execute("ALTER TABLE scheduling.occupancy DROP CONSTRAINT occupancy_no_overlap")
    return str(row[0])


def _book(db: psycopg.Connection, workload: Workload, ids: list[int]) -> None:
    columns = "specialist_id, kind, starts_at, ends_at, footprint, assigned_at"
    length, buffer = timedelta(minutes=MINUTES), timedelta(minutes=BUFFER)
    long_ago = moment(workload.first_on - timedelta(days=30), 0)
    with db.cursor().copy(f"COPY scheduling.occupancy ({columns}) FROM STDIN") as copy:
        for specialist_id, line in zip(ids, workload.booked, strict=True):
            for day, cells in enumerate(line):
                for cell in cells:
                    start = workload.cell_start(day, cell)
                    footprint = f"[{start - buffer},{start + length + buffer})"
                    copy.write_row((specialist_id, "booking", start, start + length, footprint, long_ago))


def _remember(db: psycopg.Connection, workload: Workload, ids: list[int]) -> None:
    """Book every cell of the past, backwards from the day before the first, until it is H."""
    db.execute(
        """
        INSERT INTO scheduling.occupancy
            (specialist_id, kind, starts_at, ends_at, footprint, assigned_at)
        SELECT specialist_id, 'booking', at, at + %(length)s,
            tstzrange(at - %(buffer)s, at + %(length)s + %(buffer)s), at - interval '7 days'
        FROM unnest(%(ids)s::bigint[]) WITH ORDINALITY AS each (specialist_id, place),
            LATERAL generate_series(0, %(past)s / cardinality(%(ids)s::bigint[]) - 1) AS n,
            LATERAL (SELECT %(midnight)s - (1 + n / %(cells)s) * interval '24 hours'
                + (%(opens)s + n %% %(cells)s * %(cell)s) * interval '1 minute') AS past (at)
        """,
        {
            "ids": ids,
            "past": workload.past,
            "length": timedelta(minutes=MINUTES),
            "buffer": timedelta(minutes=BUFFER),
            "midnight": moment(workload.first_on, 0) - timedelta(days=1),
            "cells": CELLS,
            "cell": CELL,
            "opens": OPENS,
        },
    )


def _make_sessions(db: psycopg.Connection) -> None:
    """Give every occupancy its session and seat, as if each had been ordered, held and booked."""
    db.execute(
        "INSERT INTO people.person (name, email, locale, zone) VALUES ('A', 'a@b.example', 'ru', 'UTC')"
    )
    db.execute(
        """
        INSERT INTO sessions.remote_session (id, reference, basis, state, service_id, service, person_id,
            starts_at, ends_at, promised_wall, promised_zone, chosen_at, booked_at, ended_at)
        OVERRIDING SYSTEM VALUE
        SELECT o.id, 'S-' || o.id, 'support', CASE WHEN past THEN 'delivered' ELSE 'booked' END, v.id,
            jsonb_build_object('schema', 1, 'slug', v.slug, 'name', v.name, 'minutes', v.minutes),
            (SELECT max(id) FROM people.person), o.starts_at, o.ends_at, o.starts_at AT TIME ZONE %(zone)s,
            %(zone)s, o.assigned_at, o.assigned_at, CASE WHEN past THEN o.ends_at END
        FROM scheduling.occupancy o, catalogue.service v, LATERAL (SELECT o.ends_at < now()) AS t (past)
        WHERE v.slug = %(slug)s
        """,
        {"zone": ZONE, "slug": SLUG},
    )
    db.execute("INSERT INTO sessions.seat (session_id, occupancy_id) SELECT id, id FROM scheduling.occupancy")
    db.execute(
        "SELECT setval(pg_get_serial_sequence('sessions.remote_session', 'id'),"
        " (SELECT max(id) + 1 FROM scheduling.occupancy))"
    )
