"""The double keeps the rules that the specification cannot say, and the shapes that it can."""

from __future__ import annotations

import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest
import stripe

from tests.fakes.stripe_double import running_double


def client(double, account=None, retries=0):
    return stripe.StripeClient(
        (account or double.account).secret_key,
        base_addresses={"api": double.url},
        max_network_retries=retries,
        http_client=stripe.RequestsClient(timeout=(3, 5)),
    )


def params(**change):
    return {
        "mode": "payment",
        "line_items": [
            {
                "price_data": {
                    "currency": "rub",
                    "unit_amount": 549000,
                    "product_data": {"name": "Разовое подключение"},
                },
                "quantity": 1,
            }
        ],
        "client_reference_id": "A-1",
        "metadata": {"attempt": "A-1"},
        "payment_intent_data": {"metadata": {"attempt": "A-1"}},
        "locale": "ru",
        "submit_type": "book",
        "adaptive_pricing": {"enabled": False},
        "success_url": "http://127.0.0.1:1/done?id={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://127.0.0.1:1/order",
        **change,
    }


def opened(double, **change):
    return client(double).v1.checkout.sessions.create(params(**change)).to_dict()


def fetched(double, reference, *expand):
    asked = {"expand": list(expand)} if expand else {}
    return client(double).v1.checkout.sessions.retrieve(reference, asked).to_dict()


def test_a_paid_page_shows_the_money_in_session_intent_charge_and_balance(stripe_double):
    one = opened(stripe_double)
    assert (one["status"], one["payment_status"], one["amount_total"]) == ("open", "unpaid", 549000)
    stripe_double.outcome(one["id"], "pay")
    paid = fetched(stripe_double, one["id"], "payment_intent.latest_charge", "line_items")
    assert (paid["status"], paid["payment_status"], paid["url"]) == ("complete", "paid", None)
    charge = paid["payment_intent"]["latest_charge"]
    assert (charge["amount"], charge["paid"], charge["metadata"]) == (549000, True, {"attempt": "A-1"})
    line = client(stripe_double).v1.balance_transactions.retrieve(charge["balance_transaction"]).to_dict()
    assert line["net"] == line["amount"] - line["fee"]
    assert stripe_double.events()[-1]["type"] == "checkout.session.completed"


def test_a_page_has_one_outcome(stripe_double):
    one = opened(stripe_double)
    stripe_double.outcome(one["id"], "pay")
    with pytest.raises(AssertionError, match="complete"):
        stripe_double.outcome(one["id"], "pay")
    with pytest.raises(stripe.InvalidRequestError, match="can be expired"):
        client(stripe_double).v1.checkout.sessions.expire(one["id"])


def test_a_declined_page_stays_open_and_can_be_paid(stripe_double):
    one = opened(stripe_double)
    stripe_double.outcome(one["id"], "decline")
    assert fetched(stripe_double, one["id"])["status"] == "open"
    stripe_double.outcome(one["id"], "pay")
    assert fetched(stripe_double, one["id"])["payment_status"] == "paid"


@pytest.mark.parametrize(("end", "status"), [("settle", "paid"), ("fail", "unpaid")])
def test_a_delayed_payment_completes_the_page_and_ends_later(stripe_double, end, status):
    one = opened(stripe_double)
    stripe_double.outcome(one["id"], "later")
    waiting = fetched(stripe_double, one["id"], "payment_intent")
    assert (waiting["status"], waiting["payment_status"]) == ("complete", "unpaid")
    assert waiting["payment_intent"]["status"] == "processing"
    stripe_double.outcome(one["id"], end)
    assert fetched(stripe_double, one["id"])["payment_status"] == status


@pytest.mark.parametrize("after_s", [29 * 60, 24 * 3600 + 60])
def test_an_expiry_outside_30_minutes_to_24_hours_is_refused(stripe_double, after_s):
    with pytest.raises(stripe.InvalidRequestError, match="expires_at"):
        opened(stripe_double, expires_at=int(time.time()) + after_s)


def test_time_closes_a_page_and_says_so_in_an_event(stripe_double):
    one = opened(stripe_double, expires_at=int(time.time()) + 1860)
    stripe_double.control("clock", at=one["expires_at"])
    assert fetched(stripe_double, one["id"])["status"] == "expired"
    assert [event["type"] for event in stripe_double.events()] == ["checkout.session.expired"]


def test_the_same_key_answers_the_same_and_other_parameters_are_refused(stripe_double):
    sessions = client(stripe_double).v1.checkout.sessions
    first = sessions.create(params(), {"idempotency_key": "k1"})
    again = sessions.create(params(), {"idempotency_key": "k1"})
    assert first.id == again.id
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    with pytest.raises(stripe.IdempotencyError):
        sessions.create(params(locale="en"), {"idempotency_key": "k1"})


def test_a_key_in_use_is_a_conflict(stripe_double):
    stripe_double.fault("slow", "POST /v1/checkout/sessions", seconds=0.6)
    sessions = client(stripe_double).v1.checkout.sessions
    other = threading.Thread(target=lambda: sessions.create(params(), {"idempotency_key": "k1"}))
    other.start()
    time.sleep(0.2)
    with pytest.raises(stripe.StripeError) as refusal:
        sessions.create(params(), {"idempotency_key": "k1"})
    other.join()
    assert refusal.value.http_status == 409


