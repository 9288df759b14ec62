"""The accountant's day: a statement is looked at, loaded, and what the rule left is decided by hand."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import journeys, windows
from tests.browser.site import Site
from tests.fakes.bank import Paper, statement


@dataclass
class Awaited:
    """An order that waits for its transfer, as its invoice's page tells it."""

    email: str
    number: str
    purpose: str
    minor: int


def order(page: Page, email: str, inn: str, days: int) -> Awaited:
    journeys.order_by_transfer(page, email, inn=inn, days=days)
    journeys.open_invoice(page)
    purpose = page.locator("#purpose").inner_text()
    found = re.search(r"\d{4}-\d{6}", purpose)
    assert found is not None
    return Awaited(email, found[0], purpose, int(re.sub(r"\D", "", page.locator("h1").inner_text())))


def choose(page: Page, content: bytes) -> None:
    page.goto("/staff/bank/upload")
    file = {"name": "kl_to_1c.txt", "mimeType": "text/plain", "buffer": content}
    page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Показать, что она сделает").click()


def test_one_payment_is_applied_by_itself_and_one_by_hand(
    phone: BrowserContext, open_window: Callable[..., BrowserContext], site: Site
) -> None:
    inn = "7740000076"
    named = order(phone.new_page(), "named@accountants-day.example", inn, 9)
    loose = order(phone.new_page(), "loose@accountants-day.example", inn, 10)
    today = datetime.now(UTC).date()
    content = statement(
        Paper(named.minor, named.purpose, inn=inn, on=today, name="ООО «День»"),
        Paper(loose.minor, f"За нас, счет {loose.number}", inn="7710140679", on=today, name="АО «Другое»"),
    )

    desk = open_window(size=windows.DESKTOP, locale="ru", zone="Europe/Moscow")
    page = desk.new_page()
    complaints = windows.Complaints(page)
    journeys.sign_in(page, *site.sign_in("accountant"))
    choose(page, content)
    expect(page.locator("main")).to_contain_text(f"№ {named.number}")
    expect(page.locator("main")).to_contain_text("Заплатил не покупатель")
    page.get_by_role("button", name=re.compile("^Загрузить 2 документа, зачесть 1 платёж$")).click()
    # The page tells by itself when all is looked at.
    page.get_by_role("link", name="Разобрать то, что ждёт").click()
    page.get_by_role("link", name=re.compile("^Разобрать .*Другое")).click()
    row = page.locator("tr", has_text=loose.number)
    row.get_by_role("button", name=re.compile("^Зачесть")).click()
    expect(page.locator(".tag").first).to_contain_text("зачтён")

    for one in (named, loose):
        assert site.post_office.wait_for(one.email, holding="text/calendar")
    choose(page, content)
    expect(page.locator("main")).to_contain_text("Повторная загрузка ничего не меняет")
    assert windows.overflow(page) <= 0
    assert complaints.heard == []
