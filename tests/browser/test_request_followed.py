"""A request on its own page: data asked for, sent from a phone, answered, solved, rated."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import asking, journeys, windows
from tests.browser.site import Site


@pytest.mark.parametrize("window", ["phone", "plain"])
def test_the_clock_stops_when_staff_ask_and_goes_on_when_the_customer_sends_the_database(
    window: str,
    request: pytest.FixtureRequest,
    open_window: Callable[..., BrowserContext],
    site: Site,
) -> None:
    context: BrowserContext = request.getfixturevalue(window)
    page, desk = context.new_page(), open_window(size=windows.DESKTOP, locale="ru").new_page()
    email = f"{window}@request-followed.example"
    before = _in_time(page)
    asking.open_form(page, "AceTeam")
    asking.describe(page, email=email)
    number = asking.send_form(page)
    page.locator("main a.btn").click()
    expect(page.locator("h1")).to_have_text("Читаем ваше обращение")
    path = page.url
    journeys.sign_in(desk, *site.sign_in("coordinator"))
    desk.goto(f"/staff/requests/{number}")

    _take(desk)
    _ask(desk)
    page.goto(path)
    expect(page.locator("h1")).to_contain_text("Ждём от вас")
    expect(page.locator(".status__now")).to_contain_text("Ход ваш")
    expect(page.locator(".clocks")).to_contain_text("часы стоят")
    assert windows.overflow(page) <= 0
    page.locator(".status__now .btn").click()
    page.locator("#files").set_input_files(asking.DATABASE)  # type: ignore[arg-type]
    if window == "phone":
        expect(page.locator("[data-upload-said]")).to_contain_text("Файл пришёл")
    page.locator("#reply .acts .btn").first.click()
    expect(page.locator("h1")).to_have_text("Ищем решение")
    expect(page.locator(".clocks")).not_to_contain_text("часы стоят")
    with page.expect_download() as begun:
        page.locator("a[download]").first.click()
    assert begun.value.suggested_filename == "kedr-torg.ndb"

    _say(desk, number, "Смотрим вашу базу.", "answer")
    _say(desk, number, "Обновите до 4.13.2.", "solution")
    page.goto(path)
    expect(page.locator("h1")).to_have_text("Решение готово")
    if window == "phone":
        assert windows.judge(page) == []
    page.locator("button[value=helped]").click()
    expect(page.locator(".status__now")).to_contain_text("Вы ответили: помогло")
    # The statistics follow: one first answer more, in time.
    assert _in_time(page) == (before[0] + 1, before[1] + 1)
    letters = [letter["Subject"] for letter in site.post_office.wait_for(email, number=4)]
    assert all(str(number) in subject for subject in letters)


def _in_time(page: Page) -> tuple[int, int]:
    """First answers in time in the month that is running, and all that ended in it."""
    page.goto("/support/statistics")
    page.locator("a[rel=next]").click()
    met, ended = page.locator(".figs b").first.inner_text().replace("\u00a0", " ").split(" из ")
    return int(met), int(ended)


def _take(desk: Page) -> None:
    """Others stand before it: nothing can be said in it before it is taken with a reason."""
    expect(desk.locator("#answer")).to_have_count(0)
    desk.locator("form[action$='/take'] label.choice:has([value=skill])").click()
    desk.locator("form[action$='/take'] button").click()
    expect(desk.locator("#answer")).to_be_visible()


def _ask(desk: Page) -> None:
    desk.locator("details:has(form[action$='/ask']) > summary").click()
    desk.locator("label.choice:has([name=ask-item_database])").click()
    desk.locator("form[action$='/ask'] .acts button").click()
    expect(desk.locator(".clock").last).to_contain_text("часы стоят")


def _say(desk: Page, number: int, words: str, kind: str) -> None:
    desk.goto(f"/staff/requests/{number}")
    desk.locator("#answer textarea").fill(words)
    desk.locator(f"#answer label.choice:has(input[value={kind}])").click()
    desk.locator("#answer .acts button").click()
    expect(desk.locator(".talk").first).to_contain_text(words)
