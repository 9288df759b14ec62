"""After other zone data: which sessions are off their promised time, told once, until it is settled."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from procrastinate import App, PsycopgConnector
from sqlalchemy import select, text, update

from billing.settings import BillingSettings
from services import sessions
from services.core import mail
from services.core.vendor import find_setting, store_setting
from services.core.zones import data_version
from services.people.models import Person
from services.sessions.models import MovedPromise, RemoteSession
from services.sessions.promises import Promise, find_moved, wall_of
from tests.crew import NOW, at, booked, crew, hold
from tests.working import do_due_jobs
from webapp.jobs.bench import make_bench
from webapp.jobs.zone_data import add_zone_jobs, look_at_zone_data
from webapp.settings import Settings

HOUR = timedelta(hours=1)
TEN, NOON = at("11-24 10:00"), at("11-24 12:00")


def one_hour_earlier_in_vladivostok(moment, zone):
    """Clocks after a law that has put Vladivostok an hour back."""
    return wall_of(moment, zone) - (HOUR if zone == "Asia/Vladivostok" else timedelta())


def test_a_promise_is_moved_when_the_clock_shows_another_time_than_was_said():
    wall = datetime.fromisoformat("2026-11-24T17:00")
    promises = [Promise(1, TEN, wall, "Asia/Vladivostok"), Promise(2, TEN, wall - 7 * HOUR, "Europe/Moscow")]
    assert find_moved(promises) == []
    moved = find_moved(promises, wall_of=one_hour_earlier_in_vladivostok)
    assert moved == [(promises[0], datetime.fromisoformat("2026-11-24T16:00"))]


def test_both_passes_of_an_hour_that_comes_twice_keep_their_promise():
    first = datetime.fromisoformat("2026-10-25T00:30Z")
    wall = datetime.fromisoformat("2026-10-25T02:30")
    assert find_moved([Promise(n, first + n * HOUR, wall, "Europe/Berlin") for n in range(2)]) == []


def test_a_zone_that_nobody_knows_stops_no_other_comparison():
    wall = datetime.fromisoformat("2026-11-24T17:00")
    promises = [Promise(1, TEN, wall, "Europe/Atlantis"), Promise(2, TEN, wall, "Asia/Tokyo")]
    assert [promise.session_id for promise, _ in find_moved(promises)] == [2]


@pytest.fixture
def sold(db):
    """Two booked sessions and a hold; the first was promised when its zone was an hour ahead."""
    made = crew(db)
    off, kept = booked(db, made.service, TEN), booked(db, made.service, NOON, browser="other")
    hold(db, made.service, at("11-24 14:00"), browser="third")
    db.execute(
        update(RemoteSession)
        .where(RemoteSession.id == off.id)
        .values(promised_wall=RemoteSession.promised_wall + HOUR)
    )
    db.commit()
    return off, kept


def compare(db, version="2027.1", now=NOW):
    return list(sessions.compare_promises(db, version=version, now=now))


def letters(db):
    return [letter for letter in mail.list_mails(db, limit=20) if letter.event == "promises_moved"]


def test_a_moved_session_is_written_down_and_told_once(db, sold):
    off, _kept = sold
    assert compare(db) == [off.id]
    assert compare(db) == compare(db, "2027.2") == []
    (row,) = sessions.list_moved_promises(db, now=NOW)
    assert (row.session_id, row.zone, row.zone_data) == (off.id, "Asia/Vladivostok", "2027.1")
    assert row.promised_wall - row.shows_wall == HOUR
    assert [letter.to_email for letter in letters(db)] == ["support@priyom.example"]


def test_what_was_settled_is_not_told_again_by_the_next_release(db, sold):
    compare(db)
    (row,) = sessions.list_moved_promises(db, now=NOW)
    for _ in range(2):
        sessions.settle_moved_promise(db, moved_id=row.id, actor="staff:1", now=NOW)
    assert not sessions.list_moved_promises(db, now=NOW)
    assert compare(db, "2027.2") == []
    verbs = db.scalars(text("SELECT verb FROM core.audit WHERE verb LIKE 'promise%'")).all()
    assert verbs == ["promise.settle"]


def test_where_the_promise_holds_again_nothing_is_left_to_settle(db, sold):
    off, _kept = sold
    compare(db)
    was = RemoteSession.promised_wall - HOUR
    db.execute(update(RemoteSession).where(RemoteSession.id == off.id).values(promised_wall=was))
    assert not sessions.list_moved_promises(db, now=NOW), "its promise is another one now"
    compare(db, "2027.2")
    assert not db.scalars(select(MovedPromise)).all()


def test_cancelled_and_past_sessions_concern_nobody(db, sold):
    off, _kept = sold
    compare(db)
    assert not sessions.list_moved_promises(db, now=TEN)
    sessions.cancel(db, session=off, ended_by="customer", actor="customer", now=NOW)
    assert not sessions.list_moved_promises(db, now=NOW)


@pytest.fixture
def bench(database):
    settings = Settings(core=database.core, billing=BillingSettings(), database_url=database.url)
    made = make_bench(settings, clock=lambda: NOW)
    yield made
    made.close()


def waiting_jobs(db):
    jobs = "SELECT task_name, args->>'version' FROM procrastinate_jobs WHERE task_name = 'compare_promises'"
    return [tuple(row) for row in db.execute(text(jobs))]


def test_a_worker_that_finds_other_zone_data_compares_once(database, db, sold, bench):
    older = {"version": "2025.1", "unknown": []}
    store_setting(db, key="zone_data", value=older, actor="system", now=NOW)
    db.commit()
    for _ in range(2):
        look_at_zone_data(bench)
    assert waiting_jobs(db) == [("compare_promises", data_version())]
    app = App(connector=PsycopgConnector(conninfo=database.url))
    add_zone_jobs(app, bench)
    do_due_jobs(app, bench, queues=["calendar"])
    db.rollback()
    assert [row.session_id for row in sessions.list_moved_promises(db, now=NOW)] == [sold[0].id]
    look_at_zone_data(bench)
    assert len(waiting_jobs(db)) == 1


def test_a_stored_zone_that_the_data_lack_is_told_and_stops_nothing(db, sold, bench, capsys):
    look_at_zone_data(bench)
    assert not sessions.unknown_zones(db)
    db.execute(update(Person).values(zone="Europe/Atlantis"))
    db.commit()
    look_at_zone_data(bench)
    assert sessions.unknown_zones(db) == ["Europe/Atlantis"]
    db.execute(update(Person).values(zone="Europe/Moscow"))
    db.commit()
    look_at_zone_data(bench)
    assert find_setting(db, key="zone_data") == {"version": data_version(), "unknown": []}
