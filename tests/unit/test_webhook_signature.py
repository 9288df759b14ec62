"""Only an event that the provider signed for us, just now, is believed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st

from billing.inbox import WebhookRefusedError, read_webhook
from billing.inbox.signature import API_VERSION, LARGEST

NOW = datetime(2026, 11, 23, 7, 20, tzinfo=UTC)
SECRETS = ("whsec_new", "whsec_old")
EVENT = {
    "id": "evt_1",
    "object": "event",
    "api_version": API_VERSION,
    "created": int(NOW.timestamp()) - 2,
    "data": {"object": {"id": "cs_test_1", "object": "checkout.session"}},
    "livemode": False,
    "pending_webhooks": 1,
    "request": {"id": None, "idempotency_key": None},
    "type": "checkout.session.completed",
}


def signed(body, secret=SECRETS[0], at=NOW):
    text = body.decode("utf-8", "surrogateescape") if isinstance(body, bytes) else body
    # Signed by the provider's own library, so that our check is not its own witness.
    return stripe.WebhookSignature.generate_signature_header(text, secret, int(at.timestamp()))


def read(body, signature, *, livemode=False, now=NOW, secrets=SECRETS):
    return read_webhook(body, signature, secrets=secrets, livemode=livemode, now=now)


def read_signed(thing, **more):
    body = json.dumps(thing).encode()
    return read(body, signed(body), **more)


def refusal(call):
    with pytest.raises(WebhookRefusedError) as refused:
        call()
    return refused.value.code


def test_a_signed_event_is_read():
    event = read_signed(EVENT)
    assert (event.reference, event.kind, event.object_ref) == ("evt_1", EVENT["type"], "cs_test_1")
    assert event.happened_at == NOW - timedelta(seconds=2)


def test_the_version_is_the_one_the_client_speaks():
    assert stripe.api_version == API_VERSION


@pytest.mark.parametrize("secret", SECRETS)
def test_old_and_new_secret_both_serve_while_they_are_exchanged(secret):
    body = json.dumps(EVENT).encode()
    assert read(body, signed(body, secret)).reference == "evt_1"


def test_without_a_secret_nothing_is_believed():
    body = json.dumps(EVENT).encode()
    assert refusal(lambda: read(body, signed(body, ""), secrets=("",))) == "signature"
    assert refusal(lambda: read(body, signed(body), secrets=())) == "signature"


@pytest.mark.parametrize(
    ("age_s", "code"), [(301, "time"), (-31, "time"), (-3600, "time"), (300, None), (-29, None)]
)
def test_signatures_have_a_time_window_on_both_sides(age_s, code):
    body = json.dumps(EVENT).encode()
    header = signed(body, at=NOW - timedelta(seconds=age_s))
    if code is None:
        assert read(body, header).reference == "evt_1"
    else:
        assert refusal(lambda: read(body, header)) == code


@pytest.mark.parametrize(
    "header",
    [
        "",
        "t=,v1=",
        "v1=abc",
        "t=1",
        "t=x,v1=y",
        "t=١,v1=y",
        "t=1,t=2,v1=y",
        "t=" + "9" * 5000 + ",v1=y",
        "=,=,",
    ],
)
def test_a_malformed_signature_is_refused(header):
    assert refusal(lambda: read(json.dumps(EVENT).encode(), header)) == "signature"


def test_a_changed_body_or_a_strange_secret_is_refused():
    body = json.dumps(EVENT).encode()
    assert refusal(lambda: read(body + b" ", signed(body))) == "signature"
    assert refusal(lambda: read(body, signed(body, "whsec_other"))) == "signature"


@pytest.mark.parametrize(
    "body",
    [
        b"[]", b"null", b"1", b'"x"', b"{}", b"", b"{", b"[" * 100_000,
        b'{"object": "v2.core.event", "id": "evt_1"}',
        json.dumps(EVENT | {"data": []}).encode(),
        json.dumps(EVENT | {"data": {"object": None}}).encode(),
        json.dumps(EVENT | {"id": 7}).encode(),
        json.dumps(EVENT | {"created": "soon"}).encode(),
        json.dumps(EVENT | {"created": 10**30}).encode(),
        json.dumps({name: EVENT[name] for name in EVENT if name != "livemode"}).encode(),
    ],
)  # fmt: skip
def test_what_is_signed_but_no_event_is_refused(body):
    assert refusal(lambda: read(body, signed(body))) == "shape"


def test_bytes_that_are_no_text_are_refused():
    body = b'\xff\xfe{"object": "event"}'
    import hashlib
    import hmac

    stamp = int(NOW.timestamp())
    mac = hmac.new(SECRETS[0].encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    assert refusal(lambda: read(body, f"t={stamp},v1={mac}")) == "shape"


def test_too_much_is_refused_before_it_is_looked_at():
    assert refusal(lambda: read(b"x" * (LARGEST + 1), "")) == "size"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"livemode": True}, "mode"),
        ({"account": "acct_other"}, "account"),
        ({"context": "acct_other"}, "account"),
        ({"api_version": "2026-05-27.dahlia"}, "version"),
        ({"api_version": None}, "version"),
    ],
)
def test_events_of_another_mode_account_or_version_are_refused(change, code):
    assert refusal(lambda: read_signed(EVENT | change)) == code


@given(st.binary(max_size=300), st.text(max_size=100))
def test_nothing_but_a_refusal_comes_of_noise(body, header):
    assert refusal(lambda: read(body, header)) == "signature"
