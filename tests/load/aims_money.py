"""Documents and statements: how long one takes to be set, and a large one to be imported."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from statistics import median, quantiles
from time import perf_counter
from typing import TYPE_CHECKING

from billing.invoices.setting import set_pdf
from tests import cluster
from tests.fakes.bank import Bank
from tests.load.large_statement import import_large
from tests.papers import paper

if TYPE_CHECKING:
    from tests.load.bench import Bench

MANY, LIMIT_MS = 500, 60
LINES, LIMIT_S = 10_000, 20


def documents(bench: Bench) -> None:
    """500 different invoices in a row."""
    plain, took, sizes = paper(), [], []
    for n in range(1, MANY + 1):
        began = perf_counter()
        made = set_pdf(replace(plain, number=f"2026-{n:06}"))
        took.append((perf_counter() - began) * 1000)
        sizes.append(len(made))
    bench.report.expect(set_pdf(plain) == set_pdf(paper()), "equal invoices are not the same bytes")
    bench.report.under("", f"{MANY} invoices in a row, median", median(took), limit=LIMIT_MS, unit=" ms")
    slow = quantiles(took, n=20)[-1]
    bench.report.fact("", "their p95 and size", f"{slow:.0f} ms", f"{median(sizes) / 1024:.0f} KB each")
    bench.report.samples["invoices, ms"] = [round(one, 2) for one in took]


def statement(bench: Bench) -> None:
    """A statement of 10,000 documents, from the file to the last matched line."""
    ground, report = bench.ground, bench.report
    database = cluster.create(ground.server, name="bench_bank", template=cluster.DEMO, home=ground.home)
    ground.stack.callback(database.engine.dispose)
    took = import_large(Bank(database, datetime.now(UTC)), LINES)
    for wrong in took.wrong:
        report.expect(False, f"large statement: {wrong}")
    report.under("", f"statement of {LINES:,} documents, whole", took.whole, limit=LIMIT_S, unit=" s")
    parts = f"{took.preview:.1f} + {took.bring:.1f} + {took.match:.1f} s"
    report.fact("", "its preview, import, matching", parts)
