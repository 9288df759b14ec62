"""The desk's reserve against real dates: which start exceeds it, and nobody gets past it in a crowd."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services import catalogue, scheduling
from services.core.vendor import edit_vendor
from services.scheduling import SlotTakenError
from services.scheduling.desk import figures as desk_figures
from services.scheduling.models import Occupancy
from tests.crew import MOSCOW, NOW, at, crew, specialist
from tests.crowd import Crowd
from tests.mails import VENDOR

DAY, NEXT = at("11-24 00:00"), at("11-25 00:00")
TODAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
CROWD = 16


def starts(db, offered, *, after=DAY, before=NEXT, **rest):
    found = scheduling.list_slots(
        db, service=offered, after=after, before=before, customer_zone=MOSCOW, now=NOW, **rest
    )
    return [(slot.start + timedelta(hours=3)).strftime("%H:%M") for slot in found]


def keep(db, percent, on=TODAY):
    scheduling.set_desk_reserve(db, effective_from=on, percent=percent, actor="user:1", now=NOW)


def take(db, offered, start, **facts):
    """Book a start without a session around it."""
    wanted = scheduling.Claim(scheduling.rules_of(offered), start, MOSCOW, "booking", **facts)
    return scheduling.claim(db, wanted=wanted, now=NOW)


def tuesday(db):
    return desk_figures.list_desk_days(db, first_on=TUESDAY, days=1, now=NOW)[0]


@pytest.fixture
def team(db):
    """Anna works from 09:00 to 18:00 in Moscow, 540 minutes a day."""
    return crew(db, buffer_before=0, buffer_after=0)


def test_starts_are_open_while_a_session_fits_beside_the_reserve_and_all_closed_then(db, team):
    keep(db, 66)  # leaves 183 minutes: three sessions
    for time in ("09:00", "12:00", "15:00"):
        assert time in starts(db, team.service)
        take(db, team.service, at(f"11-24 {time}"))
    assert starts(db, team.service) == []
    assert len(starts(db, team.service, after=NEXT, before=NEXT + timedelta(days=1))) == 17
    with pytest.raises(SlotTakenError) as refused:
        take(db, team.service, at("11-24 11:00"))
    assert refused.value.reasons == ("desk_reserve",)
    assert {one.start.date() for one in refused.value.nearest} <= {TODAY, date(2026, 11, 25)}


def test_only_starts_with_too_much_of_the_session_inside_the_date_are_closed(db):
    team = crew(db, buffer_before=0, buffer_after=0)
    (anna,) = team.specialists
    all_day = [(day, 0, 1440) for day in range(7)]
    scheduling.set_hours(db, specialist=anna, effective_from=TODAY, windows=all_day, actor="system", now=NOW)
    keep(db, 93, on=TUESDAY)  # leaves 100 minutes of 1440
    take(db, team.service, at("11-24 12:00"))  # and then 40
    assert starts(db, team.service) == ["23:30"]
    # The hour from 23:30 on takes thirty minutes of either date.
    assert starts(db, team.service, after=at("11-23 22:30"), before=DAY) == ["22:30", "23:00", "23:30"]


def test_a_raised_reserve_closes_more_and_a_lowered_one_opens_again_while_sessions_stay(db, team):
    taken = take(db, team.service, at("11-24 09:00"))
    assert len(starts(db, team.service)) == 15
    keep(db, 80)
    assert starts(db, team.service) == []
    assert db.get_one(Occupancy, taken.occupancies[0].id).released_at is None
    assert tuesday(db).room == 108 - 60
    keep(db, 99)
    assert tuesday(db).room < 0
    keep(db, 70)
    assert len(starts(db, team.service)) == 15
    keep(db, 0)
    assert len(starts(db, team.service)) == 15


def test_a_version_counts_from_its_date_on(db, team):
    keep(db, 99, on=date(2026, 11, 25))
    assert len(starts(db, team.service)) == 17
    assert starts(db, team.service, after=NEXT, before=NEXT + timedelta(days=3)) == []
    percents = [one.percent for one in desk_figures.list_desk_days(db, first_on=TUESDAY, days=3, now=NOW)]
    assert percents == [0, 99, 99]


def test_dates_are_those_of_the_vendors_zone(db, team):
    edit_vendor(db, profile=replace(VENDOR, zone="Asia/Vladivostok"), actor="system", now=NOW)
    keep(db, 99, on=TUESDAY)
    # Tuesday in Vladivostok is over at 17:00 in Moscow, and began there at 17:00 on Monday.
    monday = {"after": at("11-23 15:00"), "before": at("11-23 18:00")}
    assert starts(db, team.service, **monday) == ["15:00", "15:30", "16:00"]
    keep(db, 0, on=date(2026, 11, 25))
    assert starts(db, team.service) == ["17:00"]


def test_the_desks_own_sessions_neither_count_nor_are_stopped(db, team):
    keep(db, 88)  # leaves 64 minutes
    for time in ("09:00", "10:00"):
        (row,) = take(db, team.service, at(f"11-24 {time}"), for_desk=True).occupancies
        assert db.get_one(Occupancy, row.id).desk
    assert tuesday(db).taken == 0
    take(db, team.service, at("11-24 12:00"))
    assert starts(db, team.service) == []
    assert "15:00" in starts(db, team.service, for_desk=True)
    take(db, team.service, at("11-24 15:00"), for_desk=True)


def test_absences_leave_less_to_share_and_hours_of_others_leave_more(db, team):
    keep(db, 80)  # leaves 108 of 540
    (anna,) = team.specialists
    assert (tuesday(db).working, tuesday(db).allowed) == (540, 108)
    absence = scheduling.ask_absence(
        db, specialist=anna, starts_at=at("11-24 13:00"), ends_at=NEXT, actor="system", now=NOW
    )
    assert starts(db, team.service)
    scheduling.approve_absence(db, absence=absence, actor="system", now=NOW)
    assert (tuesday(db).working, tuesday(db).allowed) == (240, 48)
    assert starts(db, team.service) == []
    # A colleague serves the desk too, though he lacks what the service asks for.
    specialist(db, "Boris", skills=["other"])
    assert tuesday(db).allowed == 156
    assert starts(db, team.service)


def test_who_does_not_serve_the_desk_is_neither_counted_nor_closed(db, team):
    keep(db, 99)
    specialist(db, "Boris", desk=False, windows=[(1, 660, 780)])
    assert starts(db, team.service) == ["11:00", "11:30", "12:00"]
    take(db, team.service, at("11-24 11:00"))
    assert (tuesday(db).working, tuesday(db).taken) == (540, 0)


def test_staff_are_told_that_it_is_the_reserve(db, team):
    keep(db, 99)
    explained = scheduling.explain_start(
        db, service=team.service, start=at("11-24 12:00"), customer_zone=MOSCOW, now=NOW
    )
    assert [reason.code for reason in explained.reasons] == ["desk_reserve"]


def test_a_crowd_at_different_starts_and_specialists_never_takes_more_than_is_left(database, db):
    names = [f"Worker{n}" for n in range(8)]
    crew(db, *names, buffer_before=0, buffer_after=0)
    keep(db, 93)  # leaves 302 of 4320 minutes: five sessions
    db.commit()
    crowd = Crowd(database, CROWD)

    def act(own, number):
        offered = catalogue.get_service(own, slug="one-hour")
        return take(own, offered, at("11-24 09:00") + timedelta(minutes=30 * number))

    answers = crowd.run(act)
    crowd.engine.dispose()

    refused = [one for one in answers if isinstance(one, SlotTakenError)]
    assert len(answers) - len(refused) == 5
    assert all(one.reasons == ("desk_reserve",) for one in refused)
    assert tuesday(db).taken == 300
