"""How somebody asks for free support in a browser: parts of journeys that others go on with."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

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


def secret_pages(page: Page) -> dict[str, str]:
    """Ask once and begin once more; paths behind secret links by name."""
    found = {}
    open_form(page)
    describe(page, email="asks@customer.example")
    page.locator("#files_device_database").set_input_files(DATABASE)  # type: ignore[arg-type]
    expect(page.locator("[data-upload-said]")).to_contain_text("Файл пришёл")
    send_form(page)
    found["request_sent"] = page.url
    found["request"] = page.locator("main a.btn").evaluate("link => link.href")
    open_form(page)
    describe(page, email="later@customer.example")
    page.locator("#files").set_input_files(DATABASE)  # type: ignore[arg-type]
    expect(page.locator("[data-upload-said]")).to_contain_text("Файл пришёл")
    page.get_by_role("button", name="Сохранить черновик").click()
    found["draft_saved"] = page.url
    found["draft"] = page.url.removesuffix("/saved")
    page.goto("/support/acepacer/letter")
    for name in ("subject", "author", "of_description", "of_steps", "of_impact"):
        page.locator(f"#composer [name={name}]").fill("Отчёт не открывается")
    page.locator("#composer [name=of_employees]").fill("2")
    page.locator("#composer .btn").click()
    page.locator("button[name=with_files]").click()
    found["letter_files"] = page.locator(".letter a[target]").evaluate("link => link.href")
    return {name: urlsplit(url).path for name, url in found.items()}
