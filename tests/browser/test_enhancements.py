"""What scripts add to pages that work without them."""

import re

from playwright.sync_api import expect

from tests.browser import journeys


def test_the_zone_is_guessed_once_and_times_are_shown_in_it(phone):
    page = phone.new_page()
    page.goto("/")
    page.wait_for_load_state("networkidle")
    assert [c["value"] for c in phone.cookies() if c["name"] == "zone"] == ["Asia/Krasnoyarsk"]
    page.goto("/book/remote-session")
    expect(page.locator("#zone")).to_have_value("Asia/Krasnoyarsk")
    assert not page.locator("form[data-guess-zone]").count()


def test_another_zone_is_shown_as_soon_as_it_is_chosen(phone):
    page = phone.new_page()
    page.goto("/book/remote-session")
    page.wait_for_load_state("networkidle")
    page.locator("#zone").select_option("Asia/Vladivostok")
    expect(page.locator("#zone-why")).to_contain_text(re.compile(r"\d\d:\d\d"))
    expect(page.locator("#zone")).to_have_value("Asia/Vladivostok")


def test_the_bar_repeats_the_chosen_time_and_arrows_keep_the_column(desktop):
    page = desktop.new_page()
    page.goto(f"/book/remote-session?day={journeys.a_working_day()}")
    page.wait_for_load_state("networkidle")
    first = page.locator(".part .slots input:not([disabled])").first
    first.check(force=True)
    said = page.locator("[data-chosen]").inner_text()
    assert re.search(r"\d\d:\d\d–\d\d:\d\d", said)
    left = first.bounding_box()["x"]
    page.keyboard.press("ArrowDown")
    moved = page.locator(":focus")
    assert moved.get_attribute("name") == "start"
    assert moved.bounding_box()["y"] > first.bounding_box()["y"]
    assert abs(moved.bounding_box()["x"] - left) < 2
    assert page.locator("[data-chosen]").inner_text() != said


def test_errors_take_the_focus_and_lead_into_their_fields(desktop):
    page = desktop.new_page()
    page.goto("/support/acepacer")
    page.locator("#request .btn:not(.btn--quiet)").click()
    expect(page.locator(".errors")).to_be_focused()
    page.locator(".errors a").first.click()
    expect(page.locator("#subject")).to_be_focused()


def test_the_menu_of_the_phone_closes_by_escape(phone):
    page = phone.new_page()
    page.goto("/")
    page.wait_for_load_state("networkidle")
    menu = page.locator("details.nav--menu")
    menu.locator("summary").click()
    expect(menu).to_have_attribute("open", "")
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()


def test_the_letter_is_copied_whole(desktop):
    desktop.grant_permissions(["clipboard-read", "clipboard-write"])
    page = desktop.new_page()
    page.goto("/support/acepacer/letter")
    page.fill("#subject", "No sync")
    page.fill("#author", "Olga")
    page.locator("#impossible").check()
    page.locator("#composer button").click()
    page.locator("[data-copy=letter-body]").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.replace("\r\n", "\n").strip() == page.locator("#letter-body").input_value().strip()


def test_cancelling_asks_in_a_dialog_with_the_sum_and_escape_keeps_the_session(phone, site):
    page = phone.new_page()
    journeys.order(page, site, "dialog@customer.example")
    page.wait_for_load_state("networkidle")
    page.locator("a.btn--stop[data-dialog]").click()
    dialog = page.locator("dialog.ask")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("₽")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.locator("a.btn--stop[data-dialog]").click()
    page.locator("dialog.ask .btn--stop").click()
    expect(page.locator("h1")).to_contain_text("отменён")


def test_without_scripts_nothing_is_offered_that_would_not_work(plain):
    page = plain.new_page()
    page.goto("/support/acepacer/letter")
    page.fill("#subject", "Не приходят остатки")
    page.fill("#author", "Ольга")
    page.locator("#impossible").check()
    page.locator("#composer button").click()
    expect(page.locator("#letter-body")).to_be_visible()
    for button in page.locator("[data-copy]").all():
        expect(button).to_be_hidden()
