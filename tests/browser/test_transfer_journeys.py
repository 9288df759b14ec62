"""A company orders by transfer on a phone: the invoice comes, the money comes, the session is booked."""

import re
from datetime import UTC, datetime
from email.message import EmailMessage

import icalendar
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser import journeys, windows
from tests.browser.site import Site
from tests.fakes.bank import Paper, statement
from tests.fakes.post_office import part_of

ACCOUNTANT = "buh@kedr-opt.example"
_SIGNATURE = b"%PDF-"


def pdf_of(letter: EmailMessage) -> bytes:
    part = part_of(letter, "application/pdf")
    assert part is not None
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content


def test_an_order_by_transfer_on_a_phone_leads_to_its_invoice_and_the_pdf(
    phone: BrowserContext, site: Site
) -> None:
    page = phone.new_page()
    complaints = windows.Complaints(page)
    journeys.order_by_transfer(page, "olga-by-bank@kedr.example", inn="7707083893", accountant=ACCOUNTANT)

    expect(page.locator("h1")).to_contain_text("ждёт оплаты")
    expect(page.locator(".status__now")).to_contain_text(ACCOUNTANT)
    journeys.open_invoice(page)
    expect(page.locator(".turn--you")).to_contain_text("Ход ваш")
    expect(page.locator("#purpose")).to_contain_text(re.compile(r"Оплата по счету № \d{4}-\d{6} от "))
    expect(page.locator(".qr-box svg")).to_be_visible()
    assert "\u00a0" not in page.locator("#purpose").inner_text()
    assert windows.overflow(page) <= 0
    on_page = phone.request.get(page.locator("a[href$='.pdf']").first.get_attribute("href") or "")
    assert on_page.headers["content-type"] == "application/pdf"

    [letter] = site.post_office.wait_for(ACCOUNTANT, holding="application/pdf")
    assert pdf_of(letter) == on_page.body()
    assert on_page.body().startswith(_SIGNATURE)
    assert complaints.heard == []


def test_the_main_button_follows_the_way_to_pay(phone: BrowserContext) -> None:
    page = phone.new_page()
    journeys.find_service(page)
    journeys.take_far_time(page)
    journeys.name_company(page, "7736207543")
    journeys.fill_in(page, "chooser@kedr.example")
    button = page.locator("main form .send button:visible")
    expect(button).to_have_count(1)
    expect(button).to_contain_text("Получить счёт на")
    page.locator("label.choice:has(#by-card)").click()
    expect(button).to_have_count(1)
    expect(button).to_contain_text("Перейти к оплате")
    expect(page.locator("input[name=kpp]")).to_be_hidden()
    # The Enter key goes by the choice: what an invoice needs is asked for only by its own way.
    page.locator("label.choice:has(#by-transfer)").click()
    page.locator("input[name=address]").press("Enter")
    expect(page.locator("#kpp-error")).to_be_visible()


def test_without_scripts_the_invoice_is_asked_for_as_well(plain: BrowserContext) -> None:
    page = plain.new_page()
    journeys.order_by_transfer(page, "plain-by-bank@kedr.example", inn="7728168971")
    journeys.open_invoice(page)
    expect(page.locator("button[data-copy]")).to_be_hidden()
    expect(page.locator("#purpose")).to_be_visible()


def test_a_transfer_in_the_statement_confirms_the_session_and_invites(
    phone: BrowserContext, browser: Browser, site: Site
) -> None:
    customer, inn = "olga-paid@kedr.example", "7736207543"
    page = phone.new_page()
    order = journeys.order_by_transfer(page, customer, inn=inn)
    order_url = page.url
    journeys.open_invoice(page)
    purpose = page.locator("#purpose").inner_text()
    minor = int(re.sub(r"\D", "", page.locator("h1").inner_text()))
    today = datetime.now(UTC).date()
    content = statement(Paper(minor, purpose, inn=inn, on=today))

    window = windows.open_window(browser, site.url, size=windows.DESKTOP)
    desk = window.new_page()
    journeys.sign_in(desk, *site.sign_in("accountant"))
    desk.goto("/staff/bank/upload")
    file = {"name": "kl_to_1c.txt", "mimeType": "text/plain", "buffer": content}
    desk.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    desk.locator("main form button").first.click()
    expect(desk.locator("main")).to_contain_text(purpose.split()[4])
    desk.locator("main form button").first.click()
    window.close()

    [letter] = site.post_office.wait_for(customer, holding="text/calendar")
    part = part_of(letter, "text/calendar")
    assert part is not None
    calendar = icalendar.Calendar.from_ical(part.get_payload(decode=True))
    [event] = calendar.events
    assert (calendar["METHOD"], event.start) == ("REQUEST", order.starts_at)
    page.reload()
    expect(page.locator(".turn--done")).to_contain_text("Оплачен")
    page.goto(order_url)
    expect(page).to_have_url(re.compile(r"/s/[^/]+/[^/]+$"))
    expect(page.locator("main")).to_contain_text("по\u00a0счёту")
