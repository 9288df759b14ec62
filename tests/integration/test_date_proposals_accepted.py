"""Rule 16 in the database: what is proposed, accepted and dismissed, and what it does to slots."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from services import scheduling
from services.core.production_years import override_day, propose_year
from services.core.texts import Texts
from tests import crew
from tests.asked import asked
from tests.crew import MOSCOW, NOW, at

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from services.scheduling import Proposal
    from services.scheduling.models import Specialist
    from tests.cluster import Database
    from tests.crew import Crew

STAFF = "staff:1"
FIRST, LAST = date(2026, 11, 23), date(2027, 12, 31)
# A Wednesday that is shorter, and a Saturday that is worked, by the vendor's own decision.
SHORT, SATURDAY, BRIDGE = date(2026, 11, 25), date(2026, 12, 5), date(2026, 12, 4)
WEEKDAYS = tuple((day, 540, 1080) for day in range(5))


@pytest.fixture
def vendor(db: Session) -> Crew:
    made = crew.crew(db, "Anna")
    made.specialists.append(crew.specialist(db, "Boris", windows=WEEKDAYS))
    for year in (2026, 2027):
        propose_year(db, country="RU", year=year, actor=STAFF, now=NOW)
    for on, kind in ((SHORT, "short"), (SATURDAY, "working"), (BRIDGE, "weekend")):
        override_day(db, country="RU", on=on, kind=kind, actor=STAFF, now=NOW)
    db.commit()
    return made


def proposals(db: Session, on: date | None = None) -> list[Proposal]:
    found = scheduling.list_proposals(db, country="RU", first=FIRST, last=LAST)
    return [one for one in found if on is None or one.on == on]


def reasons(db: Session, on: date, vendor: Crew) -> dict[str, str]:
    names = {one.id: one.name for one in vendor.specialists}
    return {names[one.specialist_id]: one.reason for one in proposals(db, on)}


def hours_offered(db: Session, vendor: Crew, on: date, specialist: Specialist) -> list[str]:
    zone = ZoneInfo(MOSCOW)
    slots = scheduling.list_slots(
        db,
        service=vendor.service,
        after=at(f"{on:%m-%d} 00:00"),
        before=at(f"{on:%m-%d} 00:00") + timedelta(days=1),
        customer_zone=MOSCOW,
        now=NOW,
    )
    return [
        slot.start.astimezone(zone).strftime("%H:%M")
        for slot in slots
        if specialist.id in slot.specialist_ids
    ]


def test_each_specialist_gets_what_concerns_his_own_hours(db: Session, vendor: Crew) -> None:
    assert reasons(db, SHORT, vendor) == {"Anna": "short", "Boris": "short"}
    # Anna works on Saturdays anyway.
    assert reasons(db, SATURDAY, vendor) == {"Boris": "working"}
    assert reasons(db, date(2027, 1, 1), vendor) == {"Anna": "day_off", "Boris": "day_off"}
    assert reasons(db, date(2027, 1, 2), vendor) == {"Anna": "day_off"}
    assert [one.on for one in proposals(db)] == sorted(one.on for one in proposals(db))


def test_an_accepted_short_day_takes_the_last_starts_away(db: Session, vendor: Crew) -> None:
    anna, boris = vendor.specialists
    assert hours_offered(db, vendor, SHORT, anna)[-1] == "17:00"
    mine = [one for one in proposals(db, SHORT) if one.specialist_id == anna.id]
    assert scheduling.accept_proposals(db, proposals=mine, actor=STAFF, now=NOW) == mine
    assert hours_offered(db, vendor, SHORT, anna)[-1] == "16:00"
    assert hours_offered(db, vendor, SHORT, boris)[-1] == "17:00"
    assert reasons(db, SHORT, vendor) == {"Boris": "short"}


def test_an_accepted_day_off_offers_nothing(db: Session, vendor: Crew) -> None:
    anna, boris = vendor.specialists
    assert hours_offered(db, vendor, BRIDGE, anna)
    scheduling.accept_proposals(db, proposals=proposals(db, BRIDGE), actor=STAFF, now=NOW)
    assert hours_offered(db, vendor, BRIDGE, anna) == hours_offered(db, vendor, BRIDGE, boris) == []
    assert not proposals(db, BRIDGE)


def test_a_working_saturday_opens_nothing_even_when_everything_is_accepted(db: Session, vendor: Crew) -> None:
    boris = vendor.specialists[1]
    everything = proposals(db)
    accepted = scheduling.accept_proposals(db, proposals=everything, actor=STAFF, now=NOW)
    assert len(accepted) == len([one for one in everything if one.reason != "working"])
    assert hours_offered(db, vendor, SATURDAY, boris) == []
    assert {one.reason for one in proposals(db)} == {"working"}


def test_what_was_dismissed_does_not_come_back_unless_for_another_reason(db: Session, vendor: Crew) -> None:
    for _ in range(2):
        scheduling.dismiss_proposals(db, proposals=proposals(db, SHORT), actor=STAFF, now=NOW)
    assert not proposals(db, SHORT)
    override_day(db, country="RU", on=SHORT, kind="holiday", actor=STAFF, now=NOW)
    assert set(reasons(db, SHORT, vendor).values()) == {"day_off"}


def test_a_date_of_their_own_and_a_holiday_set_decide_for_themselves(db: Session, vendor: Crew) -> None:
    anna, boris = vendor.specialists
    scheduling.set_own_date(db, specialist=anna, day_on=BRIDGE, windows=[(540, 600)], actor=STAFF, now=NOW)
    days_off = scheduling.save_holidays(
        db, code="ru", name=Texts("Россия", "Russia"), days={BRIDGE: None}, actor=STAFF, now=NOW
    )
    boris.holiday_set_id = days_off.id
    db.flush()
    assert not proposals(db, BRIDGE)


def test_many_specialists_take_no_more_statements_than_few(
    database: Database, db: Session, vendor: Crew
) -> None:
    def statements() -> int:
        db.commit()
        with database.app_sessions() as other, asked(other) as seen:
            scheduling.list_proposals(other, country="RU", first=FIRST, last=LAST)
        return len(seen)

    few = statements()
    for name in ("Vera", "Gleb", "Dina", "Egor"):
        vendor.specialists.append(crew.specialist(db, name))
    assert statements() == few


def test_the_free_flow_has_no_say_in_proposals(database: Database) -> None:
    with database.free_sessions() as free:
        assert not free.scalar(
            text("SELECT has_table_privilege('priyom_free', 'scheduling.dismissed_date', 'INSERT')")
        )
