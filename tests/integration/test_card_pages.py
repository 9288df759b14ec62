"""Payment pages and their ends: pressed twice, declined, delayed, closed, late, paid twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from billing import inbox, orders, payments
from billing.payments.errors import PageRefusedError, ProviderUnavailableError
from tests.fakes.money_seen import (
    CREATE,
    WISHES,
    assert_confirmed_once,
    assert_not_confirmed,
    completed,
    freeze,
)


@pytest.mark.parametrize("kind", ["500", "409", "429", "502", "cut", "hang"])
def test_a_broken_wire_costs_a_second_try_and_nothing_else(shop, monkeypatch, kind):
    # The web's gateway of this process, with less patience than a visitor has.
    monkeypatch.setattr("billing.payments.ordering._gateway", lambda *_: shop.provider)
    reference = shop.place()
    shop.double.fault(kind, CREATE, times=2)
    with pytest.raises(payments.ProviderError):
        shop.open_page(reference)
    assert [one.state for one in shop.attempts()] == ["created"]
    shop.double.control("faults")
    shop.pay(reference)
    shop.sync(reference)
    assert_confirmed_once(shop, reference)
    assert len(shop.double.all("checkout.session")) == 1


def test_a_page_that_the_provider_will_not_open_ends_the_attempt(shop):
    reference = shop.place()
    attempt = freeze(shop, reference)
    with shop.sessions.begin() as db:
        db.execute(text("UPDATE billing.attempt SET params = params - 'mode'"))
    with pytest.raises(PageRefusedError):
        payments.start_checkout(shop.sessions, shop.provider, reference=attempt.reference, now=shop.now)
    assert [one.state for one in shop.attempts()] == ["failed"]


def test_pressing_pay_many_times_at_once_opens_one_page(shop):
    reference = shop.place()
    with ThreadPoolExecutor(6) as pool:
        pages = set(pool.map(lambda _: shop.open_page(reference), range(6)))
    assert len(pages) == len(shop.attempts()) == len(shop.double.all("checkout.session")) == 1


@pytest.mark.parametrize(
    ("outcome", "refusal"), [("pay", payments.NothingToPayError), ("later", payments.PaymentUnderWayError)]
)
def test_pressing_pay_again_before_the_news_opens_no_second_page(shop, outcome, refusal):
    reference = shop.place()
    shop.pay(reference, outcome)
    with pytest.raises(refusal):
        shop.open_page(reference)
    assert len(shop.double.all("checkout.session")) == 1
    assert shop.order(reference).state == ("confirmed" if outcome == "pay" else "awaiting_payment")


def test_pressing_pay_after_the_page_was_closed_elsewhere_opens_another(shop):
    reference = shop.place()
    first = shop.open_page(reference)
    shop.provider.expire_checkout(first)
    second = shop.open_page(reference)
    assert first != second
    assert [one.state for one in shop.attempts()] == ["expired", "open"]


def test_a_declined_card_leaves_the_page_open_for_another(shop):
    reference = shop.place()
    page = shop.pay(reference, "decline")
    for event in shop.double.events():
        assert shop.work(event) == "ignored"
    assert shop.open_page(reference) == page
    shop.double.outcome(page, "pay")
    shop.sync(reference)
    assert_confirmed_once(shop, reference)


def test_delayed_methods_are_offered_only_where_there_is_time_for_their_money(shop):
    soon, far = shop.place(), shop.place(nth=400)
    assert shop.order(far).session.starts_at - shop.now > timedelta(days=7)
    offered = [
        shop.double.sandbox.state.things["checkout.session"][shop.open_page(one)]["payment_method_types"]
        for one in (soon, far)
    ]
    assert offered == [["card"], ["card", "sepa_debit"]]


def test_delayed_money_is_waited_for_and_confirms_when_it_comes(shop):
    reference = shop.place(nth=400)
    page = shop.pay(reference, "later")
    shop.sync(reference)
    assert [one.state for one in shop.attempts()] == ["processing"]
    assert_not_confirmed(shop, reference)
    with shop.sessions() as db:
        assert payments.is_settling(db, order=orders.get_order(db, reference=reference))
    with pytest.raises(payments.PaymentUnderWayError):
        shop.open_page(reference)
    shop.later(days=4)
    with shop.sessions.begin() as db:
        session = shop.order(reference).session
        assert not payments.let_lapse(db, session_id=session.id, now=shop.now)
    shop.double.outcome(page, "settle")
    assert shop.work(completed(shop)) == "done"
    assert_confirmed_once(shop, reference)


def test_delayed_money_that_never_comes_frees_the_time_and_asks_a_person(shop):
    reference = shop.place(nth=400)
    page = shop.pay(reference, "later")
    shop.sync(reference)
    shop.double.outcome(page, "fail")
    shop.later(hours=1)
    shop.poll()
    assert [one.state for one in shop.attempts()] == ["failed"]
    order = shop.order(reference)
    assert (order.state, order.session.state) == ("expired", "expired")
    assert [task.kind for task in shop.tasks()] == ["delayed_payment_failed"]
    assert shop.payments() == []


def test_closing_an_open_page_leaves_nothing_that_could_be_paid(shop):
    reference = shop.place()
    page = shop.open_page(reference)
    assert close(shop, reference)
    assert shop.double.sandbox.state.things["checkout.session"][page]["status"] == "expired"
    assert [one.state for one in shop.attempts()] == ["expired"]


@pytest.mark.parametrize(
    ("outcome", "closed", "state"), [("pay", True, "confirmed"), ("later", False, "awaiting_payment")]
)
def test_closing_a_completed_page_means_that_it_is_paid_or_about_to_be(shop, outcome, closed, state):
    reference = shop.place()
    shop.pay(reference, outcome)
    assert close(shop, reference) is closed
    assert shop.order(reference).state == state


def close(shop, reference):
    return payments.close_order(shop.sessions, order_reference=reference, clock=shop.clock)


def test_late_money_takes_the_time_again_when_it_is_free(shop):
    reference = shop.place()
    page = shop.open_page(reference)
    lapse(shop, reference)
    shop.double.outcome(page, "pay")
    shop.work(completed(shop))
    order = shop.order(reference)
    assert (order.state, order.session.state) == ("confirmed", "booked")
    assert shop.payments()[0].amount == order.bills[-1].total


def test_late_money_for_a_time_that_is_gone_waits_for_a_person(shop):
    reference = shop.place()
    page = shop.open_page(reference)
    lapse(shop, reference)
    take_everything(shop, shop.order(reference).session)
    shop.double.outcome(page, "pay")
    shop.work(completed(shop))
    order = shop.order(reference)
    assert (order.state, order.attention) == ("expired", "paid_after_time_was_gone")
    assert [task.kind for task in shop.tasks()] == ["paid_after_time_was_gone"]
    assert (len(shop.payments()), shop.allocations()) == (1, [])


def lapse(shop, reference):
    shop.later(minutes=20)
    with shop.sessions.begin() as db:
        db.execute(text("UPDATE scheduling.occupancy SET expires_at = :at"), {"at": shop.now})
        db.execute(text("UPDATE sessions.remote_session SET held_until = :at"), {"at": shop.now})
        order = orders.get_order(db, reference=reference, lock=True)
        assert orders.expire(db, order=order, now=shop.now)


def take_everything(shop, session):
    with shop.sessions.begin() as db:
        db.execute(
            text(
                "INSERT INTO scheduling.occupancy (specialist_id, starts_at, ends_at, footprint, kind,"
                " assigned_at) SELECT id, :a, :b, tstzrange(:a, :b), 'booking', :a FROM scheduling.specialist"
            ),
            {"a": session.starts_at, "b": session.ends_at},
        )


def test_money_for_a_cancelled_order_goes_back_by_itself(shop):
    reference = shop.place()
    page = shop.open_page(reference)
    shop.cancel(reference)
    shop.double.outcome(page, "pay")
    shop.work(completed(shop))
    assert shop.order(reference).state == "cancelled"
    assert [task.kind for task in shop.tasks()] == ["paid_after_cancelling"]
    shop.run_surplus()
    assert shop.submit_refunds() == ["succeeded"]
    assert shop.tasks() == []
    assert shop.double.all("charge")[0]["refunded"]


def test_a_second_capture_of_one_bill_goes_back_and_the_order_stays(shop):
    reference = shop.place()
    first = shop.open_page(reference)
    with shop.sessions.begin() as db:
        db.execute(text("UPDATE billing.attempt SET state = 'abandoned', ended_at = now()"))
    second = shop.pay(reference)
    shop.sync(reference)
    shop.double.outcome(first, "pay")
    for _ in range(2):
        shop.work(completed(shop) | {"id": f"evt_{_}"})
    assert [task.kind for task in shop.tasks()] == ["paid_twice"]
    for _ in range(2):
        shop.done.clear()
        shop.run_surplus()
    assert shop.submit_refunds() == ["succeeded"]
    assert (first != second, len(shop.payments()), len(shop.refunds())) == (True, 2, 1)
    assert shop.refunds()[0].payment_id == shop.payments()[1].id
    assert shop.order(reference).state == "confirmed"


def test_nothing_is_asked_of_the_provider_inside_a_transaction(shop):
    class Watched:
        livemode = False

        def __getattr__(self, name):
            def call(*args, **kwargs):
                assert shop.sessions.kw["bind"].pool.checkedout() == 0, name
                return getattr(shop.provider, name)(*args, **kwargs)

            return call

    reference = shop.place()
    bill = shop.order(reference).bills[0]
    watched = Watched()
    payments.pay_page(shop.sessions, watched, bill_id=bill.id, wishes=WISHES, now=shop.now)
    attempt = shop.attempts()[0]
    payments.sync_attempt(shop.sessions, watched, reference=attempt.reference, now=shop.now)
    payments.close_attempt(shop.sessions, watched, reference=attempt.reference, now=shop.now)
    shop.later(hours=1)
    payments.poll_attempts(shop.sessions, watched, now=shop.now)


def test_one_page_that_cannot_be_fetched_stops_no_other(shop):
    first, second = shop.place(), shop.place(nth=1)
    page = shop.pay(first)
    shop.pay(second)
    shop.later(minutes=11)
    shop.double.fault("500", f"GET /v1/checkout/sessions/{page}", times=9)
    assert shop.poll() == 1
    assert [shop.order(one).state for one in (first, second)] == ["awaiting_payment", "confirmed"]
    shop.double.control("faults")
    shop.later(minutes=1)
    assert shop.poll() == 1
    assert shop.order(first).state == "confirmed"


def test_a_silent_provider_is_left_in_peace_after_two_tries(shop):
    for number in range(4):
        shop.pay(shop.place(nth=number))
    shop.later(minutes=11)
    shop.double.fault("429", times=99)
    assert shop.poll() == 0
    assert sorted(one.checks for one in shop.attempts()) == [0, 0, 1, 1]


def test_a_broken_row_starves_no_other(shop, monkeypatch):
    first, second = shop.place(), shop.place(nth=1)
    pages = [shop.pay(one) for one in (first, second)]
    fetch = shop.provider.fetch_checkout

    def stumble(page):
        if page == pages[0]:
            raise RuntimeError(page)
        return fetch(page)

    monkeypatch.setattr(shop.provider, "fetch_checkout", stumble)
    shop.later(minutes=11)
    assert shop.poll() == 1
    assert [shop.order(one).state for one in (first, second)] == ["awaiting_payment", "confirmed"]


def test_an_event_survives_the_providers_silence(shop):
    reference = shop.place()
    shop.pay(reference)
    shop.double.fault("429", times=1)
    with pytest.raises(ProviderUnavailableError):
        shop.work(completed(shop))
    shop.later(minutes=1)
    assert inbox.follow_waiting_events(shop.sessions, shop.provider, now=shop.now) == 1
    assert_confirmed_once(shop, reference)


def test_nobody_pays_again_while_a_person_looks_at_the_money(shop):
    reference = shop.place()
    page = shop.pay(reference)
    shop.double.tamper("checkout.session", page, amount_total=100)
    shop.sync(reference)
    with pytest.raises(payments.PaymentUnderWayError):
        shop.open_page(reference)
    assert len(shop.attempts()) == 1


def test_the_provider_being_away_changes_nothing_for_the_returning_customer(shop):
    reference = shop.place()
    shop.pay(reference)
    shop.double.fault("429", times=9)
    shop.sync(reference)
    assert_not_confirmed(shop, reference)
    with pytest.raises(ProviderUnavailableError):
        payments.close_order(shop.sessions, order_reference=reference, clock=shop.clock)


def test_a_bill_has_one_live_attempt_and_money_is_never_rewritten(shop):
    reference = shop.place()
    shop.pay(reference)
    with pytest.raises(IntegrityError, match="attempt_one_live"):
        freeze(shop, reference)
    shop.sync(reference)
    for table in ("payment", "allocation"):
        for change in (
            "UPDATE billing.{} SET amount_minor = 1",
            "DELETE FROM billing.{}",
            "TRUNCATE billing.{}",
        ):
            with pytest.raises(DBAPIError, match="permission denied"), shop.sessions.begin() as db:
                db.execute(text(change.format(table)))
