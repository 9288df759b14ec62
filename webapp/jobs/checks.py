"""The nightly look at all sums."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing import checks
from webapp.jobs.bench import AGAIN

if TYPE_CHECKING:
    from procrastinate import App

    from webapp.jobs.bench import Bench


def add_nightly_check(app: App, bench: Bench) -> None:
    """Compare journal, rows and documents every night; each difference becomes a task."""

    @app.periodic(cron="29 1 * * *")
    @app.task(name="check_money", queue="paid", queueing_lock="check_money", retry=AGAIN)
    def check_money(timestamp: int) -> None:
        del timestamp
        with bench.transaction() as db:
            checks.check_money(db, now=bench.clock())
