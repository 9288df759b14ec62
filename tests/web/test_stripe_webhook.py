"""The webhook as the provider meets it: kept and answered at once, or refused without a trace."""

from __future__ import annotations

import json
from datetime import timedelta

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import select, text

from billing.inbox.models import InboxEvent
from billing.settings import BillingSettings, ProviderSettings
from tests.fakes.stripe_double import running_double
from webapp.sandbox.courier import sign

SECRET = "whsec_tests_only"


@pytest.fixture
def billing_settings() -> BillingSettings:
    provider = ProviderSettings("sk_test_x", (SECRET, "whsec_older"), livemode=False)
    return BillingSettings(provider=provider)


@pytest.fixture
def event(now):
    return {
        "id": "evt_1", "object": "event", "api_version": "2026-10-28.endive", "livemode": False,
        "created": int(now.timestamp()), "type": "checkout.session.completed",
        "data": {"object": {"id": "cs_test_1", "customer_email": "x@y.example"}},
    }  # fmt: skip


def post(app, body, *, secret=SECRET, at, signature=None):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    header = sign(raw, secret, int(at.timestamp())) if signature is None else signature
    return app.test_client().post(
        "/hooks/stripe", data=raw, headers={"Stripe-Signature": header, "Content-Type": "application/json"}
    )


def kept(demo):
    with demo.app_sessions() as db:
        return db.scalars(select(InboxEvent)).all()


def jobs(demo):
    with demo.app_sessions() as db:
        query = text("SELECT args FROM procrastinate_jobs WHERE task_name = 'follow_event'")
        return db.scalars(query).all()


def test_a_signed_event_is_kept_with_its_job_and_nothing_personal(app, demo, event, now):
    answer = post(app, event, at=now)
    assert (answer.status_code, answer.json) == (200, {"kept": True, "new": True})
    (row,) = kept(demo)
    assert (row.event_ref, row.kind, row.object_ref, row.state) == (
        "evt_1", "checkout.session.completed", "cs_test_1", "waiting",
    )  # fmt: skip
    assert jobs(demo) == [{"event": "evt_1"}]


def test_the_same_event_again_is_answered_well_and_kept_once(app, demo, event, now):
    for _ in range(3):
        assert post(app, event, at=now).status_code == 200
    assert (len(kept(demo)), len(jobs(demo))) == (1, 1)


def test_the_older_secret_still_serves(app, event, now):
    assert post(app, event, secret="whsec_older", at=now).status_code == 200


@pytest.mark.parametrize(
    "case",
    [
        ({"signature": ""}, "signature"),
        ({"signature": "t=1,v1=00"}, "signature"),
        ({"secret": "whsec_strange"}, "signature"),
        ({"body": b"\xff\xfe"}, "shape"),
        ({"body": b"[]"}, "shape"),
        ({"body": b"null"}, "shape"),
        ({"body": b'{"object": "v2.core.event"}'}, "shape"),
        ({"body": b"x" * (512 * 1024 + 1)}, "size"),
        ({"age": timedelta(seconds=301)}, "time"),
        ({"age": timedelta(seconds=-60)}, "time"),
        ({"with": {"livemode": True}}, "mode"),
        ({"with": {"account": "acct_other"}}, "account"),
        ({"with": {"api_version": "2020-08-27"}}, "version"),
    ],
)
def test_anything_else_is_refused_and_leaves_no_trace(app, demo, event, now, case):
    change, error = case
    answer = post(
        app,
        change.get("body", event | change.get("with", {})),
        secret=change.get("secret", SECRET),
        at=now - change.get("age", timedelta()),
        signature=change.get("signature"),
    )
    assert (answer.status_code, answer.json) == (400, {"error": error})
    assert (kept(demo), jobs(demo)) == ([], [])


def test_a_body_of_unknown_length_is_cut_off_at_the_limit(app, now):
    answer = app.test_client().post(
        "/hooks/stripe", input_stream=_endless(), headers={"Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True},
    )  # fmt: skip
    assert answer.status_code == 400


def _endless():
    import io

    return io.BytesIO(b"x" * (600 * 1024))


def test_with_the_database_away_the_provider_is_asked_to_come_again(app, demo, event, now):
    with psycopg.connect(demo.admin_url, autocommit=True) as admin:
        admin.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(demo.name)))
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [demo.name]
        )
        answer = post(app, event, at=now)
        admin.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(sql.Identifier(demo.name)))
    assert answer.status_code == 503
    assert post(app, event, at=now).status_code == 200


def test_a_get_and_a_site_without_a_provider_have_no_webhook(app):
    assert app.test_client().get("/hooks/stripe").status_code == 405


def test_what_the_double_sends_is_what_the_webhook_takes(app, demo, clock):
    """The courier of the double, its signature and the site's judgement fit together over HTTP."""
    from threading import Thread

    from werkzeug.serving import make_server

    server = make_server("127.0.0.1", 0, app, threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        with running_double(webhook_url=f"http://127.0.0.1:{server.port}/hooks/stripe") as double:
            double.sandbox.courier.secret = SECRET
            double.at(clock.at)
            page = _page(double)
            double.outcome(page, "pay")
            statuses = [double.control("deliver", event=event["id"])["status"] for event in double.events()]
            missigned = double.control("deliver", event=double.events()[0]["id"], missigned=True)["status"]
            twin = double.control("deliver", event=double.events()[-1]["id"], twin=True)["status"]
    finally:
        server.shutdown()
    assert statuses == [200, 200, 200, 200]
    assert (missigned, twin) == (400, 200)
    assert len(kept(demo)) == 5


def _page(double):
    from billing.payments.gateway import StripeGateway

    settings = ProviderSettings(double.account.secret_key, (), livemode=False, api_base=double.url)
    price = {"currency": "rub", "unit_amount": 100, "product_data": {"name": "x"}}
    params = {
        "mode": "payment", "line_items": [{"price_data": price, "quantity": 1}],
        "success_url": "http://127.0.0.1:1/", "cancel_url": "http://127.0.0.1:1/",
    }  # fmt: skip
    return StripeGateway(settings, patience="web").create_checkout(params, key="k").reference
