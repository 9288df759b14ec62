"""Choosing a time with a keyboard, without scripts, and after losing a race."""

import re

import psycopg
from playwright.sync_api import expect

from tests.browser import journeys

BOOK = "/book/remote-session"


def opened(window, path=BOOK):
    """The page of times once the zone was guessed and the scripts have come."""
    page = window.new_page()
    page.goto("/")
    page.wait_for_load_state("networkidle")
    page.goto(path)
    page.wait_for_load_state("networkidle")
    return page


def test_a_day_and_a_time_are_chosen_with_the_keyboard_alone(desktop):
    page = opened(desktop)
    days = page.locator(".days a:not(.day)")
    days.nth(1).focus()
    page.keyboard.press("Tab")
    expect(page.locator(".days a:focus")).to_have_count(1)
    href = page.evaluate("document.activeElement.getAttribute('href')")
    page.keyboard.press("Enter")
    page.wait_for_load_state("networkidle")
    expect(page.locator(".days [aria-current=date]")).to_have_attribute("href", href)
    first = page.locator(".part input[name=start]").first
    first.focus()
    page.keyboard.press("Space")
    expect(first).to_be_checked()
    page.keyboard.press("ArrowRight")
    second = page.locator(".part input[name=start]").nth(1)
    expect(second).to_be_focused()
    expect(second).to_be_checked()
    expect(page.locator("[data-chosen]")).to_have_text(second.get_attribute("data-when"))
    expect(page.locator("[data-chosen-more]")).to_contain_text("in Moscow")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/details$"))


def test_the_day_that_is_shown_is_seen_on_the_strip_of_a_phone(phone):
    page = opened(phone)
    later = page.locator(".days a:not(.day)").nth(7).get_attribute("href")
    page.goto(later)
    page.wait_for_load_state("networkidle")
    page.locator(".days").scroll_into_view_if_needed()
    expect(page.locator(".days [aria-current=date]")).to_be_in_viewport(ratio=0.9)


def test_a_time_is_taken_without_scripts(plain):
    page = plain.new_page()
    page.goto(BOOK)
    page.locator(".part input[name=start]").last.check(force=True)
    page.locator(".carry button").click()
    expect(page).to_have_url(re.compile("/details$"))


def test_who_loses_a_time_has_the_message_in_focus_and_the_nearest_ticked(desktop, site):
    page = opened(desktop, f"{BOOK}?day={journeys.a_working_day()}")
    lost = page.locator(".part input[name=start]").last
    start = lost.get_attribute("value")
    with psycopg.connect(site.database_url) as db:
        db.execute(
            """INSERT INTO scheduling.external_busy (specialist_id, source, starts_at, ends_at)
               SELECT id, 'race', %(at)s::timestamptz, %(at)s::timestamptz + interval '5 minutes'
               FROM scheduling.specialist""",
            {"at": start},
        )
    try:
        lost.check(force=True)
        page.locator(".carry button").click()
        expect(page.locator(".lost")).to_be_focused()
        expect(page.locator(f'.part input[value="{start}"]')).to_be_disabled()
        ticked = page.locator(".part input:checked")
        if ticked.count():
            expect(page.locator("[data-chosen]")).to_have_text(ticked.get_attribute("data-when"))
    finally:
        with psycopg.connect(site.database_url) as db:
            db.execute("DELETE FROM scheduling.external_busy WHERE source = 'race'")
