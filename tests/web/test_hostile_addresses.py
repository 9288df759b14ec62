"""Addresses that nobody's link holds: they are refused, none of them breaks a page."""

from __future__ import annotations

import pytest

from tests.fakes.desk import PASSWORD, send
from webapp.language import safe_next

HUGE = "9" * 20
PUBLIC = [
    "/book/a%00b",
    "/book/a%00b/wish",
    "/w/%00/%00",
    "/w/W-2222-2222/%F0%9F%98%80",
    "/services/%00",
    "/services/remote-session?seller=%00",
    "/support/%00",
    "/documents/%00",
    f"/documents/offer/{HUGE}",
    f"/regulation/{HUGE}",
    f"/mailbox/{HUGE}",
    f"/mailbox/{HUGE}/html",
    f"/mailbox?page={HUGE}",
    "/o/%00/%00/details",
    "/o/O-2222-2222/%00/details",
    "/s/S-2222-2222/%F0%9F%98%80",
    "/book/remote-session?day=0001-01-01",
    "/book/remote-session?day=9999-12-31",
    "/book/remote-session?day=%00",
    "/sign-in?next=%00",
    "/password/forgotten/%00",
    "/assets/%00",
    "/assets/..%2f..%2fpyproject.toml",
]
STAFF = [
    "/staff/week?from=0001-01-01",
    "/staff/week?from=9999-12-31",
    "/staff/audit?on=0001-01-01",
    "/staff/audit?on=9999-12-31",
    "/staff/audit?actor=%00",
    "/staff/letters?q=%00",
    "/staff/letters?state=%00",
    f"/staff/letters?page={HUGE}",
    "/staff/jobs?page=999999",
    "/staff/orders/?q=%00",
    "/staff/orders/?q=%5C",
    "/staff/orders/?page=999999",
    "/staff/orders/%00",
    "/staff/sessions/%00",
    f"/staff/hours/{HUGE}",
    f"/staff/people/{HUGE}",
    "/staff/enquiries/%00",
    "/staff/wishes/?show=%00&page=999999",
    "/staff/calendar/RU/0",
    "/staff/calendar/RU/9999",
    f"/staff/calendar/RU/{HUGE}",
    "/staff/calendar/%00/2027",
    "/staff/calendar/RU/dates?on=0001-01-01",
    "/staff/calendar/RU/dates?on=9999-12-31",
    "/staff/holidays/%00",
    "/staff/holidays/nowhere/days",
    "/staff/why?on=0001-01-01",
    "/staff/why?on=9999-12-31",
    "/staff/catalogue/products/%00",
    "/staff/catalogue/products/%00/fields/",
    f"/staff/catalogue/products/napoleon/fields/{HUGE}",
    "/staff/documents/%00/new",
    "/staff/questions/%00",
    "/staff/sellers/%00",
    "/staff/prices/%00/new",
    "/staff/tasks/%00/close",
]


def test_no_address_breaks_a_public_page(app):
    browser = app.test_client()
    assert {path: status for path in PUBLIC if (status := browser.get(path).status_code) >= 500} == {}


def test_no_address_breaks_a_page_of_the_staff(desk):
    admin = desk.signed_in("administrator")
    assert {path: status for path in STAFF if (status := admin.get(path).status_code) >= 500} == {}


@pytest.mark.parametrize(
    "path",
    [
        f"/staff/reserve/closures/{HUGE}/open",
        "/staff/reserve/closures/9223372036854775807/open",
        "/staff/wishes/W-2222-2222/withdraw",
        "/staff/wishes/%F0%9F%98%80/withdraw",
        "/staff/promises/9223372036854775807/settle",
        "/staff/holidays/ru/days/0001-01-01/remove",
        "/staff/holidays/ru/days/9999-12-31/remove",
        "/staff/holidays/ru/days/x/remove",
        "/staff/calendar/RU/dates/0001-01-01/clear",
        "/staff/calendar/RU/dates/9999-12-31/clear",
        "/staff/calendar/RU/9999/propose",
    ],
)
def test_no_button_that_nobody_shows_breaks_anything(desk, path):
    admin = desk.signed_in("administrator")
    assert send(admin, path, page="/staff/reserve/percent").status_code < 500


@pytest.mark.parametrize(
    "asked",
    [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "https:evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "//[",
        "//\uff0fevil.example",
        "/a\r\nSet-Cookie: x=y",
        "\0",
        "",
    ],
)
def test_the_switches_lead_back_to_pages_of_ours_only(app, asked):
    assert safe_next(asked) == "/"
    answer = app.test_client().post("/language", data={"locale": "en", "next": asked})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


@pytest.mark.parametrize(
    "asked", ["//evil.example/staff/", "https://evil.example", "/\\evil.example", "///evil.example"]
)
def test_signing_in_leads_to_pages_of_ours_only(desk, asked):
    browser = desk.visitor()
    answer = send(
        browser, "/sign-in", email="administrator@desk.example", password=PASSWORD, next=asked,
        page=f"/sign-in?next={asked}",
    )  # fmt: skip
    target = answer.headers.get("Location", "/")
    assert answer.status_code < 500
    assert target.startswith("/")
    assert target[1:2] not in {"/", "\\"}
