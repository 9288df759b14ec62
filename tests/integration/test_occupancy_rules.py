"""What the database itself refuses, whoever writes to it."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.crew import NOW, at, crew

INSERT = text("""
    INSERT INTO scheduling.occupancy
        (specialist_id, kind, starts_at, ends_at, footprint, expires_at, assigned_at)
    VALUES (:who, :kind, :start, :end,
            tstzrange(CAST(:start AS timestamptz) - make_interval(mins => :buffer),
                      CAST(:end AS timestamptz) + make_interval(mins => :buffer)), :expires, :now)
""")


def take(db, who, start, end, *, kind="booking", buffer=0, expires=None):
    facts = {"who": who, "kind": kind, "start": at(f"11-24 {start}"), "end": at(f"11-24 {end}")}
    db.execute(INSERT, facts | {"buffer": buffer, "expires": expires, "now": NOW})


def refused(db, *args, **rest):
    savepoint = db.begin_nested()
    with pytest.raises(DBAPIError) as error:
        take(db, *args, **rest)
    savepoint.rollback()
    return error.value.orig.sqlstate, error.value.orig.diag.constraint_name


@pytest.fixture
def anna(db):
    return crew(db, "Anna", "Boris").specialists[0].id


def test_a_raw_overlapping_insert_is_refused_by_the_constraint(db, anna):
    take(db, anna, "10:00", "11:00")
    assert refused(db, anna, "10:59", "12:00") == ("23P01", "occupancy_no_overlap")
    assert refused(db, anna, "10:15", "10:30") == ("23P01", "occupancy_no_overlap")


def test_buffers_are_part_of_what_must_not_overlap(db, anna):
    take(db, anna, "10:00", "11:00", buffer=15)
    assert refused(db, anna, "11:29", "12:00", buffer=15)[0] == "23P01"
    take(db, anna, "11:30", "12:00", buffer=15)


def test_neighbours_other_specialists_and_released_rows_pass(db, anna):
    take(db, anna, "10:00", "11:00")
    take(db, anna, "11:00", "12:00")
    take(db, anna + 1, "10:00", "11:00")
    db.execute(
        text("UPDATE scheduling.occupancy SET released_at = now() WHERE specialist_id = :id"), {"id": anna}
    )
    take(db, anna, "10:30", "11:30")


def test_overbooking_lies_outside_the_constraint(db, anna):
    take(db, anna, "10:00", "11:00")
    take(db, anna, "10:30", "11:30", kind="overbooked")
    savepoint = db.begin_nested()
    with pytest.raises(DBAPIError):
        db.execute(text("UPDATE scheduling.occupancy SET kind = 'booking'"))
    savepoint.rollback()


def test_an_update_into_an_overlap_is_refused_as_well(db, anna):
    take(db, anna, "10:00", "11:00")
    take(db, anna, "12:00", "13:00")
    earlier = text("""
        UPDATE scheduling.occupancy
        SET footprint = tstzrange(lower(footprint) - interval '2 hours', upper(footprint))
        WHERE starts_at = :start
    """)
    with pytest.raises(DBAPIError):
        db.execute(earlier, {"start": at("11-24 12:00")})


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ("starts_at", "2026-11-24 07:00:30+00"),
        ("ends_at", "2026-11-24 07:00:00+00"),
        ("ends_at", "infinity"),
        ("footprint", "empty"),
        ("footprint", "[2026-11-24 07:00+00,2026-11-24 08:00+00]"),
        ("footprint", "[2026-11-24 07:00+00,)"),
        ("footprint", "[2026-11-24 07:30+00,2026-11-24 08:00+00)"),
        ("footprint", "[2026-11-24 06:59:30+00,2026-11-24 08:00+00)"),
        ("footprint", "[2026-11-22 07:00+00,2026-11-24 08:00+00)"),
        ("expires_at", "2026-11-24 07:00+00"),
        ("kind", "hold"),
        ("kind", "guess"),
    ],
)
def test_rows_that_mean_nothing_are_refused(db, anna, change, value):
    take(db, anna, "10:00", "11:00")
    with pytest.raises(DBAPIError) as error:
        db.execute(text(f"UPDATE scheduling.occupancy SET {change} = :value"), {"value": value})
    assert error.value.orig.sqlstate == "23514"


@pytest.mark.parametrize(
    ("windows", "good"),
    [
        ("[]", True),
        ("[[0, 540, 1080], [6, 1320, 120], [1, 0, 1440]]", True),
        ("[[7, 540, 1080]]", False),
        ("[[0, 1440, 1080]]", False),
        ("[[0, 540, 1441]]", False),
        ("[[0, 540.5, 1080]]", False),
        ("[[0, -1, 1080]]", False),
        ('[[0, "x", 1080]]', False),
        ("[[0, 540]]", False),
        ("[540]", False),
        ("{}", False),
    ],
)
def test_hours_are_whole_minutes_of_the_day(db, anna, windows, good):
    insert = text("INSERT INTO scheduling.hours_version (specialist_id, effective_from, windows)"
                  " VALUES (:id, '2026-12-01', CAST(:windows AS jsonb))")  # fmt: skip
    if good:
        db.execute(insert, {"id": anna, "windows": windows})
        return
    with pytest.raises(DBAPIError):
        db.execute(insert, {"id": anna, "windows": windows})


def test_an_absence_has_two_ends_in_whole_minutes(db, anna):
    insert = text("INSERT INTO scheduling.absence (specialist_id, during, state, asked_at)"
                  " VALUES (:id, CAST(:during AS tstzrange), 'asked', :now)")  # fmt: skip
    for during in ("[2026-11-24,)", "empty", "(,2026-11-24)", "[2026-11-24 10:00:01+00,2026-11-25)"):
        savepoint = db.begin_nested()
        with pytest.raises(DBAPIError):
            db.execute(insert, {"id": anna, "during": during, "now": NOW})
        savepoint.rollback()


def test_the_free_role_cannot_change_hours(database):
    with database.app_sessions() as db:
        crew(db)
    with database.free_sessions() as db, pytest.raises(DBAPIError) as error:
        db.execute(text("DELETE FROM scheduling.own_date"))
    assert error.value.orig.sqlstate == "42501"
