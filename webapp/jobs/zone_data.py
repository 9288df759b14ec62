"""The zone data at the worker's start: which they are, and what they have moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from services import sessions as remote_sessions
from services.core.zones import data_version
from webapp.jobs.bench import AGAIN

if TYPE_CHECKING:
    from procrastinate import App

    from webapp.jobs.bench import Bench

log = structlog.get_logger()


def look_at_zone_data(bench: Bench) -> None:
    """Note the zone data in use; other ones than before have promised times compared.

    A stored zone that they don't have stops nothing: everybody else has to be served. It is
    logged, and shown to the coordinators.
    """
    with bench.transaction() as db:
        sold_in: list[str] = []
        if bench.settings.billing is not None:
            from billing import sellers  # noqa: PLC0415 - only where it is installed

            sold_in = [seller.zone for seller in sellers.list_sellers(db)]
        now = bench.clock()
        remote_sessions.note_zone_data(db, version=data_version(), more_zones=sold_in, now=now)
        unknown = remote_sessions.unknown_zones(db)
    if unknown:
        log.error("unknown_zones", zones=unknown, tzdata=data_version())


def add_zone_jobs(app: App, bench: Bench) -> None:
    """Register what follows from other zone data."""

    @app.task(name="compare_promises", queue="calendar", retry=AGAIN)
    def compare_promises(version: str) -> None:
        with bench.transaction() as db:
            remote_sessions.compare_promises(db, version=version, now=bench.clock())
