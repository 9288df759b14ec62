"""The jobs of free support: its clocks, its reminders, what ends by itself."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from services.support import connecting, queue, requests
from services.support.requests import drafts
from webapp.jobs.bench import AGAIN

if TYPE_CHECKING:
    from procrastinate import App, JobContext

    from webapp.jobs.bench import Bench


def add_support_jobs(app: App, bench: Bench) -> None:
    """What happens to requests without anybody's doing; all of it as the role of the free flow."""

    @app.task(
        name="write_desk_work", queue="free", queueing_lock="write_desk_work", pass_context=True, retry=AGAIN
    )
    def write_desk_work(context: JobContext) -> None:
        with bench.transaction(context) as db:
            queue.write_desk_work(db, now=bench.clock())

    @app.periodic(cron="*/5 * * * *")
    @app.task(name="remind_of_requests", queue="free", pass_context=True, retry=AGAIN)
    def remind_of_requests(context: JobContext, timestamp: int) -> None:
        del timestamp
        with bench.transaction(context) as db:
            requests.remind(db, now=bench.clock())

    @app.periodic(cron="12 * * * *")
    @app.task(name="close_requests", queue="free", pass_context=True, retry=AGAIN)
    def close_requests(context: JobContext, timestamp: int) -> None:
        del timestamp
        with bench.transaction(context) as db:
            requests.close_silent(db, now=bench.clock())
            requests.close_resolved(db, now=bench.clock())

    @app.task(name="mail_given_up", queue="free", pass_context=True, retry=AGAIN)
    def mail_given_up(context: JobContext, mail_id: int) -> None:
        with bench.transaction(context) as db:
            requests.note_lost_mail(db, mail_id=mail_id, now=bench.clock())

    @app.periodic(cron="31 * * * *")
    @app.task(name="expire_drafts", queue="free", pass_context=True, retry=AGAIN)
    def expire_drafts(context: JobContext, timestamp: int) -> None:
        del timestamp
        with bench.transaction(context) as db:
            drafts.expire_drafts(db, now=bench.clock())

    _add_connections(app, bench)
    _add_rounds(app, bench)


def _add_connections(app: App, bench: Bench) -> None:
    """What free connections ask for; once one has ended, nothing follows by itself."""

    @app.task(name="session_started", queue="free", pass_context=True, retry=AGAIN)
    def session_started(context: JobContext, session_id: int, started_at: str) -> None:
        with bench.transaction(context) as db:
            at = datetime.fromisoformat(started_at)
            connecting.note_start(db, session_id=session_id, at=at, now=bench.clock())


def _add_rounds(app: App, bench: Bench) -> None:
    """Rounds over all clocks, in batches: a transaction each."""

    def go(context: JobContext, round_id: int) -> None:
        after: int | None = 0
        while after is not None:
            with bench.transaction(context) as db:
                after = requests.go_round(db, round_id=round_id, after=after, now=bench.clock())

    @app.periodic(cron="37 2 * * *")
    @app.task(name="refold_clocks", queue="free", pass_context=True, retry=AGAIN)
    def refold_clocks(context: JobContext, timestamp: int) -> None:
        del timestamp
        with bench.transaction(context) as db:
            round_id = requests.begin_refold(db, now=bench.clock()).id
        go(context, round_id)
        with bench.transaction(context) as db:
            requests.check_ended(db, now=bench.clock())
        with bench.transaction(context) as db:
            queue.note_check(db, now=bench.clock())

    @app.task(name="recompute_clocks", queue="free", pass_context=True, retry=AGAIN)
    def recompute_clocks(context: JobContext, calendar_id: int) -> None:
        with bench.transaction(context) as db:
            round_id = requests.begin_recompute(db, calendar_id=calendar_id, now=bench.clock()).id
        go(context, round_id)
