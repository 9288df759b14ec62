"""The queue of free support: as quick after a million requests as on the first day, by one index scan."""

from __future__ import annotations

from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

from services.support import queue
from tests import cluster
from tests.queue_rows import analyse_queue, explain_queue, fill_queue, table_scans

if TYPE_CHECKING:
    from tests.load.bench import Bench

CLOSED, OPEN, LIMIT_MS = 1_000_000, 5_000, 60
_ROUNDS = 21


def order(bench: Bench) -> None:
    """The first and the last page of the list, and how PostgreSQL reads them."""
    ground = bench.ground
    database = cluster.create(ground.server, name="bench_queue", template=cluster.DEMO, home=ground.home)
    ground.stack.callback(database.engine.dispose)
    with database.app_sessions() as db:
        began = perf_counter()
        fill_queue(db, closed=CLOSED, opened=OPEN)
        bench.report.fact("", "seeding the queue", f"{perf_counter() - began:.1f} s")
        analyse_queue(database)
        scans = table_scans(explain_queue(db, limit=50), "request")
        bench.report.expect(scans == [("Index Scan", "request_queue")], f"the queue is read by {scans}")
        size = f"{CLOSED:,} closed, {OPEN:,} open"
        for name, after in (("first", 0), ("last", OPEN - 50)):
            took = []
            for _ in range(_ROUNDS):
                began = perf_counter()
                lines = queue.list_queue(db, limit=50, after=after)
                took.append((perf_counter() - began) * 1000)
            bench.report.expect(len(lines) == 50, f"the {name} page has {len(lines)} lines")
            bench.report.under(
                "", f"{name} page of the queue, {size}", median(took), limit=LIMIT_MS, unit=" ms"
            )
            bench.report.samples[f"queue, {name} page, ms"] = {"took": took}
