"""Today, the week and one session, as those who do the work see them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from billing import tasks
from services import contracts, documents, people, scheduling, sessions
from services.support import requests
from tests.fakes.desk import enter
from webapp.auth import commands, passwords
from webapp.staff.desk.views import POINT_NAMES


@pytest.fixture
def specialist(desk):
    return enter(desk.app, "specialist")


def the_session(desk, db):
    return sessions.get_session(db, reference=desk.session)


def prepare(desk, *, agreed=True):
    """The customer prepares the session on his page."""
    with desk.database.app_sessions.begin() as db:
        session = the_session(desk, db)
        sessions.set_checklist(db, session=session, done=sessions.POINTS[:3], now=desk.clock())
        sessions.set_connection(
            db, session=session, tool_slug=None, connection_id="123 456 789", now=desk.clock()
        )
        if agreed:
            version = documents.get_current(db, kind="consent_remote", on=desk.clock().date())
            sessions.consent(
                db, session=session, version=version, address="127.0.0.1", agent="test", now=desk.clock()
            )


def move_to_start(desk, **before):
    with desk.database.app_sessions() as db:
        desk.clock.at = the_session(desk, db).starts_at - timedelta(**before)


def test_today_shows_my_sessions_with_what_is_missing(desk, specialist):
    move_to_start(desk, minutes=40)
    page = specialist.get("/staff/today")
    assert "Ольга Кедрова" in page.one(".next h2").get_text()
    assert "in 40 minutes" in page.one(".next").get_text().replace("\u00a0", " ")
    assert "no connection ID" in page.one(".day__miss").get_text()
    assert page.all(".nowline")
    prepare(desk)
    assert "Preparation 3 of 5" in specialist.get("/staff/today").one(".day__miss").get_text()


def test_a_colleague_sees_neither_the_day_nor_the_session(desk):
    with desk.database.app_sessions.begin() as db:
        person = people.add_person(
            db, name="Пётр", email="petr@desk.example", locale="en", zone="Europe/Moscow"
        )
        member = people.hire(db, person=person, actor="system", now=desk.clock())
        commands.create_staff_user(
            db, staff_member=member, password="north-wind-seven", roles=["specialist"],
            cost=passwords.TEST_COST, now=desk.clock(),
        )  # fmt: skip
    move_to_start(desk, minutes=40)
    colleague = enter(desk.app, "petr")
    assert "Nothing today" in colleague.get("/staff/today").text
    colleague.get(f"/staff/sessions/{desk.session}", status=403)
    token = colleague.get("/staff/keys").all("form[action='/sign-out'] [name=csrf_token]")[0]["value"]
    for verb in ("id", "start", "finish", "miss"):
        colleague.post(f"/staff/sessions/{desk.session}/{verb}", {"csrf_token": token}, status=403)


def test_the_coordinator_sees_everybody_and_the_week(desk):
    move_to_start(desk, minutes=40)
    coordinator = enter(desk.app, "coordinator")
    assert "Ольга Кедрова" in coordinator.get("/staff/today").text
    week = coordinator.get("/staff/week")
    assert desk.session in str(week.one(".ev")["href"])
    assert not coordinator.get("/staff/week?from=2027-02-01").all(".ev")


def test_the_page_of_a_session_says_everything_on_one_screen(desk, specialist):
    page = specialist.get(f"/staff/sessions/{desk.session}")
    for fact in ("Ольга Кедрова", "olga@kedr.example", "Не работает обмен", desk.session, "Krasnoyarsk"):
        assert fact in page.text
    assert set(POINT_NAMES) == set(sessions.POINTS)


def test_the_order_of_a_session_stands_beside_it_where_money_is_mounted(desk):
    page = enter(desk.app, "coordinator").get(f"/staff/sessions/{desk.session}")
    assert page.link("Open the order").endswith(desk.order)
    own = enter(desk.app, "specialist").get(f"/staff/sessions/{desk.session}")
    assert desk.order in own.text
    assert not own.all(f'a[href$="{desk.order}"]')


def test_the_connection_id_is_shown_shortly_before_the_start_and_each_look_is_kept(desk, specialist):
    prepare(desk)
    address = f"/staff/sessions/{desk.session}"
    form = f'main form[action="{address}/id"]'
    early = specialist.submit(specialist.get(address), form=form)
    assert "123 456 789" not in early.text
    assert "15 minutes before" in early.text
    move_to_start(desk, minutes=15)
    assert "123 456 789" in specialist.submit(specialist.get(address), form=form).text
    assert "123 456 789" not in specialist.get(address).text
    with desk.database.app_sessions() as db:
        assert db.scalar(text("SELECT count(*) FROM sessions.look")) == 1


def test_a_session_is_started_with_consent_and_finished(desk, specialist):
    prepare(desk, agreed=False)
    address = f"/staff/sessions/{desk.session}"
    refused = specialist.submit(specialist.get(address), form=f'main form[action="{address}/start"]')
    assert "agreed to the connection" in refused.text
    prepare(desk)
    started = specialist.submit(refused, form=f'main form[action="{address}/start"]')
    assert "going on" in started.text
    page = specialist.get(f"{address}/finish")
    finished = specialist.submit(page, result="solved", words="The exchange runs again.")
    assert "carried out" in finished.text
    assert "The exchange runs again." in finished.text
    assert not finished.all(f'main form[action^="{address}"]')
    assert "going on" in specialist.get(f"{address}/finish").text


def test_what_is_not_solved_needs_words_and_what_was_cut_short_its_minutes(desk, specialist):
    prepare(desk)
    address = f"/staff/sessions/{desk.session}"
    specialist.submit(specialist.get(address), form=f'main form[action="{address}/start"]')
    page = specialist.get(f"{address}/finish")
    silent = specialist.submit(page, result="partly", words=" ", status=422)
    assert "the customer reads it" in silent.text
    for minutes in ("", "60", "many"):
        refused = specialist.submit(
            silent, result="cut_short", words="Our line broke.", minutes=minutes, status=422
        )
        assert "less than was agreed" in refused.text
        assert "Our line broke." in refused.text
    done = specialist.submit(refused, minutes="35")
    assert "35" in done.text


def test_nobody_came_is_said_after_a_quarter_of_an_hour(desk, specialist):
    address = f"/staff/sessions/{desk.session}"
    form = f'main form[action="{address}/miss"]'
    assert not specialist.get(address).all(form)
    move_to_start(desk, minutes=-5)
    assert "Wait for the customer" in specialist.submit(specialist.get(address), form=form).text
    move_to_start(desk, minutes=-15)
    assert "nobody came" in specialist.submit(specialist.get(address), form=form).text


def test_a_session_that_does_not_exist_is_not_found(specialist):
    specialist.get("/staff/sessions/S-0000-0000", status=404)


def test_what_waits_for_somebody_stands_beside_the_day(desk):
    wishes = contracts.Wishes("Кедр-Опт", "Ольга", "olga@kedr.example")
    with desk.database.app_sessions.begin() as db:
        contracts.enquire(db, wishes=wishes, form_key="k", locale="ru", now=desk.clock())
        tasks.open_task(db, kind="refund_failed", subject="order:O-1", facts={}, now=desk.clock())
        requests.begin_refold(db, now=desk.clock()).broken = [7]
        db.execute(
            text("UPDATE core.outbox SET state = 'failed' WHERE id = (SELECT min(id) FROM core.outbox)")
        )
        specialist = sessions.specialist_of(db, session=the_session(desk, db))
        later = desk.clock() + timedelta(days=3)
        scheduling.ask_absence(
            db, specialist=specialist, starts_at=later, ends_at=later + timedelta(days=1), actor="staff:1",
            now=desk.clock(),
        )  # fmt: skip
    page = enter(desk.app, "coordinator").get("/staff/today")
    links = page.all(".side .wait a:has(b)")
    assert len(links) == 5  # with the coming year, which has no decree yet
    coordinator = enter(desk.app, "coordinator")
    for link in links:
        coordinator.get(str(link["href"]))
    assert not enter(desk.app, "specialist").get("/staff/today").all(".side .wait a:has(b)")
    administrator = enter(desk.app, "administrator")
    (forged,) = administrator.get("/staff/today").all('.side .wait a[href*="subject=request"]')
    administrator.get(str(forged["href"]))


def test_the_public_pages_work_for_staff_who_are_signed_in(desk):
    visitor = enter(desk.app, "coordinator")
    for path in ("/", "/faq", "/services", "/sign-in"):
        visitor.get(path)
