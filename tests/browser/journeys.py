"""Walks through the site that several tests take, as a person would: by what stands on the page."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, expect

from tests.browser import asking, following, windows
from tests.browser.site import Site


@dataclass
class Order:
    """What a customer chose, and what came of it."""

    email: str
    starts_at: datetime
    """As the page wrote it: aware, UTC."""
    pages: list[str] = field(default_factory=list)
    """Paths of our pages between the choice of the service and the paid session, in order."""


def find_service(page: Page) -> None:
    """From the start page through the paid door to the first service."""
    page.goto("/")
    page.locator(".door[data-flow=session] a.btn").click()
    expect(page).to_have_url(re.compile(r"/services/$"))
    page.locator("main a[href*='/services/']").first.click()


def take_time(page: Page) -> datetime:
    """From a service to a kept time: the nearest."""
    page.locator("main a.btn[href*='/book/']").first.click()
    near = page.locator(".slots--near label.slot").first
    start = near.locator("input[name=start]").get_attribute("value")
    assert start is not None
    near.click()
    page.locator("#times .carry button").click()
    expect(page).to_have_url(re.compile(r"/o/[^/]+/[^/]+/details$"))
    return datetime.fromisoformat(start)


def fill_in(page: Page, email: str) -> None:
    """Answer as somebody who knows nothing but who he is."""
    page.locator("label.choice:has(input[name=situation][value=nothing_works])").click()
    for name in ("product", "tool"):
        page.locator(f"label.choice:has(input[name={name}][value=unknown])").click()
    page.locator("label.choice:has(input[name=project_unknown])").click()
    page.locator("input[name=name]").fill("Ольга Мельникова")
    page.locator("input[name=email]").fill(email)
    page.locator("form.form .send button").click()
    expect(page).to_have_url(re.compile(r"/review$"))


def agree(page: Page) -> None:
    """Tick both consents and go on to the payment provider's page."""
    for name in ("offer", "consent_services"):
        page.locator(f"input[name={name}]").check()
    page.locator("main form .send button:visible").click()
    page.locator("button[value=pay]").wait_for()


def take_far_time(page: Page, days: int = 9) -> datetime:
    """From a service to a kept time so far ahead that a transfer can arrive before it."""
    page.locator("main a.btn[href*='/book/']").first.click()
    page.locator("ul.days a.day, ul.days a").nth(days).click()
    time = page.locator(".part label.slot:has(input:enabled)").first
    start = time.locator("input[name=start]").get_attribute("value")
    assert start is not None
    time.click()
    page.locator("#times .carry button").click()
    expect(page).to_have_url(re.compile(r"/o/[^/]+/[^/]+/details$"))
    return datetime.fromisoformat(start)


def name_company(page: Page, inn: str) -> None:
    """Say, on the form of details, for which company one orders."""
    page.locator("select[name=country]").select_option("RU")
    page.locator("input[name=inn]").fill(inn)
    page.locator("input[name=company]").fill("ООО «Кедр-Опт»")


def ask_for_invoice(page: Page, accountant: str = "") -> None:
    """Tick both consents, complete the company's details and get the invoice; leads to the order's page."""
    for name in ("offer", "consent_services"):
        page.locator(f"input[name={name}]").check()
    page.locator("label.choice:has(#by-transfer)").click()
    page.locator("input[name=kpp]").fill("7736 01 001")
    page.locator("input[name=address]").fill("660000, Красноярск, Образцовая ул., д. 8")
    if accountant:
        page.locator("input[name=billing_email]").fill(accountant)
    page.locator("main form .send button:visible").click()
    expect(page).to_have_url(re.compile(r"/o/[^/]+/[^/]+/pay$"))


def order_by_transfer(page: Page, email: str, *, inn: str, accountant: str = "", days: int = 9) -> Order:
    """Order from the start page on and let an invoice come; leads to the order's page."""
    find_service(page)
    made = Order(email, take_far_time(page, days))
    name_company(page, inn)
    fill_in(page, email)
    ask_for_invoice(page, accountant)
    return made


def order_by_payment_order(page: Page, email: str, *, inn: str) -> Order:
    """Order for tomorrow, too near for a transfer, and ask for the invoice; leads to the order's page."""
    find_service(page)
    made = Order(email, take_far_time(page, days=1))
    name_company(page, inn)
    fill_in(page, email)
    for name in ("offer", "consent_services"):
        page.locator(f"input[name={name}]").check()
    page.locator("label.choice:has(input[name=method][value=payment_order])").click()
    page.locator("input[name=kpp]").fill("7736 01 001")
    page.locator("input[name=address]").fill("660000, Красноярск, Образцовая ул., д. 8")
    page.locator("main form .send button:visible").click()
    expect(page).to_have_url(re.compile(r"/o/[^/]+/[^/]+/pay$"))
    return made


