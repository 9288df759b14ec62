"""The worker in a test: it does what is due and comes back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from procrastinate import App, PsycopgConnector

from webapp.jobs.bench import make_bench
from webapp.jobs.ground import add_desk_jobs
from webapp.jobs.support import add_support_jobs
from webapp.settings import Settings
from webapp.worker import run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from tests.cluster import Database
    from webapp.jobs.bench import Bench


def do_due_jobs(app: App, bench: Bench, **options: Any) -> None:
    """Do every job that is due, in a thread: a browser's event loop may run in this one."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(run, app, bench, wait=False, install_signal_handlers=False, **options).result()


@contextmanager
def support_worker(database: Database, clock: Callable[[], datetime]) -> Iterator[Callable[..., None]]:
    """`do()` does the jobs of free support that are due; `do("task")` has one done as well."""
    bench = make_bench(Settings(core=database.core, billing=None, database_url=database.url), clock=clock)

    def do(*tasks: str) -> None:
        app = App(connector=PsycopgConnector(conninfo=database.url))
        add_desk_jobs(app, bench)
        add_support_jobs(app, bench)
        with app.open():
            for task in tasks:
                app.configure_task(task, queue="free").defer(timestamp=0)
        do_due_jobs(app, bench, queues=["free"])

    yield do
    bench.close()
