"""The first page, as a phone, a desktop and a window without JavaScript show it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser import windows

WINDOWS = ["phone", "desktop", "plain"]


@pytest.fixture(params=WINDOWS)
def window(request: pytest.FixtureRequest) -> BrowserContext:
    return request.getfixturevalue(request.param)


def test_help_comes_before_the_shop(window: BrowserContext) -> None:
    page = window.new_page()
    complaints = windows.Complaints(page)
    page.goto("/")

    doors = page.locator(".door")
    expect(doors).to_have_count(3)
    flows = [door.get_attribute("data-flow") for door in doors.all()]
    assert flows == ["free", "session", "contract"]
    assert complaints.heard == []


def test_language_follows_the_browser_and_can_be_changed(
    open_window: Callable[..., BrowserContext],
) -> None:
    page = open_window(size=windows.DESKTOP, locale="en").new_page()
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator("form[action='/language'] button").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    page.goto("/faq")
    expect(page.locator("html")).to_have_attribute("lang", "ru")


@pytest.mark.parametrize("path", ["/", "/services/", "/support/", "/faq", "/regulation", "/sla/"])
def test_public_page_is_accessible_and_fits_a_phone(phone: BrowserContext, path: str) -> None:
    page = phone.new_page()
    page.goto(path)

    assert windows.judge(page) == []
    assert windows.overflow(page) == 0


def test_first_tab_leads_to_the_content(desktop: BrowserContext) -> None:
    page = desktop.new_page()
    page.goto("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.url.endswith("#main")
