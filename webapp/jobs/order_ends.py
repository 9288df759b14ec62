"""The jobs of orders between their bill and their end: answers that are late, and what ends by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing import trust
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
