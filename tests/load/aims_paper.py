"""Documents: how long one takes to be set, and that equal ones are equal."""

from __future__ import annotations

from dataclasses import replace
from statistics import median, quantiles
from time import perf_counter
from typing import TYPE_CHECKING

from billing.invoices.setting import set_pdf
from tests.papers import paper

if TYPE_CHECKING:
    from tests.load.bench import Bench

MANY = 500
LIMIT = 60


def documents(bench: Bench) -> None:
    """500 different invoices in a row."""
    plain, took, sizes = paper(), [], []
    for n in range(1, MANY + 1):
        began = perf_counter()
        made = set_pdf(replace(plain, number=f"2026-{n:06}"))
        took.append((perf_counter() - began) * 1000)
        sizes.append(len(made))
    bench.report.expect(set_pdf(plain) == set_pdf(paper()), "equal invoices are not the same bytes")
    bench.report.under("", f"{MANY} invoices in a row, median", median(took), limit=LIMIT, unit=" ms")
    slow = quantiles(took, n=20)[-1]
    bench.report.fact("", "their p95 and size", f"{slow:.0f} ms", f"{median(sizes) / 1024:.0f} KB each")
    bench.report.samples["invoices, ms"] = [round(one, 2) for one in took]
