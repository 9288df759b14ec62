"""«Why is this time not offered?», asked by those who do and plan the work."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services import people, scheduling, sessions
from tests.fakes.desk import PASSWORD, enter
from webapp.auth import commands, passwords

ASKED = "/staff/why?service={slug}&on={on}&zone=Europe/Moscow"


@pytest.fixture
def day(desk):
    """The address that asks about the day of the booked session."""
    with desk.database.app_sessions() as db:
        session = sessions.get_session(db, reference=desk.session)
        slug, on = session.service["slug"], session.starts_at.date().isoformat()
    return ASKED.format(slug=slug, on=on)


def test_the_page_answers_before_anything_is_asked(desk):
    page = enter(desk.app, "coordinator").get("/staff/why")
    assert page.all("tbody tr")
    assert "Offered:" in page.text


def test_a_session_in_the_way_leads_to_its_page(desk, day):
    for role in ("coordinator", "specialist"):
        page = enter(desk.app, role).get(day)
        assert page.all(f'td a[href$="/staff/sessions/{desk.session}"]')


def test_a_colleagues_session_is_named_but_not_led_to(desk, day):
    with desk.database.app_sessions.begin() as db:
        person = people.add_person(
            db, name="Пётр", email="petr@desk.example", locale="en", zone="Europe/Moscow"
        )
        member = people.hire(db, person=person, actor="system", now=desk.clock())
        commands.create_staff_user(
            db, staff_member=member, password=PASSWORD, roles=["specialist"],
            cost=passwords.TEST_COST, now=desk.clock(),
        )  # fmt: skip
    page = enter(desk.app, "petr").get(day)
    assert "session " in page.one("tbody").get_text()
    assert not page.all('td a[href*="/staff/sessions/"]')


def test_what_is_closed_for_the_desk_is_said(desk):
    now = desk.clock()
    with desk.database.app_sessions.begin() as db:
        scheduling.close_desk_time(
            db, starts_at=now, until_at=now + timedelta(days=2), reason="training", actor="user:1", now=now
        )
    page = enter(desk.app, "coordinator").get("/staff/why")
    assert "Paid starts are closed for the sake of free support" in page.text
    assert "Offered: 0 of" in page.text


def test_an_hour_abroad_is_shown_on_the_asked_clock(desk, day):
    page = enter(desk.app, "coordinator").get(day.replace("Europe/Moscow", "Asia/Vladivostok"))
    assert "Vladivostok" in page.one("#answer + div").get_text()


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("on=never", "Enter a date like"),
        ("on=", "Enter a date like"),
        ("service=none", "Choose one"),
        ("zone=Mars/Base", "Choose one"),
    ],
)
def test_what_cannot_be_asked_is_refused_beside_its_field(desk, asked, words):
    page = enter(desk.app, "coordinator").get(f"/staff/why?{asked}", status=422)
    assert words in page.one(".errors").get_text()
    assert words in page.one(".field__error").get_text()
    assert not page.all("tbody")


def test_those_who_neither_do_nor_plan_the_work_are_refused(desk):
    enter(desk.app, "accountant").get("/staff/why", status=403)


def test_the_pages_of_hours_and_the_week_lead_here(desk):
    coordinator = enter(desk.app, "coordinator")
    for address in ("/staff/hours/", "/staff/week"):
        assert coordinator.get(address).link("Why is a time not offered?").endswith("/staff/why")


def test_it_is_said_in_russian_too(desk):
    page = enter(desk.app, "coordinator", "ru").get("/staff/why")
    assert "Почему это время" in page.one("h1").get_text()
    assert "вне рабочего времени" in page.text
