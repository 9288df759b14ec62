"""Who and what is loaded for a search: nobody whom it doesn't need, every row as it was written."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from services import scheduling
from services.core.clock import floor_minute
from services.scheduling.engine.busy import Busy
from services.scheduling.engine.slots import Query
from services.scheduling.loading import load_pool
from services.scheduling.models import Occupancy
from services.scheduling.rules import rules_of
from tests.crew import MOSCOW, NOW, at, booked, crew, hold, specialist

DAY, NEXT = at("11-24 00:00"), at("11-25 00:00")


@pytest.fixture
def team(db):
    return crew(db, skills=["sql"])


@pytest.fixture(autouse=True)
def _anna_knows_sql(db, team):
    team.specialists[0].skills = ["sql"]
    db.flush()


def pool_of(db, team, *, after=DAY, before=NEXT, **query):
    asked = Query(after, before, MOSCOW, **query)
    return load_pool(db, rules=rules_of(team.service), query=asked, now=NOW)


def reserve(db, percent):
    scheduling.set_desk_reserve(
        db, effective_from=date(2026, 11, 24), percent=percent, actor="system", now=NOW
    )


def test_those_who_lack_the_skills_are_loaded_only_while_the_desk_keeps_a_reserve(db, team):
    serving, other = specialist(db, "Boris"), specialist(db, "Clara", desk=False)
    (anna,) = team.specialists
    wanted = scheduling.Claim(rules_of(team.service), at("11-24 10:00"), MOSCOW)
    row = {"kind": "booking", "starts_at": wanted.start, "ends_at": wanted.end}
    db.add_all(
        Occupancy(specialist_id=one.id, footprint=wanted.footprint, assigned_at=NOW, **row)
        for one in (anna, serving, other)
    )
    db.flush()

    def loaded(**query):
        pool = pool_of(db, team, **query)
        assert {row.specialist_id for row in pool.busy} == {one.specialist_id for one in pool.calendars}
        return {one.specialist_id for one in pool.calendars}

    assert loaded() == {anna.id}
    reserve(db, 20)
    assert loaded() == {anna.id, serving.id}
    assert loaded(for_desk=True) == {anna.id}


def test_rows_arrive_as_they_were_written(db, team):
    (anna,) = team.specialists
    session = hold(db, team.service, at("11-24 10:00"))
    booked(db, team.service, at("11-24 14:00"), browser="other")
    scheduling.approve_absence(
        db,
        absence=scheduling.ask_absence(db, specialist=anna, starts_at=at("11-24 16:00"),
                                       ends_at=at("11-24 17:00"), actor="system", now=NOW),
        actor="system", now=NOW,
    )  # fmt: skip
    db.execute(
        text("""INSERT INTO scheduling.external_busy (specialist_id, source, starts_at, ends_at)
                VALUES (:id, 'ics', :start, :end)"""),
        {
            "id": anna.id,
            "start": at("11-24 12:00") + timedelta(microseconds=1),
            "end": at("11-24 12:30") - timedelta(microseconds=1),
        },
    )

    def minute(clock):
        return floor_minute(at(f"11-24 {clock}"))

    first, second = db.query(Occupancy).order_by(Occupancy.starts_at)
    found = sorted(pool_of(db, team).busy, key=lambda row: row.start)
    assert found == [
        Busy(anna.id, "hold", minute("10:00"), minute("11:00"), 15, 15, session.held_until, first.id),
        Busy(anna.id, "external", minute("12:00"), minute("12:30")),
        Busy(anna.id, "booking", minute("14:00"), minute("15:00"), 15, 15, None, second.id),
        Busy(anna.id, "absence", minute("16:00"), minute("17:00")),
    ]


def test_one_start_is_judged_by_the_whole_date_as_in_the_list(db, team):
    # Of nine hours 70 % are the desk's: 162 minutes may be sold, and 30 % kept unpaid.
    reserve(db, 70)
    told = {"service": team.service, "customer_zone": MOSCOW, "now": NOW}
    listed = []
    for sold in (None, "11-24 09:00", "11-24 16:30"):
        if sold is not None:
            booked(db, team.service, at(sold), browser=sold)
        listed.append({slot.start for slot in scheduling.list_slots(db, after=DAY, before=NEXT, **told)})
        for step in range(48):
            asked = DAY + timedelta(minutes=30 * step)
            assert scheduling.explain_start(db, start=asked, **told).offered == (asked in listed[-1])
    assert [len(found) for found in listed] == [17, 14, 0]
