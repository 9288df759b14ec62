"""Free support from the start page to the number: on a phone, and without JavaScript."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, expect

from tests.browser import asking, windows
from tests.browser.site import Site


def test_a_complete_request_with_its_database_goes_off_from_a_phone(
    phone: BrowserContext, open_window: Callable[..., BrowserContext], site: Site
) -> None:
    page = phone.new_page()
    complaints = windows.Complaints(page)
    asking.open_form(page)
    page.locator("#files_device_database").set_input_files(asking.PROGRAM)  # type: ignore[arg-type]
    expect(page.locator(".upload .field__error")).to_contain_text("napoleon_setup.jpg")
    page.locator(".upload button").click()
    page.locator("#files_device_database").set_input_files(asking.DATABASE)  # type: ignore[arg-type]
    expect(page.locator("[data-upload-said]")).to_contain_text("Файл пришёл")
    asking.describe(page, email="olga@request-journey.example")
    expect(page.locator("[data-draft-said]")).to_be_visible()
    assert "/d/" in page.url
    assert windows.overflow(page) <= 0
    assert windows.judge(page) == []

    link = page.url
    elsewhere = open_window(size=windows.DESKTOP, locale="ru", zone="Asia/Krasnoyarsk").new_page()
    expect(page.locator("[data-draft-said] a")).to_have_attribute(
        "href", link.partition(site.url)[2] + "/saved"
    )
    elsewhere.goto(link)
    expect(elsewhere.locator("#subject")).to_have_value(asking.WORDS["subject"])
    expect(elsewhere.locator("[data-upload-name]")).to_have_text("kedr-torg.ndb")

    number = asking.send_form(page)
    expect(page.locator("main")).to_contain_text("Первый ответ")
    expect(page.locator("main")).to_contain_text("в Москве")
    assert windows.overflow(page) <= 0
    assert windows.judge(page) == []
    (letter,) = site.post_office.wait_for("olga@request-journey.example")
    assert f"№ {number}" in letter["Subject"].replace("\u00a0", " ")
    assert elsewhere.goto(link).status == 404  # type: ignore[union-attr]
    assert complaints.heard == []


def test_without_a_script_the_form_says_what_is_missing_keeps_the_file_and_a_draft(
    plain: BrowserContext,
) -> None:
    page = plain.new_page()
    asking.open_form(page)
    page.locator("#files_device_database").set_input_files(asking.DATABASE)  # type: ignore[arg-type]
    page.locator(".send button:not([formaction])").click()
    expect(page.locator(".errors")).to_contain_text("Чему это мешает")
    expect(page.locator("[data-upload-name]")).to_have_text("kedr-torg.ndb")
    asking.describe(page, email="plain@request-journey.example")
    page.locator("[name=subject]").press("Enter")
    expect(page.locator("h1")).to_contain_text("Принято")

    asking.open_form(page, "AcePacer")
    page.locator("[name=subject]").fill("Не открывается отчёт")
    page.get_by_role("button", name="Сохранить черновик").click()
    page.goto(page.locator("#draft-link").input_value())
    expect(page.locator("[name=subject]")).to_have_value("Не открывается отчёт")
