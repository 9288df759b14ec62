"""The process that does the jobs: mails, lapsed holds, payments, cleaning up.

A job gets ids and nothing else, works in transactions of its own, and may run twice. The
database role follows the queue: jobs of the queue `free` work as `priyom_free`.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import structlog
from procrastinate import App, JobContext, PsycopgConnector, RetryStrategy

from services import sessions as remote_sessions
from services.core import mail
from services.core.db import FREE_ROLE, make_engine, make_sessions
from services.core.job_log import JobFailure
from webapp.logs import configure_logs
from webapp.settings import SettingsError, load_settings
from webapp.translations.build import compile_if_stale

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from procrastinate.worker import Worker
    from sqlalchemy.orm import Session, sessionmaker

    from webapp.settings import Settings

log = structlog.get_logger()

AGAIN = RetryStrategy(max_attempts=8, exponential_wait=4)
STALLED_AFTER = timedelta(seconds=60)
_THREADS = 4
_KEEP_DONE = timedelta(days=14)


@dataclass(frozen=True)
class Bench:
    """What every job needs: sessions by role, the clock, the settings."""

    app_sessions: sessionmaker[Session]
    free_sessions: sessionmaker[Session]
    clock: Callable[[], datetime]
    settings: Settings

    def sessions(self, queue: str | None) -> sessionmaker[Session]:
        """The sessions whose role belongs to a queue."""
        return self.free_sessions if queue == "free" else self.app_sessions

    @contextmanager
    def transaction(self, context: JobContext | None = None) -> Iterator[Session]:
        """One transaction, committed at the end, under the role of the job's queue."""
        queue = context.job.queue if context is not None else None
        with self.sessions(queue).begin() as db:
            yield db


def make_bench(settings: Settings, *, clock: Callable[[], datetime] | None = None) -> Bench:
    """Prepare what jobs need; opens no connection yet."""
    engine = make_engine(settings.database_url, pool_size=_THREADS + 1)
    return Bench(
        app_sessions=make_sessions(engine, settings.core, billing=settings.billing),
        free_sessions=make_sessions(engine, settings.core, role=FREE_ROLE, billing=None),
        clock=clock or (lambda: datetime.now(UTC)),
        settings=settings,
    )


def make_worker(settings: Settings, *, clock: Callable[[], datetime] | None = None) -> App:
    """An app whose tasks are all the jobs of this installation."""
    app = App(connector=PsycopgConnector(conninfo=settings.database_url))
    bench = make_bench(settings, clock=clock)
    add_core_jobs(app, bench)
    if settings.billing is not None:
        from webapp.paid_jobs import add_paid_jobs

        add_paid_jobs(app, bench)
    else:
        add_unpaid_holds(app, bench)
    return app


def add_core_jobs(app: App, bench: Bench) -> None:
    """Mails, wiping of what must not be kept, and rescue of jobs whose worker died."""

    @app.task(name="deliver_mail", queue="mail", retry=AGAIN)
    def deliver_mail(mail_id: int) -> None:
        core = bench.settings.core
        with bench.transaction() as db:
            letter = mail.claim(db, mail_id=mail_id, now=bench.clock())
        if letter is None:
            return
        answer = mail.hand_over(core, letter)
        with bench.transaction() as db:
            mail.settle(db, mail_id=mail_id, answer=answer, now=bench.clock())

    @app.periodic(cron="17 3 * * *")
    @app.task(name="wipe", queue="mail", retry=AGAIN)
    def wipe(timestamp: int) -> None:
        del timestamp
        with bench.transaction() as db:
            mail.wipe(db, now=bench.clock())
            remote_sessions.wipe_connection_ids(db, now=bench.clock())

    @app.periodic(cron="* * * * *")
    @app.task(name="rescue_stalled", queue="mail", pass_context=True)
    async def rescue_stalled(context: JobContext, timestamp: int) -> None:
        del timestamp
        manager = context.app.job_manager
        seconds = STALLED_AFTER.total_seconds()
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=seconds):
            await manager.retry_job(job)

    @app.periodic(cron="41 3 * * *")
    @app.task(name="forget_done_jobs", queue="mail", pass_context=True)
    async def forget_done_jobs(context: JobContext, timestamp: int) -> None:
        del timestamp
        hours = int(_KEEP_DONE.total_seconds() // 3600)
        await context.app.job_manager.delete_old_jobs(nb_hours=hours)


def add_unpaid_holds(app: App, bench: Bench) -> None:
    """Lapsing holds where nobody sells anything."""

    @app.task(name="expire_hold", queue="free", pass_context=True, retry=AGAIN)
    def expire_hold(context: JobContext, session_id: int) -> None:
        with bench.transaction(context) as db:
            remote_sessions.expire_hold(db, session_id=session_id, now=bench.clock())


def keep_errors(bench: Bench) -> Callable[..., Any]:
    """Middleware that writes down why a job failed: the queue's own tables don't say."""

    async def middleware(call_next: Callable[[], Any], context: JobContext, worker: Worker) -> Any:
        del worker
        try:
            return await call_next()
        except Exception as error:
            await asyncio.to_thread(_write_down, bench, context, error)
            raise

    return middleware


def _write_down(bench: Bench, context: JobContext, error: Exception) -> None:
    name = context.job.task_name
    log.warning("job_failed", task=name, job=context.job.id, exc_info=error)
    # The kind of error and its facts, never its message: that may quote what somebody typed.
    facts = getattr(error, "facts", None)
    words = f"{type(error).__name__}: {facts}" if facts else type(error).__name__
    with bench.transaction() as db:
        db.add(JobFailure(job_id=context.job.id, task=name, at=bench.clock(), error=words))


def run(app: App, bench: Bench, **options: Any) -> None:
    """Work until asked to stop; with `wait=False` only through what is due now."""
    with app.open():
        app.run_worker(
            concurrency=_THREADS,
            worker_middleware=[keep_errors(bench)],
            delete_jobs="never",
            **options,
        )


def main() -> int:
    """Start the worker with the settings of the environment."""
    try:
        settings = load_settings()
    except SettingsError as error:
        sys.stderr.write(f"The worker can't start with these settings:\n{error}\n")
        return 2
    configure_logs(settings.core.environment)
    compile_if_stale()
    run(make_worker(settings), make_bench(settings))
    return 0


if __name__ == "__main__":
    sys.exit(main())
