"""The worker's own jobs turn news into a confirmed order and a cancellation into money sent back."""

from __future__ import annotations

import pytest
from procrastinate import App, PsycopgConnector
from sqlalchemy import text

from billing.settings import BillingSettings
from tests.working import do_due_jobs
from webapp.jobs.bench import make_bench
from webapp.jobs.paid import add_paid_jobs
from webapp.settings import Settings


@pytest.fixture
def work(shop, demo):
    """Do the jobs of the paid side until none is due."""
    settings = Settings(
        core=demo.core, billing=BillingSettings(provider=shop.settings), database_url=demo.url
    )
    bench = make_bench(settings, clock=shop.clock)

    def do() -> None:
        for _ in range(3):  # a job may leave another behind
            app = App(connector=PsycopgConnector(conninfo=demo.url))
            add_paid_jobs(app, bench)
            do_due_jobs(app, bench, queues=["paid"])

    yield do
    bench.close()


def failures(shop):
    with shop.sessions() as db:
        return db.scalars(text("SELECT task FROM core.job_failure ORDER BY id")).all()


def test_an_event_that_was_kept_is_worked_on_and_confirms_the_order(shop, work):
    reference = shop.place()
    shop.pay(reference)
    for event in shop.double.events():
        shop.take(event)
    work()
    assert shop.order(reference).state == "confirmed"
    assert failures(shop) == []


def test_a_cancelled_order_is_refunded_by_the_worker(shop, work):
    reference = shop.place(nth=30)
    shop.pay(reference)
    shop.sync(reference)
    shop.cancel(reference)
    work()
    assert [one.state for one in shop.refunds()] == ["succeeded"]
    assert shop.double.all("charge")[0]["refunded"]


def test_money_without_a_place_goes_back_by_itself(shop, work):
    reference = shop.place(nth=30)
    page = shop.open_page(reference)
    shop.cancel(reference)
    shop.double.outcome(page, "pay")
    shop.take(shop.double.events("checkout.session.completed")[0])
    work()
    assert [one.state for one in shop.refunds()] == ["succeeded"]
    assert shop.tasks() == []


def test_with_the_provider_away_the_job_says_so_and_the_event_waits(shop, work):
    reference = shop.place()
    shop.pay(reference)
    shop.take(shop.double.events("checkout.session.completed")[0])
    shop.double.fault("429", "GET /v1/checkout/sessions/", times=9)
    work()
    assert failures(shop) == ["follow_event"]
    assert shop.order(reference).state == "awaiting_payment"
