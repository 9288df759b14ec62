"""Our gateway with the real client against the double: answers, refusals, broken wires."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from billing.payments.errors import ProviderRefusedError, ProviderUnavailableError
from billing.payments.gateway import StripeGateway
from billing.settings import ProviderSettings
from services.core.money import Money

PARAMS = {
    "mode": "payment",
    "line_items": [
        {
            "price_data": {
                "currency": "eur",
                "unit_amount": 9000,
                "product_data": {"name": "Remote session"},
            },
            "quantity": 1,
        }
    ],
    "client_reference_id": "A-1",
    "metadata": {"attempt": "A-1"},
    "payment_intent_data": {"metadata": {"attempt": "A-1"}},
    "locale": "en",
    "submit_type": "book",
    "adaptive_pricing": {"enabled": False},
    "success_url": "http://127.0.0.1:1/return?checkout={CHECKOUT_SESSION_ID}",
    "cancel_url": "http://127.0.0.1:1/pay",
}


def settings_for(double, account=None):
    account = account or double.account
    return ProviderSettings(
        secret_key=account.secret_key,
        webhook_secrets=(double.webhook_secret,),
        livemode=account.livemode,
        api_base=double.url,
    )


@pytest.fixture
def gateway(stripe_double):
    return StripeGateway(settings_for(stripe_double), patience="web", timeout=(1, 1))


def test_a_page_is_opened_paid_and_read_with_the_money_behind_it(stripe_double, gateway):
    opened = gateway.create_checkout(PARAMS, key="k1")
    assert (opened.status, opened.is_paid, opened.flags) == ("open", False, ())
    assert opened.url.startswith(stripe_double.url + "/pay/")
    stripe_double.outcome(opened.reference, "pay")
    paid = gateway.fetch_checkout(opened.reference)
    assert paid.is_paid
    assert paid.received == paid.amount == Money(9000, "EUR")
    assert (paid.attempt_reference, paid.method, paid.url) == ("A-1", "card", None)


def test_the_same_key_opens_one_page_also_when_the_answer_was_cut_off(stripe_double, gateway):
    stripe_double.fault("cut", "POST /v1/checkout/sessions", times=9)
    with pytest.raises(ProviderUnavailableError):
        gateway.create_checkout(PARAMS, key="k1")
    stripe_double.control("faults")
    gateway.create_checkout(PARAMS, key="k1")
    assert len(stripe_double.all("checkout.session")) == 1


@pytest.mark.parametrize("kind", ["500", "409", "429", "502", "hang"])
def test_whatever_breaks_on_the_wire_means_only_that_nothing_is_known(stripe_double, gateway, kind):
    stripe_double.fault(kind, times=9)
    with pytest.raises(ProviderUnavailableError):
        gateway.fetch_checkout("cs_test_1")


def test_nobody_at_home_means_only_that_nothing_is_known():
    settings = ProviderSettings("sk_test_x", (), livemode=False, api_base="http://127.0.0.1:9")
    with pytest.raises(ProviderUnavailableError):
        StripeGateway(settings, patience="web").fetch_checkout("cs_test_1")


def test_a_wrong_key_is_ours_to_mend_and_says_nothing_of_the_payment(stripe_double):
    settings = ProviderSettings("sk_test_wrong", (), livemode=False, api_base=stripe_double.url)
    with pytest.raises(ProviderUnavailableError) as trouble:
        StripeGateway(settings, patience="web").fetch_checkout("cs_test_1")
    assert "sk_test" not in str(trouble.value)


def test_refusals_are_told_apart_from_silence(gateway):
    with pytest.raises(ProviderRefusedError) as refusal:
        gateway.fetch_checkout("cs_test_nothing")
    assert refusal.value.is_missing
    with pytest.raises(ProviderRefusedError):
        gateway.create_checkout(PARAMS | {"payment_method_types": ["card"]}, key="k2")


def test_closing_a_page_tells_how_it_ended(stripe_double, gateway):
    one, two = (gateway.create_checkout(PARAMS, key=key).reference for key in ("k1", "k2"))
    assert gateway.expire_checkout(one).status == "expired"
    assert gateway.expire_checkout(one).status == "expired"
    stripe_double.outcome(two, "pay")
    assert gateway.expire_checkout(two).is_paid


def test_a_lost_page_is_found_by_our_reference_in_its_hour(gateway):
    now = datetime.now(UTC)
    page = gateway.create_checkout(PARAMS, key="k1").reference
    assert gateway.find_checkout("A-1", created_at=now).reference == page
    assert gateway.find_checkout("A-2", created_at=now) is None
    assert gateway.find_checkout("A-1", created_at=now - timedelta(hours=3)) is None


def test_a_refund_is_made_once_a_key_and_read_again(stripe_double, gateway):
    page = gateway.create_checkout(PARAMS, key="k1").reference
    stripe_double.outcome(page, "pay")
    intent = gateway.fetch_checkout(page).intent_ref
    asked = {"intent_ref": intent, "amount": Money(4000, "EUR"), "refund_reference": "R-1"}
    refund = gateway.create_refund(**asked, key="r1")
    assert gateway.create_refund(**asked, key="r1").reference == refund.reference
    again = gateway.fetch_refund(refund.reference)
    assert (again.status, again.amount, again.refund_reference) == ("succeeded", Money(4000, "EUR"), "R-1")
    with pytest.raises(ProviderRefusedError):
        gateway.create_refund(**(asked | {"amount": Money(5001, "EUR")}), key="r2")


def test_unknown_values_are_flagged_and_never_paid(stripe_double, gateway):
    page = gateway.create_checkout(PARAMS, key="k1").reference
    stripe_double.sandbox.observe = lambda *_: None  # what follows is none of the specification's values
    stripe_double.tamper("checkout.session", page, status="dreaming", payment_status="promised")
    read = gateway.fetch_checkout(page)
    assert read.flags == ("status=dreaming", "payment_status=promised")
    assert not read.is_paid


def test_events_are_listed_across_pages(stripe_double, gateway):
    since = datetime.now(UTC)
    for number in range(35):
        page = gateway.create_checkout(PARAMS, key=f"k{number}").reference
        stripe_double.outcome(page, "pay")
    kinds = [event.kind for event in gateway.list_events(since=since - timedelta(seconds=2))]
    assert kinds.count("checkout.session.completed") == 35
    assert len(kinds) > 100
