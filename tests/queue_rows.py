"""A queue of any size in one statement, and what PostgreSQL does to show its head."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy import text

from services.support import queue

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.cluster import Database

_ROWS = """
    WITH who AS (
        INSERT INTO people.person (name, email, locale, zone)
        VALUES ('Ольга', 'olga@kedr.example', 'ru', 'Europe/Moscow') RETURNING id
    )
    INSERT INTO support.request (
        number, state, source, product_id, author_id, subject, answers, employees, impact, regulation_id,
        class_code, written_at, received_at, due_at, ended_at, resolved_at
    )
    SELECT n, CASE WHEN n > :closed THEN 'open' ELSE 'closed' END, 'form',
        (SELECT min(id) FROM catalogue.product), who.id, 'Остатки за среду', '{}', n % 20, 'hampered',
        (SELECT max(id) FROM support.regulation_version), 'hampered', at, at,
        CASE WHEN n > :closed THEN at + n % 977 * interval '1 minute' END,
        CASE WHEN n <= :closed THEN at + interval '2 days' END,
        CASE WHEN n <= :closed THEN at + interval '1 day' END
    FROM who, generate_series(1, :closed + :opened) AS n,
        LATERAL (SELECT timestamptz '2026-11-23 07:00Z' - n * interval '1 minute') AS x (at)
"""


def fill_queue(db: Session, *, closed: int, opened: int) -> None:
    """So many closed and open requests of one author; rows alone, without clocks."""
    db.execute(text(_ROWS), {"closed": closed, "opened": opened})
    db.commit()


def analyse_queue(database: Database) -> None:
    """What PostgreSQL does by itself a minute later."""
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE support.request")


def explain_queue(db: Session, *, limit: int) -> dict[str, Any]:
    """The plan of one page of the queue, with what it really took."""
    compiled = queue.queue_query(limit=limit).compile(
        dialect=db.get_bind().dialect, compile_kwargs={"literal_binds": True}
    )
    found = db.execute(text(f"EXPLAIN (ANALYZE, FORMAT JSON) {compiled}")).scalar_one()
    rows: list[dict[str, Any]] = found if isinstance(found, list) else json.loads(found)
    return rows[0]


def table_scans(plan: dict[str, Any], table: str) -> list[tuple[str, str]]:
    """Each look at a table within a plan: how, and by which index."""
    nodes, found = [plan["Plan"]], []
    while nodes:
        node = nodes.pop()
        nodes += node.get("Plans", [])
        if node.get("Relation Name") == table:
            found.append((node["Node Type"], node.get("Index Name", "")))
    return found
