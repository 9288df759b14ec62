"""Reminding payers of invoices, in the office hours of their sellers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing import invoices

if TYPE_CHECKING:
    from procrastinate import App

    from webapp.jobs.bench import Bench


def add_reminder_round(app: App, bench: Bench) -> None:
    """Register the look at what is due; a bill a transaction, so that none holds another up."""

    @app.periodic(cron="*/15 * * * *")
    @app.task(name="remind_payers", queue="paid", queueing_lock="remind_payers")
    def remind_payers(timestamp: int) -> None:
        del timestamp
        now = bench.clock()
        with bench.transaction() as db:
            near = invoices.list_near_due(db, now=now)
        for bill_id in near:
            with bench.transaction() as db:
                invoices.remind(db, bill_id=bill_id, now=now)