def test_refunds_never_exceed_what_is_left(stripe_double):
    one = opened(stripe_double)
    stripe_double.outcome(one["id"], "pay")
    intent = fetched(stripe_double, one["id"])["payment_intent"]
    refunds = client(stripe_double).v1.refunds
    assert refunds.create({"payment_intent": intent, "amount": 500000}).status == "succeeded"
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded"):
        refunds.create({"payment_intent": intent, "amount": 49001})
    last = refunds.create({"payment_intent": intent, "amount": 49000})
    with pytest.raises(stripe.InvalidRequestError, match="already been refunded"):
        refunds.create({"payment_intent": intent})
    stripe_double.control("refund", refund=last.id, outcome="fail")
    assert client(stripe_double).v1.refunds.retrieve(last.id).status == "failed"
    charge = stripe_double.all("charge")[0]
    assert (charge["amount_refunded"], charge["refunded"]) == (500000, False)


def test_a_key_sees_its_own_account_and_mode_only(stripe_double):
    one = opened(stripe_double)
    for account in stripe_double.accounts[1:]:
        with pytest.raises(stripe.InvalidRequestError, match="No such"):
            client(stripe_double, account).v1.checkout.sessions.retrieve(one["id"])
    stranger = stripe.StripeClient("sk_test_stranger", base_addresses={"api": stripe_double.url})
    with pytest.raises(stripe.AuthenticationError):
        stranger.v1.checkout.sessions.retrieve(one["id"])


def test_limits_of_metadata_and_retired_parameters_are_refused(stripe_double):
    for metadata in ({"n" * 41: "x"}, {"n": "x" * 501}, {f"n{i}": "x" for i in range(51)}):
        with pytest.raises(stripe.InvalidRequestError):
            opened(stripe_double, metadata=metadata)
    with pytest.raises(stripe.InvalidRequestError, match="payment_method_types"):
        opened(stripe_double, payment_method_types=["card"])


def test_lists_come_in_pages_newest_first(stripe_double):
    made = [opened(stripe_double)["id"] for _ in range(5)]
    sessions = client(stripe_double).v1.checkout.sessions
    first = sessions.list({"limit": 2})
    assert ([one.id for one in first.data], first.has_more) == (made[:2:-1], True)
    assert [one.id for one in sessions.list({"limit": 2}).auto_paging_iter()] == made[::-1]
    since = client(stripe_double).v1.events.list({"created": {"gte": int(time.time()) + 60}})
    assert since.data == []


@pytest.mark.parametrize(("kind", "tries"), [("500", 3), ("409", 3), ("502", 3), ("cut", 3), ("429", 1)])
def test_the_client_repeats_what_may_be_repeated_with_one_key(stripe_double, kind, tries):
    stripe_double.fault(kind, "POST /v1/checkout/sessions", times=tries)
    sessions = client(stripe_double, retries=2).v1.checkout.sessions
    with pytest.raises(stripe.StripeError):
        sessions.create(params(), {"idempotency_key": "k1"})
    sessions.create(params(), {"idempotency_key": "k1"})
    assert len(stripe_double.all("checkout.session")) == 1


def test_a_restart_keeps_everything(tmp_path):
    file = tmp_path / "state.json"
    with running_double(file=file) as before:
        one = opened(before)
        before.outcome(one["id"], "decline")
        keys = before.accounts
    with running_double(file=file) as after:
        after.sandbox.state.accounts = {account.secret_key: account for account in keys}
        after.account = keys[0]
        after.outcome(one["id"], "pay")
        assert fetched(after, one["id"])["payment_status"] == "paid"


class Unfollowed(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args):
        return None


def browse(url, **form):
    body = urllib.parse.urlencode(form).encode() if form else None
    try:
        with urllib.request.build_opener(Unfollowed).open(url, body, timeout=5) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as answer:
        return answer.status, answer.headers, answer.read().decode()


def test_the_page_can_be_declined_and_then_paid_and_leads_back_to_the_shop(stripe_double):
    one = opened(stripe_double, locale="en")
    status, _, html = browse(one["url"])
    assert status == 200
    assert "Sandbox: no money moves" in html
    assert one["cancel_url"] in html
    status, _, html = browse(one["url"], act="decline")
    assert (status, "The card was declined" in html) == (422, True)
    status, headers, _ = browse(one["url"], act="pay")
    assert (status, headers["Location"]) == (303, f"http://127.0.0.1:1/done?id={one['id']}")
    assert "has done its work" in browse(one["url"])[2]
    assert browse(stripe_double.url + "/pay/cs_nothing")[0] == 404


def test_the_page_offers_no_delayed_method_when_only_cards_are_allowed(stripe_double):
    one = opened(stripe_double, locale="en", allowed_payment_method_types=["card"])
    assert "bank debit" not in browse(one["url"])[2]
