"""How somebody asks for free support in a browser: parts of journeys that others go on with."""

import re
from collections.abc import Mapping

from playwright.sync_api import Page, expect

DATABASE = {
    "name": "kedr-torg.ndb",
    "mimeType": "",
    "buffer": b"SQLite format 3\0" + bytes(range(256)) * 5000,
}
PROGRAM = {"name": "napoleon_setup.jpg", "mimeType": "", "buffer": b"MZ" + bytes(4000)}
WORDS = {
    "subject": "Не приходят остатки на планшеты",
    "of_project": "Кедр-Торг 4.12",
    "of_description": "В четверг обновили приложение. С пятницы на шести планшетах остатки за среду.",
    "of_modules": "Планшет торгового представителя",
    "of_steps": "Открыть остатки, нажать «Обновить»",
    "employees": "6",
    "name": "Ольга Мельникова",
}


def open_form(page: Page, product: str = "Наполеон") -> None:
    """From the start page to the product's form."""
    page.goto("/")
    page.locator("main a", has_text="Как обратиться").first.click()
    page.locator(".picks a", has_text=product).click()
    expect(page.locator("form#request")).to_be_visible()


def describe(page: Page, *, email: str, words: Mapping[str, str] = WORDS, impact: str = "hampered") -> None:
    """Fill in everything but the files."""
    for name, text in words.items():
        page.locator(f"form#request [name={name}]").fill(text)
    page.locator(f"label.choice:has(input[name=impact][value={impact}])").click()
    page.locator("form#request [name=email]").fill(email)


def send_form(page: Page) -> int:
    """Send it; gives the number of the request, whose page «Принято» is shown."""
    page.locator(".send button:not([formaction])").click()
    expect(page.locator("h1")).to_contain_text("Принято")
    found = re.search(r"№\D*(\d+)", page.locator("h1").inner_text())
    assert found is not None
    return int(found[1])
