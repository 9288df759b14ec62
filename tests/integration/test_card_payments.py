"""From a bill to money: whatever is lost, doubled or cut off, one order is confirmed once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from billing import inbox, orders, payments
from billing.payments.attempts import open_attempt
from billing.payments.errors import PageRefusedError, ProviderUnavailableError
from billing.payments.page import PageWishes
from services.core.mail.models import OutboxMail

WISHES = PageWishes(
    locale="ru",
    success_url="http://127.0.0.1:1/return?checkout={CHECKOUT_SESSION_ID}",
    cancel_url="http://127.0.0.1:1/pay",
)
CREATE = "POST /v1/checkout/sessions"


def completed(shop):
    return shop.double.events("checkout.session.")[-1]


def mails(shop, event):
    with shop.sessions() as db:
        return db.scalars(select(OutboxMail.id).where(OutboxMail.event == event)).all()


def assert_confirmed_once(shop, reference):
    order = shop.order(reference)
    assert (order.state, order.session.state, order.attention) == ("confirmed", "booked", None)
    assert [bill.state for bill in order.bills] == ["covered"]
    paid, put = shop.payments(), shop.allocations()
    assert [one.amount for one in paid] == [order.bills[0].total]
    assert [(one.payment_id, one.amount_minor) for one in put] == [(paid[0].id, order.bills[0].total_minor)]
    assert [one.state for one in shop.attempts()] == ["captured"]
    assert len(mails(shop, "session_confirmed")) == 1
    assert shop.tasks() == []


def assert_not_confirmed(shop, reference):
    order = shop.order(reference)
    assert order.state != "confirmed"
    assert order.session.state == "held"
    assert [bill.state for bill in order.bills] == ["open"]
    assert shop.allocations() == []


def test_the_page_asks_for_the_bill_and_carries_references_only(shop):
    reference = shop.place()
    page = shop.open_page(reference)
    bill = shop.order(reference).bills[0]
    thing = shop.double.sandbox.state.things["checkout.session"][page]
    lines = shop.double.sandbox.state.line_items[page]
    assert (thing["amount_total"], thing["currency"]) == (bill.total_minor, "rub")
    assert sum(line["amount_total"] for line in lines) == bill.total_minor
    assert thing["expires_at"] == int((shop.now + timedelta(minutes=31)).timestamp())
    assert thing["payment_method_types"] == ["card"]
    assert thing["adaptive_pricing"] == {"enabled": False}
    attempt = shop.attempts()[0]
    facts = {"attempt": attempt.reference, "bill": bill.reference, "order": reference}
    assert thing["metadata"] == facts
    assert (thing["client_reference_id"], thing["locale"]) == (attempt.reference, "ru")
    assert (attempt.state, attempt.provider_ref) == ("open", page)
    assert "customer" not in str(attempt.params)


STORIES = {
    "webhook": ["event"],
    "webhook doubled": ["event", "event"],
    "webhook twice under two ids": ["event", "twin"],
    "webhook before the return": ["event", "return"],
    "webhook after the return": ["return", "event"],
    "all events in order": ["all"],
    "all events in reverse": ["all back"],
    "never a webhook, the customer returns": ["return"],
    "never a webhook, nobody returns": ["poll"],
    "never a webhook, found by the sweep": ["sweep"],
    "everything at once and again": ["all back", "return", "poll", "sweep", "all", "twin", "poll"],
}


@pytest.mark.parametrize("steps", STORIES.values(), ids=STORIES)
def test_however_the_news_comes_the_order_is_confirmed_once(shop, steps):
    reference = shop.place()
    shop.pay(reference)
    for step in steps:
        take_step(shop, reference, step)
    assert_confirmed_once(shop, reference)


def take_step(shop, reference, step):
    events = shop.double.events()
    if step == "event":
        assert shop.work(completed(shop)) == "done"
    elif step == "twin":
        shop.work(completed(shop) | {"id": f"evt_twin_{len(events)}"})
    elif step.startswith("all"):
        for event in reversed(events) if step == "all back" else events:
            assert shop.work(event) in {"done", "ignored"}
    elif step == "return":
        shop.sync(reference)
    elif step == "poll":
        shop.later(minutes=10)
        shop.poll()
    else:
        inbox.sweep_events(shop.sessions, shop.provider, since=shop.now, now=shop.now)
        inbox.follow_waiting_events(shop.sessions, shop.provider, now=shop.now + timedelta(minutes=1))


def test_many_processes_hear_of_the_same_money_at_one_moment(shop):
    reference = shop.place()
    shop.pay(reference)
    shop.take(completed(shop))
    name = completed(shop)["id"]

    def hear(number):
        if number % 2:
            return shop.sync(reference)
        return inbox.follow_event(shop.sessions, shop.provider, event_ref=name, now=shop.now)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(hear, range(8)))
    assert_confirmed_once(shop, reference)


WRONG = {
    "amount": ("checkout.session", {"amount_total": 100}),
    "currency": ("checkout.session", {"currency": "eur"}),
    "mode": ("checkout.session", {"livemode": True}),
    "reference": ("checkout.session", {"client_reference_id": "A-2222-2222"}),
    "received amount": ("payment_intent", {"amount_received": 100}),
    "received currency": ("payment_intent", {"currency": "eur"}),
}


@pytest.mark.parametrize(("kind", "change"), WRONG.values(), ids=WRONG)
def test_money_that_differs_from_its_attempt_confirms_nothing_and_is_never_lost(shop, kind, change):
    reference = shop.place()
    page = shop.pay(reference)
    intent = shop.double.all("payment_intent")[0]["id"]
    if "livemode" in change:
        # Seen through a test key as if it were live: only a mistake of the provider could do that.
        shop.double.sandbox.state.get = lambda kind, ref, *_: shop.double.sandbox.state.things[kind][ref]
    shop.double.tamper(kind, page if kind == "checkout.session" else intent, **change)
    shop.sync(reference)
    shop.sync(reference)
    assert_not_confirmed(shop, reference)
    assert shop.order(reference).attention == "payment_differs"
    assert len(shop.payments()) == 1
    assert [(task.kind, task.subject) for task in shop.tasks()] == [("payment_differs", f"order:{reference}")]


def test_an_unpaid_page_that_differs_is_a_question_and_ends_by_itself(shop):
    reference = shop.place()
    page = shop.open_page(reference)
    shop.double.tamper("checkout.session", page, amount_total=100)
    shop.sync(reference)
    assert [task.kind for task in shop.tasks()] == ["page_differs"]
    shop.later(minutes=32)
    shop.poll()
    assert shop.attempts()[0].state == "expired"
    assert shop.payments() == []


def test_events_about_strange_objects_wait_and_end_with_a_person(shop):
    shop.place()
    event = {
        "id": "evt_strange", "type": "checkout.session.completed", "livemode": False,
        "created": int(shop.now.timestamp()), "data": {"object": {"id": "cs_test_strange"}},
    }  # fmt: skip
    assert shop.work(event) == "waiting"
    shop.later(hours=23)
    inbox.follow_waiting_events(shop.sessions, shop.provider, now=shop.now)
    assert shop.tasks() == []
    shop.later(hours=1, minutes=1)
    inbox.follow_waiting_events(shop.sessions, shop.provider, now=shop.now)
    assert [task.kind for task in shop.tasks()] == ["unknown_object"]
    assert shop.work(event) == "unknown"


def test_values_nobody_knows_yet_are_flagged_and_confirm_nothing(shop):
    reference = shop.place()
    page = shop.open_page(reference)
    shop.double.sandbox.observe = lambda *_: None
    shop.double.tamper("checkout.session", page, payment_status="promised")
    shop.sync(reference)
    assert_not_confirmed(shop, reference)
    assert [task.kind for task in shop.tasks()] == ["unknown_provider_value"]


def test_a_crash_before_the_call_is_made_good_by_the_poll(shop):
    reference = shop.place()
    freeze(shop, reference)
    shop.later(minutes=1)
    assert shop.poll() == 1
    assert [one.state for one in shop.attempts()] == ["open"]
    assert len(shop.double.all("checkout.session")) == 1


def test_a_crash_before_the_call_long_ago_ends_the_attempt_and_a_new_page_opens(shop):
    reference = shop.place()
    freeze(shop, reference)
    shop.later(minutes=5)
    shop.pay(reference)
    shop.sync(reference)
    assert [one.state for one in shop.attempts()] == ["abandoned", "captured"]
    assert shop.order(reference).state == "confirmed"


@pytest.mark.parametrize("steps", [["event"], ["poll"], ["return"], ["all back"]])
def test_a_crash_after_the_call_loses_no_money(shop, steps):
    reference = shop.place()
    attempt = freeze(shop, reference)
    page = shop.provider.create_checkout(attempt.params, key=attempt.key).reference
    shop.double.outcome(page, "pay")
    for step in steps:
        take_step(shop, reference, step)
    assert_confirmed_once(shop, reference)
    assert len(shop.double.all("checkout.session")) == 1


@pytest.mark.parametrize("paid", [True, False])
def test_an_answer_lost_for_a_day_is_looked_up(shop, paid):
    reference = shop.place()
    attempt = freeze(shop, reference)
    if paid:
        page = shop.provider.create_checkout(attempt.params, key=attempt.key).reference
        shop.double.outcome(page, "pay")
    shop.later(hours=23, minutes=1)
    shop.poll()
    assert [one.state for one in shop.attempts()] == ["captured" if paid else "abandoned"]
    assert len(shop.payments()) == int(paid)


def freeze(shop, reference):
    with shop.sessions.begin() as db:
        bill = orders.find_main_bill(orders.get_order(db, reference=reference))
        return open_attempt(db, bill_id=bill.id, wishes=WISHES, livemode=False, now=shop.now)


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
