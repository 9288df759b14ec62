"""The waitlist's jobs: freed time is offered at once, and a round finds what freed itself otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing import orders
from services import sessions as remote_sessions
from services.core.jobs import defer
from webapp.jobs.bench import AGAIN

if TYPE_CHECKING:
    from procrastinate import App, JobContext

    from webapp.jobs.bench import Bench


def add_waitlist_jobs(app: App, bench: Bench) -> None:
    """Register what follows when time is free again."""

    @app.task(name="time_freed", queue="paid", pass_context=True, retry=AGAIN)
    def time_freed(context: JobContext, session_id: int) -> None:
        if context.job.queue == "free":  # the free flow may say so, and reads no more
            with bench.transaction(context) as db:
                defer(db, "time_freed", queue="paid", session_id=session_id)
            return
        _offer_all(bench)


def add_waitlist_round(app: App, bench: Bench) -> None:
    """Register the round: hours that changed, absences and closures that are gone, windows that are over."""

    @app.periodic(cron="*/5 * * * *")
    @app.task(name="look_at_waitlist", queue="paid", queueing_lock="look_at_waitlist")
    def look_at_waitlist(timestamp: int) -> None:
        del timestamp
        with bench.transaction() as db:
            remote_sessions.lapse_wishes(db, now=bench.clock())
        _offer_all(bench)


def _offer_all(bench: Bench) -> None:
    """Offer what is free, each time in a transaction of its own: its letter must not wait for others."""
    with bench.transaction() as db:
        awaited = remote_sessions.list_awaited_services(db)
    for service_id in awaited:
        while _offer_one(bench, service_id):
            pass


def _offer_one(bench: Bench, service_id: int) -> bool:
    with bench.transaction() as db:
        return orders.offer_next(db, service_id=service_id, now=bench.clock()) is not None
