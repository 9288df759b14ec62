"""The worker in a test: it does what is due and comes back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from webapp.worker import run

if TYPE_CHECKING:
    from procrastinate import App

    from webapp.jobs.bench import Bench


def do_due_jobs(app: App, bench: Bench, **options: Any) -> None:
    """Do every job that is due, in a thread: a browser's event loop may run in this one."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(run, app, bench, wait=False, install_signal_handlers=False, **options).result()
