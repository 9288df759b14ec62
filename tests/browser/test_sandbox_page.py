"""The sandbox's page to pay on: says what it is, fits a phone, and judges well in light and dark."""

from itertools import product
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from billing.payments.gateway import StripeGateway
from billing.settings import ProviderSettings
from tests.browser import windows

LABELS = {"ru": "Песочница: деньги не\u00a0списываются", "en": "Sandbox: no money moves"}


def page_of(double: Any, locale: str) -> str:
    price = {"currency": "rub", "unit_amount": 549000, "product_data": {"name": "Разовое подключение"}}
    asked = {
        "mode": "payment", "line_items": [{"price_data": price, "quantity": 1}], "locale": locale,
        "success_url": f"{double.url}/health?paid", "cancel_url": f"{double.url}/health?left",
    }  # fmt: skip
    settings = ProviderSettings(double.account.secret_key, (), livemode=False, api_base=double.url)
    gateway = StripeGateway(settings, patience="web")
    url = gateway.create_checkout(asked, key=f"{locale}-{len(double.all('checkout.session'))}").url
    assert url is not None
    return url


@pytest.mark.parametrize(("locale", "theme"), list(product(("ru", "en"), ("light", "dark"))))
def test_the_page_says_that_it_is_a_sandbox_and_judges_well(
    browser: Browser, stripe_double: Any, locale: str, theme: str
) -> None:
    window = windows.open_window(browser, stripe_double.url, size=windows.PHONE, locale=locale, theme=theme)
    page = window.new_page()
    complaints = windows.Complaints(page)
    page.goto(page_of(stripe_double, locale))
    expect(page.locator(".notice strong")).to_have_text(LABELS[locale])
    page.locator("button[value=decline]").click()
    expect(page.locator("[role=alert]")).to_be_visible()
    assert (windows.judge(page), windows.overflow(page), complaints.heard) == ([], 0, [])
    window.close()


def test_the_page_works_without_scripts(browser: Browser, stripe_double: Any) -> None:
    window = windows.open_window(browser, stripe_double.url, size=windows.PHONE, locale="en", script=False)
    page = window.new_page()
    address = page_of(stripe_double, "en")
    page.goto(address)
    page.locator(".back a").click()
    expect(page).to_have_url(f"{stripe_double.url}/health?left")
    page.goto(address)
    page.locator("button[value=pay]").click()
    expect(page).to_have_url(f"{stripe_double.url}/health?paid")
    window.close()
