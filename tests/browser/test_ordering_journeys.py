"""A stranger orders, pays and gets the invitation: on a phone, on a desktop, without JavaScript."""

from email.message import EmailMessage

import icalendar
import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser import journeys, windows
from tests.browser.site import Site
from tests.fakes.post_office import part_of


@pytest.fixture(params=["phone", "desktop", "plain"])
def window(request: pytest.FixtureRequest) -> BrowserContext:
    return request.getfixturevalue(request.param)


def calendar_of(letter: EmailMessage) -> icalendar.Calendar:
    part = part_of(letter, "text/calendar")
    assert part is not None
    return icalendar.Calendar.from_ical(part.get_payload(decode=True))


def invitation_to(address: str, site: Site) -> icalendar.Event:
    """The one event of the invitation that has come for `address`."""
    [letter] = site.post_office.wait_for(address, holding="text/calendar")
    calendar = calendar_of(letter)
    assert calendar["METHOD"] == "REQUEST"
    [event] = calendar.events
    return event


def test_stranger_orders_pays_and_is_invited(
    window: BrowserContext, site: Site, request: pytest.FixtureRequest
) -> None:
    customer = f"olga-{request.node.callspec.id}@customer.example"
    page = window.new_page()
    complaints = windows.Complaints(page)

    order = journeys.order(page, site, customer)

    assert len(order.pages) <= 5, order.pages
    assert complaints.heard == []
    event = invitation_to(customer, site)
    assert event.start == order.starts_at
    assert customer in event["ATTENDEE"]


def test_specialist_and_coordinator_see_what_was_ordered(
    desktop: BrowserContext, browser: Browser, site: Site
) -> None:
    page = desktop.new_page()
    order = journeys.order(page, site, "seen@customer.example")
    number = page.locator(".kind").first.inner_text().split()[-1]
    window = windows.open_window(browser, site.url, size=windows.DESKTOP)
    desk = window.new_page()
    journeys.sign_in(desk, *site.sign_in("coordinator"))
    desk.goto("/staff/orders/")
    expect(desk.get_by_text(number)).to_be_visible()
    window.close()

    assert invitation_to("seen@customer.example", site).start == order.starts_at
    specialists = [sign_in.email for sign_in in site.sign_ins if "specialist" in sign_in.roles]
    told = [letter for address in specialists for letter in site.post_office.letters_to(address)]
    starts = [calendar_of(letter).events[0].start for letter in told if part_of(letter, "text/calendar")]
    assert order.starts_at in starts


def test_declined_card_leaves_the_order_to_be_paid_again(desktop: BrowserContext) -> None:
    page = desktop.new_page()
    journeys.find_service(page)
    journeys.take_time(page)
    journeys.fill_in(page, "declined@customer.example")
    journeys.agree(page)
    page.locator("button[value=decline]").click()
    expect(page.locator("[role=alert]")).to_be_visible()

    journeys.pay(page)


def test_cancelling_shows_the_refund_first_and_writes_to_the_customer(
    phone: BrowserContext, site: Site
) -> None:
    page = phone.new_page()
    journeys.order(page, site, "cancels@customer.example")
    session = page.url
    page.goto(session + "/cancel")
    expect(page.locator(".ask__sum")).to_be_visible()
    page.locator("form.acts button").click()
    expect(page).to_have_url(session)

    letters = site.post_office.wait_for("cancels@customer.example", holding="text/calendar", number=2)
    assert [calendar_of(letter)["METHOD"] for letter in letters] == ["REQUEST", "CANCEL"]


def test_wrong_details_are_told_beside_the_field_and_nothing_is_lost(plain: BrowserContext) -> None:
    page = plain.new_page()
    journeys.find_service(page)
    journeys.take_time(page)
    page.locator("textarea[name=description]").fill("Обмен встал утром")
    page.locator("input[name=name]").fill("Ольга")
    page.locator("input[name=email]").fill("olga.example")
    page.locator("form.form .send button").click()

    expect(page.locator(".errors")).to_be_visible()
    expect(page.locator("#email-error")).to_be_visible()
    expect(page.locator("textarea[name=description]")).to_have_value("Обмен встал утром")
    expect(page.locator("input[name=email]")).to_have_value("olga.example")
