"""The process that does the jobs: mails, lapsed holds, payments, cleaning up.

A job gets ids and nothing else, works in transactions of its own, and may run twice. The
database role follows the queue: jobs of the queue `free` work as `priyom_free`.
"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any

import structlog
from procrastinate import App, JobContext, PsycopgConnector

from services.core.job_log import JobFailure
from webapp.jobs.bench import THREADS, Bench, make_bench
from webapp.jobs.ground import (
    add_core_jobs,
    add_desk_jobs,
    add_hold_round,
    add_unpaid_holds,
    add_upload_jobs,
)
from webapp.jobs.support import add_support_jobs
from webapp.jobs.zone_data import add_zone_jobs, look_at_zone_data
from webapp.logs import configure_logs
from webapp.settings import SettingsError, load_settings
from webapp.translations.build import compile_if_stale

if TYPE_CHECKING:
    from collections.abc import Callable

    from procrastinate.worker import Worker


__all__ = ["main", "make_bench", "make_worker", "run"]

log = structlog.get_logger()


def make_worker(bench: Bench) -> App:
    """An app whose tasks are all the jobs of this installation."""
    app = App(connector=PsycopgConnector(conninfo=bench.settings.database_url))
    add_core_jobs(app, bench)
    add_desk_jobs(app, bench)
    add_upload_jobs(app, bench)
    add_hold_round(app, bench)
    add_support_jobs(app, bench)
    add_zone_jobs(app, bench)
    if bench.settings.billing is not None:
        from webapp.jobs.paid import add_paid_jobs, add_paid_rounds

        add_paid_jobs(app, bench)
        add_paid_rounds(app, bench)
    else:
        add_unpaid_holds(app, bench)
    return app


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
            concurrency=THREADS,
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
    bench = make_bench(settings)
    look_at_zone_data(bench)
    run(make_worker(bench), bench)
    return 0


if __name__ == "__main__":
    sys.exit(main())
