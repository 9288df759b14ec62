"""What an order asks of the database: few statements, and none again for each specialist."""

from __future__ import annotations

from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from billing.settings import BillingSettings, ProviderSettings
from tests.asked import asked
from tests.web.test_ordering_pages import BOOK, ordinary_starts


@pytest.fixture
def billing_settings(stripe_double):
    """Cards are taken by the double."""
    account, secrets = stripe_double.account, (stripe_double.webhook_secret,)
    provider = ProviderSettings(
        account.secret_key, secrets, livemode=account.livemode, api_base=stripe_double.url
    )
    return BillingSettings(provider=provider)


@pytest.fixture
def asking(app):
    """Count what the site's connections execute meanwhile, but for savepoints."""

    @contextmanager
    def count():
        with asked(app.extensions["priyom.database"].engine) as seen:
            yield seen
        seen[:] = [one for one in seen if not one.startswith(("SAVEPOINT", "RELEASE"))]

    return count


def test_an_order_asks_little_at_each_step(visitor, asking, now, stripe_double):
    stripe_double.at(now)
    times = visitor.get(f"{BOOK}?day=2026-11-26")
    visitor.checks = False
    with asking() as hold:
        held = visitor.submit(times, form="form#times", start=ordinary_starts(times)[0], follow=False)
    form = visitor.get(held.response.location)
    with asking() as details:
        facts = {"name": "Ольга Мельникова", "email": "melnikova@kedr-opt.example"}
        filled = visitor.submit(form, **facts, follow=False)
    review = visitor.get(filled.response.location)
    with asking() as submitted:
        pay = visitor.submit(review, offer="y", consent_services="y", status=307, follow=False)
    path = urlsplit(pay.response.location).path
    token = str(review.one("main form[method=post] [name=csrf_token]")["value"])
    with asking() as paying:
        page = visitor.client.post(path, data={"csrf_token": token})
    stripe_double.outcome(page.location.rsplit("/", 1)[1], "pay")
    with asking() as back:
        booked = visitor.client.get(path.replace("/pay", "/return"))
    assert "/s/" in booked.location
    steps = hold, details, submitted, paying, back
    # The first hold of a process learns how the service is sold and what is limited: two more.
    most = 5, 15, 15, 10, 30
    for step, limit in zip(steps, most, strict=True):
        assert len(step) <= limit
    # Four things move when money comes, each with its line in the audit log; no text comes more often.
    for step in steps:
        assert max(map(step.count, step)) <= 4