def attach_payment_order(page: Page, content: bytes, name: str = "payment-order.pdf") -> None:
    """On the order's page: choose the file and send it."""
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    page.locator("#payment-order input[type=file]").set_input_files([file])  # type: ignore[list-item]
    page.locator("#payment-order form button").click()


def open_invoice(page: Page) -> None:
    """From the order's page to the page of its invoice."""
    page.locator(".status__now a.btn").click()
    expect(page).to_have_url(re.compile(r"/b/[^/]+/[^/]+$"))


def pay(page: Page) -> None:
    """Pay on the provider's page and come back to the booked session."""
    page.locator("button[value=pay]").click()
    for _ in range(20):
        if re.search(r"/s/[^/]+/[^/]+$", page.url):
            break
        # What somebody without JavaScript does while the payment's news is awaited.
        page.wait_for_load_state()
        page.reload()
    expect(page).to_have_url(re.compile(r"/s/[^/]+/[^/]+$"))


def order(page: Page, site: Site, email: str) -> Order:
    """Order and pay a session, from the start page on."""
    visited: list[str] = []
    page.on("load", lambda loaded: visited.append(loaded.url))
    find_service(page)
    visited.clear()
    made = Order(email, take_time(page))
    fill_in(page, email)
    agree(page)
    made.pages = [urlsplit(url).path for url in visited if url.startswith(site.url)]
    pay(page)
    return made


def secret_pages(browser: Browser, site: Site) -> dict[str, str]:
    """Order some sessions and leave each at another point; gives paths behind secret links by name."""
    found: dict[str, str] = {}

    def note(**urls: str) -> None:
        found.update({name: urlsplit(url).path for name, url in urls.items()})

    # A browser keeps one time only, so each order has a window of its own.
    with new_page(browser, site) as page:
        find_service(page)
        take_time(page)
        details = page.url
        fill_in(page, "draft@customer.example")
        note(order_details=details, order_review=page.url)
    with new_page(browser, site) as page:
        find_service(page)
        take_time(page)
        details = page.url
        fill_in(page, "unpaid@customer.example")
        agree(page)
        note(order_pay=details.replace("details", "pay"), order_return=details.replace("details", "return"))
    with new_page(browser, site) as page:
        order(page, site, "paid@customer.example")
        note(session_paid=page.url, session_cancel=page.url + "/cancel")
    with new_page(browser, site) as page:
        order(page, site, "ended@customer.example")
        note(session_cancelled=page.url)
        page.goto(page.url + "/cancel")
        page.locator("form.acts button").click()
    with new_page(browser, site) as page:
        order_by_transfer(page, "invoiced@customer.example", inn="7707083893")
        note(order_awaiting=page.url, order_payment_order=page.url.replace("pay", "payment-order"))
        open_invoice(page)
        note(invoice=page.url)
    with new_page(browser, site) as page:
        order_by_payment_order(page, "near@customer.example", inn="7728168971")
        note(order_near=page.url)
        attach_payment_order(page, b"%PDF-1.7\n%%EOF\n")
    with new_page(browser, site) as page:
        wish_for_a_time(page, "waits@customer.example")
        note(wish=page.url)
    with new_page(browser, site) as page:
        found.update(asking.secret_pages(page))
    return found | following.secret_pages(site)


def wish_for_a_time(page: Page, email: str) -> None:
    """Ask to be told of a free time of the first service; leads to the wish's own page."""
    find_service(page)
    page.locator("main a.btn[href*='/book/']").first.click()
    page.goto(urlsplit(page.url).path + "/wish")
    page.locator("input[name=name]").fill("Ольга Мельникова")
    page.locator("input[name=email]").fill(email)
    page.locator("form.form .send button").click()
    expect(page).to_have_url(re.compile(r"/w/[^/]+/[^/]+$"))


@contextmanager
def new_page(browser: Browser, site: Site) -> Iterator[Page]:
    """A page in a window of its own."""
    window = windows.open_window(browser, site.url, size=windows.DESKTOP)
    yield window.new_page()
    window.close()


def sign_in(page: Page, email: str, password: str) -> None:
    """Sign in as one of the staff."""
    page.goto("/sign-in")
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=password]").fill(password)
    page.locator("main form button").click()
    expect(page).to_have_url(re.compile(r"/staff"))


def staff_state(browser: Browser, site: Site) -> Any:
    """Sign in as the demo's administrator; gives the window's cookies."""
    window = windows.open_window(browser, site.url, size=windows.DESKTOP)
    sign_in(window.new_page(), *site.sign_in("administrator"))
    state = window.storage_state()
    window.close()
    return state


def a_working_day() -> str:
    """A date to come with many free times, as the page of times takes it: today may have a last one left."""
    day = datetime.now(UTC).date() + timedelta(days=1)
    while day.weekday() > 3:
        day += timedelta(days=1)
    return day.isoformat()
