"""Holiday sets: their own days, and those taken over from the production calendar."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from services import scheduling
from services.core.production_years import override_day, propose_year
from services.core.texts import Texts
from services.scheduling import HolidaySetNotFoundError, HoursError

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.scheduling.models import HolidaySet

STAFF = "staff:1"
NAME = Texts("Башкортостан", "Bashkortostan")
URAZA, REPUBLIC = date(2027, 3, 10), date(2027, 10, 11)


@pytest.fixture
def bashkortostan(db: Session, now: datetime) -> HolidaySet:
    propose_year(db, country="RU", year=2027, actor=STAFF, now=now)
    return scheduling.add_holiday_set(db, code="ba", name=NAME, actor=STAFF, now=now)


def days(db: Session, holidays: HolidaySet) -> dict[date, bool]:
    """Each day off, and whether it is the set's own."""
    found = scheduling.list_holidays(db, holidays=holidays, from_on=date(2027, 1, 1))
    return {day.day_on: day.name is not None for day in found}


def test_a_set_has_one_code(db: Session, bashkortostan: HolidaySet, now: datetime) -> None:
    assert scheduling.get_holiday_set(db, code="ba") is bashkortostan
    with pytest.raises(HoursError) as caught:
        scheduling.add_holiday_set(db, code="ba", name=NAME, actor=STAFF, now=now)
    assert caught.value.code == "code_taken"
    with pytest.raises(HolidaySetNotFoundError):
        scheduling.get_holiday_set(db, code="xx")
    scheduling.rename_holiday_set(db, holidays=bashkortostan, name=Texts("Уфа", "Ufa"), actor=STAFF, now=now)
    assert [one.name.en for one in scheduling.list_holiday_sets(db)] == ["Ufa"]


def test_a_year_is_taken_over_with_all_its_days_off(
    db: Session, bashkortostan: HolidaySet, now: datetime
) -> None:
    taken = scheduling.take_over_year(
        db, holidays=bashkortostan, country="RU", year=2027, actor=STAFF, now=now
    )
    found = days(db, bashkortostan)
    assert taken == len(found) == 20
    assert {date(2027, 1, 2), date(2027, 2, 22), date(2027, 12, 31)} <= set(found)
    assert not {date(2027, 2, 20), date(2027, 11, 3)} & set(found)
    assert not any(found.values())


def test_taken_over_again_a_moved_day_moves_and_the_sets_own_days_stay(
    db: Session, bashkortostan: HolidaySet, now: datetime
) -> None:
    facts = {"holidays": bashkortostan, "actor": STAFF, "now": now}
    scheduling.add_holiday(db, on=URAZA, name=Texts("Ураза-байрам", "Uraza Bayram"), **facts)
    scheduling.add_holiday(db, on=date(2027, 11, 4), name=Texts("Наш день", "Our day"), **facts)
    scheduling.take_over_year(db, country="RU", year=2027, **facts)
    for on, kind in ((date(2027, 2, 22), "working"), (date(2027, 3, 9), "weekend")):
        override_day(db, country="RU", on=on, kind=kind, actor=STAFF, now=now)
    scheduling.take_over_year(db, country="RU", year=2027, **facts)
    found = days(db, bashkortostan)
    assert found[URAZA]
    assert found[date(2027, 11, 4)]
    assert date(2027, 3, 9) in found
    assert date(2027, 2, 22) not in found


def test_days_are_removed_and_other_years_stay(db: Session, bashkortostan: HolidaySet, now: datetime) -> None:
    facts = {"holidays": bashkortostan, "actor": STAFF, "now": now}
    scheduling.add_holiday(db, on=REPUBLIC, name=NAME, **facts)
    scheduling.add_holiday(db, on=date(2028, 10, 11), name=NAME, **facts)
    scheduling.remove_holiday(db, on=REPUBLIC, **facts)
    assert list(days(db, bashkortostan)) == [date(2028, 10, 11)]


def test_a_year_of_which_nothing_is_known_cannot_be_taken_over(
    db: Session, bashkortostan: HolidaySet, now: datetime
) -> None:
    with pytest.raises(HoursError) as caught:
        scheduling.take_over_year(db, holidays=bashkortostan, country="RU", year=2031, actor=STAFF, now=now)
    assert caught.value.code == "no_days"
    assert not scheduling.count_users(db)
    assert db.scalar(text("SELECT count(*) FROM core.audit WHERE verb = 'holidays.take_over'")) == 0
