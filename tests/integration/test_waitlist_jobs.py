"""The waitlist's jobs: what freed time sets going, and what a round finds by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from procrastinate import App, PsycopgConnector
from sqlalchemy import text

from billing.settings import BillingSettings
from services.core.jobs import defer
from tests.waiting import NOW, WEDNESDAY, close_all, moscow, offer, open_hours, states, waits
from tests.working import do_due_jobs
from webapp.jobs.bench import make_bench
from webapp.jobs.waitlist import add_waitlist_jobs, add_waitlist_round
from webapp.settings import Settings


@pytest.fixture
def db(demo_db):
    close_all(demo_db)
    waits(demo_db, "Anna")
    demo_db.commit()
    return demo_db


@pytest.fixture
def bench(demo, clock):
    settings = Settings(core=demo.core, billing=BillingSettings(), database_url=demo.url)
    made = make_bench(settings, clock=clock)
    yield made
    made.close()


@pytest.fixture
def work(demo, bench):
    """Do the due jobs of these queues."""

    def do(*queues):
        worker = App(connector=PsycopgConnector(conninfo=demo.url))
        add_waitlist_jobs(worker, bench)
        do_due_jobs(worker, bench, queues=list(queues))

    return do


@pytest.fixture
def look(demo, bench):
    """Walk the round once."""
    worker = App(connector=PsycopgConnector(conninfo=demo.url))
    add_waitlist_round(worker, bench)
    return lambda: worker.tasks["look_at_waitlist"](timestamp=0)


def test_the_round_offers_what_no_job_told_of(db, look):
    look()
    assert states(db) == {"Anna": "waiting"}
    open_hours(db, WEDNESDAY, "10:00-11:00")  # hours changed: nothing was freed
    db.commit()
    look()
    assert states(db) == {"Anna": "offered"}
    look()
    assert states(db) == {"Anna": "offered"}


def test_the_round_ends_wishes_whose_dates_are_over(db, look, clock):
    clock.at = moscow(WEDNESDAY + timedelta(days=1), "00:00")
    look()
    assert states(db) == {"Anna": "lapsed"}


def test_the_free_flow_says_that_time_is_free_and_the_paid_side_offers_it(db, demo, work):
    open_hours(db, WEDNESDAY, "10:00-11:00")
    db.commit()
    with demo.free_sessions.begin() as free:
        defer(free, "time_freed", queue="free", session_id=1)
    work("free")
    assert states(db) == {"Anna": "waiting"}
    work("paid")
    assert states(db) == {"Anna": "offered"}
    assert db.scalars(text("SELECT task FROM core.job_failure")).all() == []


def test_a_job_that_runs_twice_offers_once(db, work):
    open_hours(db, WEDNESDAY, "10:00-11:00")
    defer(db, "time_freed", queue="paid", session_id=1)
    defer(db, "time_freed", queue="paid", session_id=1)
    db.commit()
    work("paid")
    assert states(db) == {"Anna": "offered"}
    assert offer(db, now=NOW) is None
