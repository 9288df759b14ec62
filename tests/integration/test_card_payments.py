"""From a bill to money: whatever is lost, doubled or cut off, one order is confirmed once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from billing import inbox
from tests.fakes.money_seen import (
    assert_confirmed_once,
    assert_not_confirmed,
    completed,
    freeze,
)


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
