"""Versions of the regulation and of business calendars: numbers, dates, what is kept and what is refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.core.business_calendars import (
    add_calendar,
    find_calendar_version,
    get_calendar,
    list_calendar_versions,
    load_calendar,
    publish_version,
)
from services.core.errors import InvalidError, NotFoundError
from services.core.production_years import override_day
from services.core.texts import Texts
from services.support import regulation

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from services.core.business_calendars import KeptCalendar
    from tests.cluster import Database

WEEK = [(day, 540, 1080) for day in range(5)]
NAME = Texts("Часы", "Hours")


def publish(db: Session, *, calendar: KeptCalendar, on: date, now: datetime) -> int:
    first = regulation.get_version(db, n=1)
    version = regulation.publish(
        db,
        terms=first.terms,
        body=first.body,
        calendar=calendar,
        valid_from_on=on,
        actor="test",
        now=now,
    )
    return version.n


def test_the_last_version_of_a_date_is_in_force_and_a_past_date_is_refused(
    demo_db: Session, now: datetime
) -> None:
    db, calendar = demo_db, get_calendar(demo_db, code="support")
    tomorrow = now.date() + timedelta(days=1)
    later = tomorrow + timedelta(days=1)
    assert [publish(db, calendar=calendar, on=later, now=now) for _ in range(2)] == [2, 3]
    assert publish(db, calendar=calendar, on=tomorrow, now=now) == 4

    assert regulation.get_regulation(db, on=now.date()).n == 1
    assert regulation.get_regulation(db, on=tomorrow).n == 4
    assert regulation.get_regulation(db, on=later).n == 3
    assert regulation.get_regulation(db, on=date(2025, 1, 1)).n == 1
    with pytest.raises(regulation.RegulationError) as refused:
        # What came in today has its deadlines by the version before.
        publish(db, calendar=calendar, on=now.date(), now=now)
    assert refused.value.field == "valid_from_on"
    with pytest.raises(NotFoundError):
        regulation.get_regulation(db, on=date(2020, 1, 1))
    with pytest.raises(DBAPIError, match="permission denied"):
        db.execute(text("UPDATE support.regulation_version SET valid_from_on = '2020-01-01'"))


def test_the_date_is_that_of_the_calendars_zone(demo_db: Session) -> None:
    db = demo_db
    # Half past midnight in Moscow; still the day before by UTC.
    late = datetime(2026, 11, 29, 21, 30, tzinfo=UTC)
    assert regulation.regulation_date(db, now=late) == date(2026, 11, 30)
    far = add_calendar(db, code="far", name=NAME, zone="Asia/Kamchatka", country=None, actor="test", now=late)
    publish_version(
        db, calendar=far, effective_from=date(2026, 1, 1), weekly=WEEK, overrides={}, actor="test", now=late
    )
    # In Kamchatka the thirtieth began nine hours earlier, and ends nine hours earlier.
    with pytest.raises(regulation.RegulationError):
        publish(db, calendar=far, on=date(2026, 11, 29), now=late)
    publish(db, calendar=far, on=date(2026, 12, 1), now=late)
    edge = datetime(2026, 11, 30, 12, tzinfo=UTC)
    assert regulation.regulation_date(db, now=edge - timedelta(seconds=1)) == date(2026, 11, 30)
    assert regulation.regulation_date(db, now=edge) == date(2026, 12, 1)


def test_who_publishes_at_the_same_time_gets_another_number(demo: Database, now: datetime) -> None:
    def one(_turn: int) -> int:
        with demo.app_sessions.begin() as db:
            tomorrow = now.date() + timedelta(days=1)
            return publish(db, calendar=get_calendar(db, code="support"), on=tomorrow, now=now)

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(one, range(4))) == [2, 3, 4, 5]


def test_a_draft_goes_when_it_is_published(demo_db: Session, now: datetime) -> None:
    db, calendar = demo_db, get_calendar(demo_db, code="support")
    first = regulation.get_version(db, n=1)
    for _turn in range(2):
        regulation.save_draft(
            db, terms=first.terms, body=first.body, calendar=calendar, actor="test", now=now
        )
    draft = regulation.find_draft(db)
    assert draft is not None
    assert draft.body == first.body
    publish(db, calendar=calendar, on=now.date() + timedelta(days=1), now=now)
    assert regulation.find_draft(db) is None


def test_a_calendars_version_leaves_the_past_alone_and_is_seen_at_once(
    demo_db: Session, now: datetime
) -> None:
    db, calendar = demo_db, get_calendar(demo_db, code="support")
    before = load_calendar(db, code="support")
    assert load_calendar(db, code="support") is before
    monday = date(2026, 11, 30)
    facts = {"calendar": calendar, "effective_from": monday, "actor": "test", "now": now}
    closed: dict[date, list[tuple[int, int]]] = {date(2026, 12, 1): []}
    publish_version(db, weekly=[(0, 600, 720)], overrides={}, **facts)  # type: ignore[arg-type]
    publish_version(db, weekly=WEEK[:2], overrides=closed, **facts)  # type: ignore[arg-type]

    after = load_calendar(db, code="support")
    assert after.windows_on(monday - timedelta(days=3)) == ((540, 1080),)
    # Of two versions of one date the later one counts.
    assert after.windows_on(monday) == ((540, 1080),)
    assert after.windows_on(date(2026, 12, 1)) == after.windows_on(date(2026, 12, 2)) == ()
    assert find_calendar_version(db, calendar=calendar, on=monday).weekly == [list(one) for one in WEEK[:2]]  # type: ignore[union-attr]
    # The production calendar is a part of it.
    override_day(db, country="RU", on=monday, kind="holiday", actor="staff:1", now=now)
    assert load_calendar(db, code="support").windows_on(monday) == ()


def test_hours_that_are_past_closed_or_none_are_refused(demo_db: Session, now: datetime) -> None:
    db, calendar = demo_db, get_calendar(demo_db, code="support")
    tomorrow = now.date() + timedelta(days=1)
    wrong = {
        # Shut at noon, today would take back what was counted of it.
        "calendar_past": (now.date(), WEEK),
        "calendar_closed": (tomorrow, []),
        "calendar_windows": (tomorrow, [(0, 600, 600)]),
    }
    for code, (on, weekly) in wrong.items():
        with pytest.raises(InvalidError) as refused:
            publish_version(
                db, calendar=calendar, effective_from=on, weekly=weekly, overrides={}, actor="test", now=now
            )
        assert refused.value.code == code
    assert len(list_calendar_versions(db, calendar=calendar)) == 1
    for code, zone in (("support", "Europe/Moscow"), ("moon", "Moon/Tranquility"), ("up", "../up")):
        with pytest.raises(InvalidError):
            add_calendar(db, code=code, name=NAME, zone=zone, country=None, actor="test", now=now)
