"""The coordinator's list of sessions whose promised time another clock shows now."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from services import sessions
from services.core.vendor import store_setting
from services.sessions.models import RemoteSession
from tests.fakes.desk import enter

PAGE = "/staff/promises"


@pytest.fixture
def coordinator(desk):
    return enter(desk.app, "coordinator")


def move_clocks(desk):
    """The session was promised when its zone was an hour ahead."""
    with desk.database.app_sessions.begin() as db:
        booked = RemoteSession.reference == desk.session
        later = RemoteSession.promised_wall + timedelta(hours=1)
        db.execute(update(RemoteSession).where(booked).values(promised_wall=later))
        sessions.compare_promises(db, version="2027.1", now=desk.clock())


def test_where_all_promises_hold_the_page_says_so(coordinator):
    assert "Every session stands where it was promised." in coordinator.get(PAGE).text
    assert not [link for link in coordinator.get("/staff/today").all(".wait a") if PAGE in link["href"]]


def test_a_moved_session_is_listed_until_it_is_settled(desk, coordinator):
    move_clocks(desk)
    assert "1 session off its promised time" in coordinator.get("/staff/today").text
    page = coordinator.get(PAGE)
    row = page.one("tbody tr")
    assert desk.session in row.get_text()
    assert "Krasnoyarsk" in row.get_text()
    promised, shown = (row.select("td")[n].get_text() for n in (1, 2))
    assert promised.strip() not in shown
    after = coordinator.submit(page, form="tbody form")
    assert "Every session stands where it was promised." in after.text
    assert "promised time" not in coordinator.get("/staff/today").text


def test_two_coordinators_may_settle_the_same_one_and_nobody_a_strange_one(desk, coordinator):
    move_clocks(desk)
    page = coordinator.get(PAGE)
    for _ in range(2):
        coordinator.submit(page, form="tbody form")
    token = {"csrf_token": page.one("tbody form [name=csrf_token]")["value"]}
    coordinator.post(f"{PAGE}/4711/settle", token, status=404)


def test_a_specialist_neither_sees_nor_settles_them(desk):
    move_clocks(desk)
    enter(desk.app, "specialist").get(PAGE, status=403)


def test_zones_that_the_data_lack_are_told(desk, coordinator):
    with desk.database.app_sessions.begin() as db:
        found = {"version": "2027.1", "unknown": ["Europe/Atlantis"]}
        store_setting(db, key="zone_data", value=found, actor="system", now=desk.clock())
    for page in (PAGE, "/staff/today"):
        assert "Unknown time zones: Europe/Atlantis" in coordinator.get(page).text
