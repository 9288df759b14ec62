"""Two people on phones want the same time: the second is told, shown what is near, and books that."""

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import windows
from tests.browser.site import Site

DETAILS = re.compile(r"/o/[^/]+/[^/]+/details$")


def open_times(window: BrowserContext) -> tuple[Page, windows.Complaints]:
    """The third day that has times for the survey, which one specialist alone does in the afternoon."""
    page = window.new_page()
    complaints = windows.Complaints(page)
    page.goto("/book/survey")
    page.locator(".days a").nth(2).click()
    page.wait_for_load_state()
    return page, complaints


def press(page: Page, start: str) -> None:
    page.locator(f"#times label:has(input[name=start][value='{start}'])").last.click()
    page.locator("#times .carry button").click()


def test_the_second_of_two_who_want_one_time_is_shown_the_nearest_and_books_it(
    open_window: Callable[..., BrowserContext], site: Site
) -> None:
    del site
    first, second = (open_times(open_window(size=windows.PHONE, locale="ru")) for _ in range(2))
    wanted = first[0].locator("#times fieldset input[name=start]").last.get_attribute("value")
    assert wanted is not None
    press(first[0], wanted)
    expect(first[0]).to_have_url(DETAILS)

    page, complaints = second
    press(page, wanted)
    expect(page.get_by_role("alert")).to_contain_text("только что")
    assert windows.overflow(page) == 0
    expect(page.locator(f"#times input[name=start][value='{wanted}']")).to_have_count(0)
    ticked = page.locator("#times input[name=start]:checked")
    instead = ticked.first.get_attribute("value")
    assert instead is not None
    assert instead != wanted
    page.locator("#times .carry button").click()
    expect(page).to_have_url(DETAILS)
    assert not [said for said in complaints.heard if "409" not in said]
