"""Every minute the worker looks whose time is over: once each, and not at what staff are to decide."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued
from sqlalchemy import text

from billing import orders, payments
from billing.settings import BillingSettings
from services import sessions
from tests.crew import NOW, at, crew, hold
from tests.working import do_due_jobs
from webapp.jobs.bench import make_bench
from webapp.jobs.ground import add_hold_round, add_unpaid_holds
from webapp.jobs.paid import add_paid_jobs, add_paid_rounds
from webapp.settings import Settings

TEN = at("11-24 10:00")


def queued(db):
    query = text("SELECT args FROM procrastinate_jobs WHERE task_name = 'expire_hold' AND status = 'todo'")
    return [args["session_id"] for args in db.scalars(query)]


@pytest.fixture
def paid_round(shop, demo):
    """Walk the round of the paid side, and do the jobs that it queues."""
    settings = Settings(
        core=demo.core, billing=BillingSettings(provider=shop.settings), database_url=demo.url
    )
    bench = make_bench(settings, clock=shop.clock)

    def walk():
        app = App(connector=PsycopgConnector(conninfo=demo.url))
        add_paid_jobs(app, bench)
        add_paid_rounds(app, bench)
        app.tasks["look_at_holds"](timestamp=0)
        do_due_jobs(app, bench, queues=["paid"])

    yield walk
    bench.close()


def test_orders_whose_time_is_over_end_and_others_stay(shop, paid_round):
    lapsed = shop.place()
    shop.later(minutes=59)
    fresh = shop.place(nth=8)
    paid_round()
    assert [shop.order(one).state for one in (lapsed, fresh)] == ["expired", "awaiting_payment"]


def test_an_order_that_staff_are_to_decide_is_not_looked_at(shop, paid_round):
    asked, other = shop.place(), shop.place(nth=8)
    with shop.sessions.begin() as db:
        order = orders.get_order(db, reference=asked, lock=True)
        orders.need_attention(db, order=order, reason="paid_in_part", now=shop.now)
    shop.later(hours=2)
    with shop.sessions() as db:
        assert payments.look_at_lapsed(db, now=shop.now) == 1
        assert queued(db) == [shop.order(other).session_id]
    paid_round()
    assert shop.order(asked).state == "awaiting_payment"


def test_money_on_its_way_is_looked_at_again_later_and_queued_once(shop, paid_round):
    reference = shop.place(nth=400)
    shop.pay(reference, "later")
    shop.sync(reference)
    shop.later(days=8)
    for _minute in range(3):
        paid_round()
    with shop.sessions() as db:
        assert queued(db) == [shop.order(reference).session_id]
    assert shop.order(reference).state == "awaiting_payment"


def test_the_desks_own_holds_end_by_the_rights_of_the_free_flow(database, clock):
    with database.app_sessions.begin() as db:
        offer = crew(db).service
    with database.free_sessions.begin() as free:
        session_id = hold(free, offer, TEN, basis="support", address="198.51.100.9", is_new=True).id
    bench = make_bench(Settings(core=database.core, billing=None, database_url=database.url), clock=clock)
    app = App(connector=PsycopgConnector(conninfo=database.url))
    add_hold_round(app, bench)
    add_unpaid_holds(app, bench)

    def state():
        # The worker may have queued this minute's round by itself.
        with app.open(), suppress(AlreadyEnqueued):
            app.configure_task("look_at_free_holds").defer(timestamp=0)
        for _ in range(2):  # the round leaves a job behind
            do_due_jobs(app, bench, queues=["free"])
        with database.app_sessions() as db:
            return sessions.get_session_by_id(db, session_id=session_id).state

    clock.at = NOW + timedelta(minutes=14, seconds=59)
    assert state() == "held"
    clock.at = NOW + timedelta(minutes=15)
    assert state() == "expired"
    bench.close()
