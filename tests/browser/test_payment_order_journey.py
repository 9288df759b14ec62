"""A company needs a session tomorrow: the payment order is attached, the coordinator confirms on it."""

import base64
import re

from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser import journeys, windows
from tests.browser.site import Site

# One white point.
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8/5+hHgAHggJ/PchI7wAAAABJRU5ErkJggg=="
)


def test_a_payment_order_attached_for_tomorrow_confirms_the_session(
    phone: BrowserContext, browser: Browser, site: Site
) -> None:
    customer = "olga-tomorrow@kedr.example"
    page = phone.new_page()
    complaints = windows.Complaints(page)
    journeys.order_by_payment_order(page, customer, inn="7736207543")
    number = page.locator(".kind").first.inner_text().split()[-1]
    assert windows.overflow(page) <= 0

    journeys.attach_payment_order(page, b"<html>", "pp.pdf")
    expect(page.locator("#files-error")).to_contain_text("не PDF")
    assert windows.overflow(page) <= 0
    page.locator("a.go--back").click()
    journeys.attach_payment_order(page, PICTURE, "платёжка.png")
    expect(page.locator("#payment-order")).to_contain_text("платёжка.png")

    window = windows.open_window(browser, site.url, size=windows.DESKTOP)
    desk = window.new_page()
    seen = windows.Complaints(desk)
    journeys.sign_in(desk, *site.sign_in("coordinator"))
    desk.goto("/staff/trust/")
    desk.locator("tr", has_text=number).locator("a.btn").click()
    paper = desk.locator("img.paper")
    expect(paper).to_have_js_property("naturalWidth", 1)
    with desk.expect_download() as download:
        desk.get_by_role("link", name=re.compile("Скачать|Download")).click()
    assert download.value.suggested_filename == f"payment-order-{number}.png"
    desk.locator("button[value=grant]").click()
    expect(desk.locator(".flash--ok")).to_be_visible()
    assert seen.heard == []
    window.close()

    site.post_office.wait_for(customer, holding="text/calendar")
    page.reload()
    expect(page).to_have_url(re.compile(r"/s/[^/]+/[^/]+$"))
    expect(page.locator("h1")).to_contain_text("Сеанс подтверждён")
    assert complaints.heard == []


def test_a_pdf_opens_in_a_tab_of_its_own_and_runs_nothing(
    phone: BrowserContext, browser: Browser, site: Site
) -> None:
    page = phone.new_page()
    journeys.order_by_payment_order(page, "olga-pdf@kedr.example", inn="7710140679")
    number = page.locator(".kind").first.inner_text().split()[-1]
    journeys.attach_payment_order(page, b"%PDF-1.7\n<script>document.title='x'</script>\n%%EOF\n")
    window = windows.open_window(browser, site.url, size=windows.DESKTOP)
    desk = window.new_page()
    journeys.sign_in(desk, *site.sign_in("coordinator"))
    desk.goto("/staff/trust/")
    desk.locator("tr", has_text=number).locator("a.btn").click()
    shown = window.request.get(desk.locator("a[href$='?show=1']").get_attribute("href") or "")
    assert shown.headers["content-type"] == "application/pdf"
    assert "default-src 'none'" in shown.headers["content-security-policy"]
    window.close()
