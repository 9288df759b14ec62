"""Somebody who keeps times without ever ordering: he can't keep them all."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from services import sessions
from services.sessions.models import HolderRow, RemoteSession
from tests.web.test_ordering_pages import chosen, filled

BOOK = "/book/remote-session?day=2026-11-26"
LINE = "198.51.100.9"
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _in_earnest(demo, now):
    """The demonstration takes more orders from one address than a vendor would."""
    with demo.app_sessions.begin() as db:
        sessions.edit_hold_limits(db, limits=sessions.HoldLimits(), actor="system", now=now)


def take(visitor):
    """Choose the last time of the day; the answer's status and what its page says."""
    page = visitor.get(BOOK)
    token = str(page.one("form#times [name=csrf_token]")["value"])
    start = str(page.all("input[name=start]")[-1]["value"])
    fields = {"csrf_token": token, "start": start}
    answer = visitor.client.post(BOOK, data=fields, environ_base={"REMOTE_ADDR": visitor.address})
    return answer.status_code, answer.text


def begun(visit, times, **facts):
    return [take(visit(**facts))[0] for _ in range(times)]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_an_address_begins_five_holds_in_an_hour_and_is_told_when_it_may_go_on(visit, clock, language):
    assert begun(visit, 5, address=LINE) == [303] * 5
    status, text = take(visit(language, address=LINE))
    assert status == 429
    # An hour after the first of them, by the reader's clock: the zone is Moscow's.
    assert "11:20" in text
    assert ("из\u00a0вашей сети" if language == "ru" else "From your network") in text
    assert begun(visit, 1, address="198.51.100.10") == [303]
    clock.at += HOUR - timedelta(seconds=1)
    assert begun(visit, 1, address=LINE) == [429]
    clock.at += timedelta(seconds=1)
    assert begun(visit, 1, address=LINE) == [303]


def test_all_addresses_of_one_line_count_together(visit):
    line = [f"2001:db8:1:2::{number:x}" for number in range(5)]
    assert [begun(visit, 1, address=one) for one in line] == [[303]] * 5
    assert begun(visit, 1, address="2001:db8:1:2:ffff::1") == [429]
    assert begun(visit, 1, address="2001:db8:1:3::1") == [303]


def test_changing_the_time_of_an_order_begins_none(visit, demo):
    visitor = visit(address=LINE)
    assert [take(visitor)[0] for _ in range(7)] == [303] * 7
    with demo.app_sessions() as db:
        assert len(db.scalars(select(HolderRow).where(HolderRow.address == LINE)).all()) == 1


def test_another_service_instead_of_a_time_that_nothing_was_said_about_begins_none(visit, demo):
    visitor = visit(address=LINE)
    for number in range(7):
        path = ("/book/remote-session", "/book/diagnostics")[number % 2]
        page = visitor.get(f"{path}?day=2026-11-26")
        start = str(page.all("input[name=start]")[number]["value"])
        assert visitor.submit(page, form="form#times", start=start).path.endswith("/details")
    with demo.app_sessions() as db:
        held = db.scalars(select(RemoteSession).where(RemoteSession.state == "held")).all()
        rows = db.scalars(select(HolderRow).where(HolderRow.address == LINE)).all()
    assert {row.session_id for row in rows} <= {session.id for session in held}
    assert len(rows) == 1


@pytest.mark.parametrize("language", ["ru", "en"])
def test_an_address_keeps_two_unpaid_times_and_its_third_form_says_how_to_go_on(visit, language):
    spellings = ("olga@kedr-opt.example", "Olga+Stock@kedr-opt.example", "OLGA@kedr-opt.example")
    for number, email in enumerate(spellings[:2]):
        visitor = visit()
        assert filled(visitor, chosen(visitor, number), email=email).path.endswith("/review")
    late = visit(language)
    page = chosen(late, 2)
    refused = filled(late, page, status=422, email=spellings[2], description="Обмен встал", phone="123")
    (said,) = refused.errors()
    assert len(refused.summary()) == 1
    assert "10:45" in said
    assert refused.one("textarea[name=description]").get_text() == "Обмен встал"
    assert refused.one("input[name=email]")["value"] == spellings[2]
    assert filled(late, refused, email="anna@kedr-opt.example").path.endswith("/review")


def test_a_company_keeps_two_unpaid_times(visit):
    company = {"inn": "7707083893", "country": "RU"}
    for number in range(2):
        visitor = visit()
        email = f"buyer{number}@kedr-opt.example"
        assert filled(visitor, chosen(visitor, number), email=email, **company).path.endswith("/review")
    late = visit()
    refused = filled(late, chosen(late, 2), status=422, email="third@kedr-opt.example", **company)
    assert len(refused.errors()) == 1
    assert refused.one("input[name=inn]")["value"] == company["inn"]


def test_a_time_that_was_let_go_makes_room_for_the_third(visit):
    first, second, third = visit(), visit(), visit()
    review = filled(first, chosen(first, 0))
    filled(second, chosen(second, 1))
    page = chosen(third, 2)
    filled(third, page, status=422)
    details = first.get(review.path.replace("/review", "/details"))
    first.submit(details, form="aside form")
    assert filled(third, page).path.endswith("/review")
