"""The public regulation: the version in force, its archive, and what differs between versions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import psycopg

from services.core.business_calendars import get_calendar
from services.core.texts import Texts
from services.support import regulation
from services.support.terms import Classes
from tests.fakes.desk import Desk, enter
from tests.pages import Visitor

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.orm import Session

NB = "\N{NO-BREAK SPACE}"


def stricter(db: Session, *, on: date, now: datetime) -> None:
    """Publish a second version: stopped work is answered within an hour, and one clause is new."""
    first = regulation.get_version(db, n=1)
    one, *others = first.terms.classes.classes
    classes = Classes(
        (replace(one, response_minutes=60), *others),
        first.terms.classes.rules,
        first.terms.classes.default_code,
    )
    regulation.publish(
        db,
        terms=replace(first.terms, classes=classes, reopen_days=5),
        body=Texts(ru=f"{first.body.ru}\n\n7.2. Новое.", en=f"{first.body.en}\n\n7.2. New."),
        calendar=get_calendar(db, code="support"),
        valid_from_on=on,
        actor="test",
        now=now,
    )


def test_the_regulation_in_force_says_its_terms(visit: Callable[..., Visitor], now: datetime) -> None:
    page = visit().get("/regulation")

    assert "пример" in page.one(".page-head .tag").text
    said = page.one("article").text.replace(NB, " ")
    assert "2 рабочих часа" in said
    assert "40 рабочих часов" in said
    assert "от 2 сотрудников" in said
    assert "9:00–18:00" in said
    assert "выходной" in said
    # 31 December 2026 is a day off that the week doesn't know.
    assert "31 декабря 2026" in said
    english = visit("en").get("/regulation").one("article").text.replace(NB, " ")
    assert "2 working hours" in english
    assert now.year == 2026


def test_before_the_first_version_the_page_says_so_and_staff_are_led_to_write_it(
    desk: Desk, demo_db: Session
) -> None:
    with psycopg.connect(desk.database.owner_url) as owner:
        owner.execute("TRUNCATE support.regulation_version, support.regulation_draft CASCADE")
    page = Visitor(desk.app).get("/regulation")
    assert "ещё не опубликован" in page.text.replace(NB, " ")
    customer = Visitor(desk.app)
    for path in ("/", "/support/", "/support/statistics", "/support/napoleon/letter"):
        assert customer.get(path).one("h1")
    assert "ещё не опубликован" in customer.get("/support/napoleon").text.replace(NB, " ")
    writer = enter(desk.app, "coordinator")
    assert writer.get("/staff/today").link("The regulation has no version") == "/staff/regulation/"
    assert "no request can be received" in writer.get("/staff/requests/call").text
    assert writer.get("/staff/requests/waiting").one("h1")


def test_hours_are_told_in_both_zones(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    visitor.client.set_cookie("zone", "Asia/Krasnoyarsk")
    said = visitor.get("/regulation").one("article").text.replace(NB, " ")

    assert "13:00–22:00" in said
    assert "9:00" in said


def test_a_version_to_come_has_its_address_and_begins_on_its_date(
    visit: Callable[..., Visitor], demo_db: Session, clock: object, now: datetime
) -> None:
    stricter(demo_db, on=date(2026, 12, 1), now=now)
    demo_db.commit()
    visitor = visit()

    assert "Редакция 1" in visitor.get("/regulation").one(".page-head").text.replace(NB, " ")
    assert visitor.get("/regulation/2").one(".page-head .flash")
    changed = visitor.get("/regulation/2/since/1").one("main").text.replace(NB, " ")
    assert "1 рабочий час" in changed
    assert "5 рабочих дней" in changed
    assert "7.2. Новое." in changed
    assert "1.1. Бесплатная поддержка" not in changed
    for path in ("/regulation/3", "/regulation/2/since/3", "/regulation/1/since/1"):
        visitor.get(path, status=404)

    # Midnight in Moscow is 21:00 UTC.
    begins = now.replace(month=11, day=30, hour=21, minute=0)
    clock.at = begins - timedelta(seconds=1)  # type: ignore[attr-defined]
    assert "Редакция 1" in visitor.get("/regulation").one(".page-head").text.replace(NB, " ")
    clock.at = begins  # type: ignore[attr-defined]
    assert "Редакция 2" in visitor.get("/regulation").one(".page-head").text.replace(NB, " ")
    assert "1–8 ч" in visitor.get("/").one(".terms").text.replace(NB, " ")
