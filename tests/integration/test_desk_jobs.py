"""The worker looks by itself whether the free desk is in time, with no more rights than the free flow."""

from __future__ import annotations

from datetime import timedelta

import pytest
from procrastinate import App, PsycopgConnector
from sqlalchemy import select, text

from services import scheduling
from services.scheduling.models import DeskClosure, DeskDemand, DeskRun
from tests.crew import NOW, at, crew
from tests.working import do_due_jobs
from webapp.jobs.bench import make_bench
from webapp.jobs.ground import add_desk_jobs
from webapp.settings import Settings


@pytest.fixture
def work(database, clock):
    """Do the desk's jobs that are due."""
    bench = make_bench(Settings(core=database.core, billing=None, database_url=database.url), clock=clock)

    def do() -> None:
        app = App(connector=PsycopgConnector(conninfo=database.url))
        add_desk_jobs(app, bench)
        do_due_jobs(app, bench, queues=["free"])

    yield do
    bench.close()


def test_writing_the_open_work_has_it_projected_once(database, db, work):
    crew(db)
    for minutes in (500, 600, 700):
        late = scheduling.DeskWork("a", at("11-23 14:00"), minutes)
        with database.free_sessions.begin() as free:
            scheduling.write_desk_demand(free, work=[late], now=NOW)
    assert db.scalars(select(DeskDemand.minutes)).all() == [700]
    assert db.scalar(text("SELECT count(*) FROM procrastinate_jobs")) == 1
    work()
    # The look that is due by the hour may have come as well.
    assert set(db.scalars(select(DeskRun.misses))) == {1}
    assert db.scalars(select(DeskClosure.until_at)).all() == [at("11-23 14:00")]
    assert db.scalar(text("SELECT count(*) FROM core.job_failure")) == 0


def test_two_looks_without_a_miss_open_again(database, db, work, clock):
    crew(db)
    for late in ([scheduling.DeskWork("a", at("11-23 14:00"), 500)], [], []):
        with database.free_sessions.begin() as free:
            scheduling.write_desk_demand(free, work=late, now=clock())
        work()
        clock.at += timedelta(minutes=10)
    assert db.scalars(select(DeskClosure.lifted_by)).all() == ["system"]
