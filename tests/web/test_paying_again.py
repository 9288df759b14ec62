"""Pressing «pay» again: the same page and no minute more, and an honest answer when it is too late."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from billing import orders
from billing.orders.models import Order
from billing.settings import BillingSettings, ProviderSettings
from tests.web.test_ordering_pages import chosen, filled

MINUTE = timedelta(minutes=1)


@pytest.fixture
def billing_settings(stripe_double):
    account = stripe_double.account
    return BillingSettings(
        provider=ProviderSettings(
            account.secret_key,
            (stripe_double.webhook_secret,),
            livemode=account.livemode,
            api_base=stripe_double.url,
        )
    )


@pytest.fixture
def at(clock, now, stripe_double):
    """Move the clock to so many minutes after the choice of the time, ours and the provider's."""

    def move(minutes):
        clock.at = now + minutes * MINUTE
        stripe_double.at(clock.at)

    move(0)
    return move


@pytest.fixture
def press(visitor):
    """Submit an order, then press «pay» on its page as often as one likes; gives the answers."""
    page = filled(visitor, chosen(visitor))
    token = str(page.one("main form[method=post] [name=csrf_token]")["value"])
    consents = {"offer": "y", "consent_services": "y", "method": "card"}
    versions = {f"{kind}_version": page.one(f"[name={kind}_version]")["value"] for kind in orders.CONSENTS}
    visitor.client.post(page.path, data={"csrf_token": token, **consents, **versions})
    here = page.path.replace("/review", "/pay")

    def press():
        return visitor.client.post(here, data={"csrf_token": token})

    press.here = here
    return press


@pytest.fixture
def kept(demo, now):
    """For how many minutes after the choice the newest order's time is kept."""

    def read():
        with demo.app_sessions() as db:
            order = db.scalars(select(Order).order_by(Order.id.desc())).first()
            return (order.session.held_until - now) / MINUTE

    return read


def test_the_same_page_is_given_again_and_the_time_is_kept_no_longer(at, press, kept):
    first = press()
    assert (first.status_code, kept()) == (303, 41)
    at(20)
    assert press().headers["Location"] == first.headers["Location"]
    assert kept() == 41


def test_a_second_page_is_kept_likewise_and_can_be_reached_when_a_third_is_out_of_the_question(
    at, press, kept
):
    first = press()
    at(28)
    second = press()
    assert second.headers["Location"] != first.headers["Location"]
    assert kept() == 28 + 41
    at(56)
    third = press()
    assert kept() == 90
    at(70)
    assert press().headers["Location"] == third.headers["Location"]
    assert kept() == 90


def test_who_is_too_late_for_another_page_is_told_until_when_the_time_is_kept(at, press, kept, visitor):
    press()
    at(35)
    press()
    at(67)
    answer = press()
    assert answer.status_code == 303
    page = visitor.get(answer.headers["Location"])
    assert "до 11:36" in page.one("[role=alert], .flash").get_text()
    at(77)
    assert press().status_code == 410


def test_nobody_is_led_to_pay_for_a_time_that_is_over(at, press, visitor):
    press()
    at(41)
    order = press.here
    page = visitor.get(order)
    assert "до 11:01" in page.one("main").get_text()
    assert not page.all(f"main form[action='{order}'], main form:not([action])")
    assert page.all("main a[href='/book/remote-session']")
