"""The jobs of orders between their bill and their end: answers that are late, and what ends by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing import refunds, trust
from webapp.jobs.bench import AGAIN

if TYPE_CHECKING:
    from procrastinate import App

    from webapp.jobs.bench import Bench


def add_order_jobs(app: App, bench: Bench) -> None:
    """Register what an order asks for at a moment that was known before."""

    @app.task(name="alarm_trust", queue="paid", retry=AGAIN)
    def alarm_trust(request: str) -> None:
        with bench.transaction() as db:
            trust.alarm_trust(db, reference=request, now=bench.clock())

    @app.task(name="give_back_late", queue="paid", retry=AGAIN)
    def give_back_late(order: str) -> None:
        with bench.transaction() as db:
            refunds.give_back_late(db, order_reference=order, now=bench.clock())


def add_closing_round(app: App, bench: Bench) -> None:
    """Register what closes orders by itself, once an hour."""

    @app.periodic(cron="23 * * * *")
    @app.task(name="close_orders", queue="paid", queueing_lock="close_orders")
    def close_orders(timestamp: int) -> None:
        del timestamp
        with bench.transaction() as db:
            refunds.close_settled(db, now=bench.clock())
