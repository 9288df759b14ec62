"""The stored production calendar: proposals, decrees, and what people set by hand."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text

from services.core.audit import AuditRow
from services.core.errors import InvalidError, NotFoundError
from services.core.production_days import list_days
from services.core.production_years import (
    Difference,
    YearDecreedError,
    clear_override,
    confirm_year,
    find_year,
    list_differences,
    list_odd_days,
    list_undecreed,
    load_business_calendar,
    override_day,
    propose_year,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from services.core.production_days import DayKind
    from tests.cluster import Database

STAFF = "staff:1"
DECREE = "Постановление Правительства РФ № 1500"
BRIDGE = date(2027, 11, 8)


def propose(db: Session, year: int, now: datetime) -> None:
    propose_year(db, country="RU", year=year, actor=STAFF, now=now)


def override(db: Session, on: date, kind: DayKind, now: datetime) -> None:
    override_day(db, country="RU", on=on, kind=kind, actor=STAFF, now=now)


def kind_of(db: Session, on: date) -> DayKind | None:
    return list_days(db, country="RU", first=on, last=on).get(on)


def test_a_year_that_was_compared_with_its_decree_is_decreed_at_once(db: Session, now: datetime) -> None:
    propose(db, 2026, now)
    known = find_year(db, country="RU", year=2026)
    assert known is not None
    assert (known.state, known.source) == ("decreed", "Постановление Правительства РФ от 24.09.2025 № 1466")
    assert {day.source for day in list_odd_days(db, country="RU", year=2026)} == {known.source}


def test_another_year_is_a_proposal_until_somebody_names_its_decree(db: Session, now: datetime) -> None:
    propose(db, 2027, now)
    assert list_undecreed(db, country="RU", years=(2026, 2027)) == [2026, 2027]
    known = find_year(db, country="RU", year=2027)
    assert known is not None
    assert known.state == "proposed"
    assert known.source.startswith("holidays ")
    with pytest.raises(InvalidError):
        confirm_year(db, country="RU", year=2027, decree=" ", actor=STAFF, now=now)
    confirm_year(db, country="RU", year=2027, decree=f" {DECREE} ", actor=STAFF, now=now)
    assert (known.state, known.source, known.changed_by) == ("decreed", DECREE, STAFF)
    assert list_undecreed(db, country="RU", years=(2026, 2027)) == [2026]
    with pytest.raises(YearDecreedError):
        propose(db, 2027, now)


def test_a_proposal_changes_nothing_that_a_person_has_set(db: Session, now: datetime) -> None:
    propose(db, 2027, now)
    override(db, BRIDGE, "weekend", now)
    override(db, date(2027, 2, 20), "weekend", now)
    db.execute(text("DELETE FROM core.production_day WHERE day_on = '2027-06-14'"))
    db.execute(text("UPDATE core.production_day SET kind = 'short' WHERE day_on = '2027-05-03'"))
    db.execute(text("INSERT INTO core.production_day VALUES ('RU', '2027-07-01', 'holiday', 'of old')"))
    db.expire_all()
    assert Difference(date(2027, 6, 14), "working", "holiday") in list_differences(
        db, country="RU", year=2027
    )
    propose(db, 2027, now)
    assert list_differences(db, country="RU", year=2027) == [
        Difference(date(2027, 2, 20), "weekend", "short"),
        Difference(BRIDGE, "weekend", "working"),
    ]


def test_the_decree_is_the_source_of_all_days_but_those_set_by_hand(db: Session, now: datetime) -> None:
    propose(db, 2027, now)
    override(db, BRIDGE, "weekend", now)
    confirm_year(db, country="RU", year=2027, decree=DECREE, actor=STAFF, now=now)
    sources = {day.day_on: day.source for day in list_odd_days(db, country="RU", year=2027)}
    assert sources.pop(BRIDGE) == STAFF
    assert set(sources.values()) == {DECREE}


def test_a_day_set_by_hand_goes_back_to_what_was_proposed(db: Session, now: datetime) -> None:
    propose(db, 2027, now)
    override(db, BRIDGE, "weekend", now)
    override(db, date(2027, 12, 31), "working", now)
    confirm_year(db, country="RU", year=2027, decree=DECREE, actor=STAFF, now=now)
    assert (kind_of(db, BRIDGE), kind_of(db, date(2027, 12, 31))) == ("weekend", "working")
    for on in (BRIDGE, date(2027, 12, 31)):
        clear_override(db, country="RU", on=on, actor=STAFF, now=now)
    assert (kind_of(db, BRIDGE), kind_of(db, date(2027, 12, 31))) == (None, "holiday")
    for on in (BRIDGE, date(2027, 12, 31), date(2027, 7, 1)):
        with pytest.raises(NotFoundError):
            clear_override(db, country="RU", on=on, actor=STAFF, now=now)


def test_nothing_is_set_in_a_year_of_which_nothing_is_known(db: Session, now: datetime) -> None:
    with pytest.raises(NotFoundError):
        override(db, BRIDGE, "weekend", now)
    with pytest.raises(NotFoundError):
        confirm_year(db, country="RU", year=2027, decree=DECREE, actor=STAFF, now=now)
    with pytest.raises(NotFoundError):
        propose_year(db, country="XX", year=2027, actor=STAFF, now=now)


def test_every_change_is_audited_with_what_was_before(db: Session, now: datetime) -> None:
    propose(db, 2027, now)
    override(db, BRIDGE, "weekend", now)
    clear_override(db, country="RU", on=BRIDGE, actor=STAFF, now=now)
    rows = db.scalars(select(AuditRow).order_by(AuditRow.seq)).all()
    assert [(row.verb, row.subject) for row in rows] == [
        ("calendar.propose", "production_year:RU:2027"),
        ("calendar.override", "production_day:RU:2027-11-08"),
        ("calendar.clear", "production_day:RU:2027-11-08"),
    ]
    assert (rows[1].before, rows[1].after) == ({"kind": "working"}, {"kind": "weekend"})


def test_business_time_is_read_from_what_is_stored_by_the_free_flow_too(
    database: Database, db: Session, now: datetime
) -> None:
    for year in (2026, 2027):
        propose(db, year, now)
    override(db, date(2026, 12, 30), "short", now)
    db.commit()
    windows = [(day, 540, 1080) for day in range(5)]
    asked = datetime(2026, 12, 30, 13, tzinfo=UTC)
    with database.free_sessions() as free:
        calendar = load_business_calendar(free, country="RU", zone="Europe/Moscow", windows=windows)
        due = calendar.add_business_minutes(asked, 120)
        assert due == datetime(2027, 1, 11, 7, tzinfo=UTC)
        assert calendar.undecreed_years(asked, due) == (2027,)
        again = load_business_calendar(free, country="RU", zone="Europe/Moscow", windows=windows)
        assert again == calendar


def test_a_year_may_be_taken_over_by_two_at_once(database: Database, db: Session, now: datetime) -> None:
    propose(db, 2027, now)
    with ThreadPoolExecutor(1) as other, database.app_sessions() as second:
        waiting = other.submit(propose, second, 2027, now)
        with pytest.raises(TimeoutError):
            waiting.result(timeout=0.2)
        db.commit()
        waiting.result(timeout=20)
        second.commit()
    assert len(list_odd_days(db, country="RU", year=2027)) == 24
