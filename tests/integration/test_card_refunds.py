"""Money that goes back: asked for once, sent once, never more than came."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from billing import inbox, orders, refunds
from billing.payments.errors import ProviderUnavailableError
from billing.refunds.errors import NotEnoughCapturedError, OneApproverError
from services.core.money import Money


@pytest.fixture
def paid(shop):
    """The reference of an order that is paid and confirmed."""
    reference = shop.place(nth=30)
    shop.pay(reference)
    shop.sync(reference)
    assert shop.order(reference).state == "confirmed"
    return reference


def ask(shop, reference, minor=None, actor="system"):
    with shop.sessions.begin() as db:
        order = orders.get_order(db, reference=reference)
        amount = order.bills[0].total if minor is None else Money(minor, order.currency)
        made = refunds.request_refund(
            db, order=order, amount=amount, reason="goodwill", actor=actor, now=shop.now
        )
        return [one.reference for one in made]


def poll(shop):
    refunds.poll_refunds(shop.sessions, shop.provider, now=shop.now)


def states(shop):
    return [one.state for one in shop.refunds()]


def test_a_cancelled_order_gets_its_money_back_through_the_provider(shop, paid):
    shop.cancel(paid)
    order = shop.order(paid)
    assert (order.state, order.session.state) == ("cancelled", "cancelled")
    assert states(shop) == ["approved"]
    assert [job["refund"] for job in shop.jobs("submit_refund")] == [shop.refunds()[0].reference]
    assert shop.submit_refunds() == ["succeeded"]
    refund, charge = shop.double.all("refund")[0], shop.double.all("charge")[0]
    assert refund["amount"] == charge["amount_refunded"] == shop.refunds()[0].amount_minor
    assert refund["metadata"] == {"refund": shop.refunds()[0].reference}


def test_a_late_cancellation_keeps_what_the_ladder_says_and_the_rest_goes_back(shop, paid):
    starts_at = shop.order(paid).session.starts_at
    shop.at(starts_at - timedelta(hours=5))
    shop.cancel(paid)
    shop.submit_refunds()
    kept = sum(bill.total_minor for bill in shop.order(paid).bills if bill.kind == "fee")
    back = sum(refund.amount_minor for refund in shop.refunds())
    assert kept + back == shop.payments()[0].amount_minor
    assert kept > 0


def test_the_vendor_cancelling_gives_all_back_at_any_time(shop, paid):
    shop.at(shop.order(paid).session.starts_at - timedelta(minutes=30))
    shop.cancel(paid, actor="staff:1")
    assert sum(one.amount_minor for one in shop.refunds()) == shop.payments()[0].amount_minor


def test_sending_twice_sends_once(shop, paid):
    (reference,) = ask(shop, paid)
    for _ in range(3):
        refunds.submit_refund(shop.sessions, shop.provider, reference=reference, now=shop.now)
    assert len(shop.double.all("refund")) == 1


def test_an_answer_that_is_cut_off_is_asked_for_again_with_the_same_key(shop, paid):
    (reference,) = ask(shop, paid)
    shop.double.fault("cut", "POST /v1/refunds", times=2)
    with pytest.raises(ProviderUnavailableError):
        refunds.submit_refund(shop.sessions, shop.provider, reference=reference, now=shop.now)
    assert states(shop) == ["submitted"]
    shop.later(minutes=1)
    poll(shop)
    assert states(shop) == ["succeeded"]
    assert len(shop.double.all("refund")) == 1


def test_a_refund_whose_job_was_lost_is_sent_by_the_poll(shop, paid):
    ask(shop, paid)
    shop.later(minutes=6)
    poll(shop)
    assert states(shop) == ["succeeded"]


def test_never_more_goes_back_than_came(shop, paid):
    total = shop.payments()[0].amount_minor
    ask(shop, paid, total - 100)
    with pytest.raises(NotEnoughCapturedError) as refused:
        ask(shop, paid, 101)
    assert refused.value.facts["left"] == 100
    ask(shop, paid, 100)
    assert shop.submit_refunds() == ["succeeded", "succeeded"]


def test_of_many_who_ask_at_one_moment_only_one_gets_the_rest(shop, paid):
    def wish(_):
        try:
            return ask(shop, paid)
        except NotEnoughCapturedError:
            return None

    with ThreadPoolExecutor(6) as pool:
        made = [one for one in pool.map(wish, range(6)) if one]
    assert len(made) == len(shop.refunds()) == 1


@pytest.mark.parametrize("news", ["event", "poll"])
def test_a_waiting_refund_is_followed_to_its_end(shop, paid, news):
    shop.double.control("next-refund", outcome="pending")
    ask(shop, paid)
    assert shop.submit_refunds() == ["pending"]
    shop.double.control("refund", refund=shop.double.all("refund")[0]["id"], outcome="succeed")
    if news == "event":
        assert shop.work(shop.double.events("refund.updated")[0]) == "done"
    else:
        shop.later(hours=6)
        poll(shop)
    assert states(shop) == ["succeeded"]
    assert shop.tasks() == []


def test_a_refund_that_comes_back_weeks_later_is_owed_again(shop, paid):
    ask(shop, paid)
    shop.submit_refunds()
    shop.later(days=20)
    shop.double.control("refund", refund=shop.double.all("refund")[0]["id"], outcome="fail")
    event = shop.double.events("refund.failed")[0]
    assert shop.work(event) == shop.work(event | {"id": "evt_twin"}) == "done"
    assert states(shop) == ["failed"]
    assert [(task.kind, task.subject) for task in shop.tasks()] == [("refund_failed", f"order:{paid}")]
    ask(shop, paid)
    assert shop.submit_refunds() == ["succeeded"]


def test_a_refund_that_the_provider_refuses_becomes_a_task(shop, paid):
    ask(shop, paid)
    shop.double.tamper("charge", shop.double.all("charge")[0]["id"], paid=False)
    assert shop.submit_refunds() == ["failed"]
    assert [task.kind for task in shop.tasks()] == ["refund_failed"]


def test_a_refund_that_says_another_sum_is_not_believed(shop, paid):
    shop.double.control("next-refund", outcome="pending")
    ask(shop, paid)
    shop.submit_refunds()
    shop.double.tamper("refund", shop.double.all("refund")[0]["id"], amount=1, status="succeeded")
    shop.later(hours=6)
    poll(shop)
    assert states(shop) == ["pending"]
    assert [task.kind for task in shop.tasks()] == ["refund_differs"]


def test_a_refund_made_past_us_ends_with_a_person(shop, paid):
    shop.provider.create_refund(
        intent_ref=shop.payments()[0].intent_ref, amount=Money(100, "RUB"),
        refund_reference="R-nobody", key="by hand",
    )  # fmt: skip
    event = shop.double.events("refund.created")[0]
    assert shop.work(event) == "waiting"
    shop.later(hours=24)
    inbox.follow_waiting_events(shop.sessions, shop.provider, now=shop.now)
    assert [task.kind for task in shop.tasks()] == ["unknown_object"]


def test_a_large_refund_waits_for_a_second_person(shop, paid, monkeypatch):
    monkeypatch.setattr("billing.refunds.commands.APPROVED_BY_RULE", 100)
    ask(shop, paid, 500, actor="staff:1")
    assert (states(shop), shop.submit_refunds()) == (["requested"], [])
    assert [task.kind for task in shop.tasks()] == ["refund_to_approve"]
    with shop.sessions.begin() as db:
        refund = refunds.get_refund(db, reference=shop.refunds()[0].reference)
        with pytest.raises(OneApproverError):
            refunds.approve_refund(db, refund=refund, actor="staff:1", now=shop.now)
        refunds.approve_refund(db, refund=refund, actor="staff:2", now=shop.now)
    assert shop.submit_refunds() == ["succeeded"]
    assert shop.tasks() == []


def test_money_in_another_currency_is_never_mixed_in(shop, paid):
    with shop.sessions.begin() as db, pytest.raises(NotEnoughCapturedError):
        refunds.request_refund(
            db, order=orders.get_order(db, reference=paid), amount=Money(1, "EUR"),
            reason="goodwill", actor="system", now=shop.now,
        )  # fmt: skip


def test_the_database_keeps_refunds_in_their_states(shop, paid):
    ask(shop, paid)
    with shop.sessions() as db, pytest.raises(Exception, match="refund_is_seen"):
        db.execute(text("UPDATE billing.refund SET state = 'succeeded'"))
