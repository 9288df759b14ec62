"""The knowledge base's search: what is typed while thousands of articles are there."""

from __future__ import annotations

from statistics import median, quantiles
from time import perf_counter
from typing import TYPE_CHECKING

from services.support import articles
from tests import cluster
from tests.articles import fill

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.load.bench import Bench

MANY, LIMIT_MS, ROUNDS = 20_000, 20, 40
TYPED = {
    "a rare word": "случай37",
    "words of every article, half typed": "возвраты накладн",
    "a whole sentence": "После обновления на терминалах касса не печатает накладные и возвраты",
}


def searching(bench: Bench) -> None:
    """Suggestions of three articles among 20,000, as the free flow's role."""
    ground, report = bench.ground, bench.report
    database = cluster.create(ground.server, name="bench_articles", template=cluster.DEMO, home=ground.home)
    ground.stack.callback(database.engine.dispose)
    fill(database, MANY)
    with database.free_sessions() as db:
        for what, words in TYPED.items():
            took = [_took(db, words) for _ in range(ROUNDS)]
            report.expect(all(found == 3 for _, found in took), f"search by {what} finds too little")
            spent = [one * 1000 for one, _ in took]
            report.under("", f"search among {MANY:,}, {what}", median(spent), limit=LIMIT_MS, unit=" ms")
            report.fact("", "its p95", f"{quantiles(spent, n=20)[-1]:.1f} ms")
            report.samples[f"search by {what}, ms"] = [round(one, 2) for one in spent]


def _took(db: Session, words: str) -> tuple[float, int]:
    began = perf_counter()
    found = articles.search_articles(db, words=words, product_id=1, locale="ru", limit=3)
    return perf_counter() - began, len(found)
