"""What the engine is given: who works when, and what takes his time, in three statements."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import text

from services import scheduling
from services.core.texts import Texts
from services.scheduling.models import ExternalBusy
from tests.asked import asked
from tests.crew import MOSCOW, NOW, at, booked, crew, hold, service, specialist

DAY, NEXT = at("11-24 00:00"), at("11-25 00:00")


def starts(db, offered, *, after=DAY, before=NEXT, now=NOW, **rest):
    found = scheduling.list_slots(
        db, service=offered, after=after, before=before, customer_zone=MOSCOW, now=now, **rest
    )
    return [(slot.start + timedelta(hours=3)).strftime("%H:%M") for slot in found]


@pytest.fixture
def team(db):
    return crew(db)


def test_a_plain_day(db, team):
    found = starts(db, team.service)
    assert (found[0], found[-1], len(found)) == ("09:00", "17:00", 17)


def test_newer_hours_count_from_their_date_and_the_newer_of_one_date_wins(db, team):
    (anna,) = team.specialists
    for windows in ([(1, 600, 660)], [(1, 720, 780)]):
        scheduling.set_hours(db, specialist=anna, effective_from=date(2026, 11, 24), windows=windows,
                             actor="system", now=NOW)  # fmt: skip
    assert starts(db, team.service) == ["12:00"]
    assert len(starts(db, team.service, after=at("11-23 00:00"), before=DAY)) == 12
    in_force = scheduling.find_hours(db, specialist=anna, on=date(2026, 11, 24))
    assert in_force.windows == [[1, 720, 780]]
    assert len(scheduling.list_hours(db, specialist=anna)) == 3


def test_own_dates_replace_and_can_be_taken_back(db, team):
    (anna,) = team.specialists
    told = {"specialist": anna, "day_on": date(2026, 11, 24), "actor": "system", "now": NOW}
    scheduling.set_own_date(db, windows=[(600, 720)], **told)
    assert starts(db, team.service) == ["10:00", "10:30", "11:00"]
    scheduling.set_own_date(db, windows=[], **told)
    assert starts(db, team.service) == []
    scheduling.clear_own_date(db, **told)
    assert len(starts(db, team.service)) == 17


def test_holidays_count_for_those_who_keep_them(db, team):
    holidays = scheduling.save_holidays(
        db, code="ru", name=Texts(ru="Россия", en="Russia"), days={date(2026, 11, 24): None},
        actor="system", now=NOW,
    )  # fmt: skip
    assert len(starts(db, team.service)) == 17
    team.specialists[0].holiday_set_id = holidays.id
    assert starts(db, team.service) == []


def test_absences_count_once_they_are_approved(db, team):
    (anna,) = team.specialists
    asked = scheduling.ask_absence(db, specialist=anna, starts_at=at("11-24 10:00"),
                                   ends_at=at("11-24 17:00"), actor="system", now=NOW)  # fmt: skip
    assert len(starts(db, team.service)) == 17
    scheduling.approve_absence(db, absence=asked, actor="system", now=NOW)
    assert starts(db, team.service) == ["09:00", "17:00"]
    scheduling.remove_absence(db, absence=asked, actor="system", now=NOW)
    assert len(starts(db, team.service)) == 17


def test_imported_events_round_outwards_and_all_day_ones_cover_the_owners_dates(db, team):
    (anna,) = team.specialists
    seconds = timedelta(seconds=1)
    db.add(ExternalBusy(specialist_id=anna.id, source="ics", starts_at=at("11-24 10:00") + seconds,
                        ends_at=at("11-24 11:00") + seconds))  # fmt: skip
    db.flush()
    assert starts(db, team.service)[:2] == ["09:00", "11:30"]
    db.add(ExternalBusy(specialist_id=anna.id, source="ics", first_on=date(2026, 11, 24),
                        until_on=date(2026, 11, 25)))  # fmt: skip
    db.flush()
    assert starts(db, team.service) == []
    assert len(starts(db, team.service, after=NEXT, before=at("11-26 00:00"))) == 17


@pytest.mark.parametrize(("day", "hours"), [("2026-10-25", 25), ("2027-03-28", 23), ("2027-03-29", 24)])
def test_all_day_events_last_as_long_as_the_owners_date(db, day, hours):
    team = crew(db, horizon_days=366, grid_minutes=60, buffer_before=0, buffer_after=0)
    (anna,) = team.specialists
    anna.zone = "Europe/Berlin"
    on, now = date.fromisoformat(day), datetime(2026, 10, 1, tzinfo=UTC)
    always = [(weekday, 0, 1440) for weekday in range(7)]
    scheduling.set_hours(
        db, specialist=anna, effective_from=date(2026, 2, 1), windows=always, actor="system", now=now
    )
    db.add(ExternalBusy(specialist_id=anna.id, source="ics", first_on=on, until_on=on + timedelta(days=1)))
    db.flush()
    around = datetime.combine(on, time(), UTC)
    bounds = {"after": around - timedelta(days=1), "before": around + timedelta(days=2)}
    found = scheduling.list_slots(db, service=team.service, **bounds, customer_zone="UTC", now=now)
    steps = {later.start - one.start for one, later in pairwise(found)}
    assert steps == {timedelta(hours=1), timedelta(hours=hours + 1)}


def test_transparent_and_empty_events_block_nothing(db, team):
    (anna,) = team.specialists
    noon, day = at("11-24 12:00") + timedelta(seconds=30), date(2026, 11, 24)
    db.add_all([
        ExternalBusy(specialist_id=anna.id, source="ics", starts_at=DAY, ends_at=NEXT, transparent=True),
        ExternalBusy(specialist_id=anna.id, source="ics", starts_at=noon, ends_at=noon),
        ExternalBusy(specialist_id=anna.id, source="ics", first_on=day, until_on=day),
    ])  # fmt: skip
    db.flush()
    assert len(starts(db, team.service)) == 17


def test_who_left_or_lacks_the_skill_is_not_offered(db, team):
    specialist(db, "Clara", windows=[(1, 18 * 60, 19 * 60)], skills=["english"])
    db.flush()
    assert starts(db, team.service)[-1] == "18:00"
    assert starts(db, service(slug="other", skills=["english"])) == ["18:00"]
    team.specialists[0].staff_member.active = False
    assert starts(db, team.service) == ["18:00"]


def test_an_own_hold_can_be_left_out(db, team):
    session = hold(db, team.service, at("11-24 10:00"))
    (seat,) = session.seats
    assert "10:00" not in starts(db, team.service)
    assert "10:00" in starts(db, team.service, excluded=[seat.occupancy_id])
    assert "10:00" in starts(db, team.service, now=NOW + timedelta(minutes=15))


def test_notice_and_horizon_bound_what_is_loaded(db, team):
    today = starts(db, team.service, after=at("11-01 00:00"), before=DAY)
    assert today[0] == "11:30"
    assert starts(db, team.service, after=at("12-24 00:00"), before=at("12-31 00:00")) == []


def test_the_nearest_times_stand_around_the_one_wished_for(db, team):
    told = {"service": team.service, "customer_zone": MOSCOW, "now": NOW}
    first = scheduling.nearest(db, n=2, **told)
    assert [slot.start for slot in first] == [at("11-23 11:30"), at("11-23 12:00")]
    around = scheduling.nearest(db, n=3, around=at("11-25 12:00"), **told)
    assert [slot.start for slot in around] == [at("11-25 11:30"), at("11-25 12:00"), at("11-25 12:30")]


def test_far_beyond_the_horizon_the_last_times_are_the_nearest(db, team):
    told = {"service": team.service, "customer_zone": MOSCOW, "now": NOW}
    found = scheduling.nearest(db, n=2, around=NOW + timedelta(days=300), **told)
    assert [slot.start for slot in found] == [at("12-23 16:30"), at("12-23 17:00")]


def test_staff_are_told_why_a_time_is_not_offered(db, team):
    booked(db, team.service, at("11-24 10:00"))
    told = {"service": team.service, "customer_zone": MOSCOW, "now": NOW}
    explained = scheduling.explain_start(db, start=at("11-24 11:00"), **told)
    assert not explained.offered
    assert [reason.code for reason in explained.reasons] == ["buffer"]
    assert scheduling.explain_start(db, start=at("11-24 11:30"), **told).offered


def test_a_whole_day_is_explained_in_three_statements(db, team):
    booked(db, team.service, at("11-24 10:00"))
    told = {"service": team.service, "now": NOW}
    with asked(db) as seen:
        day = scheduling.explain_day(db, on=date(2026, 11, 24), zone=MOSCOW, **told)
    assert len(seen) == 3
    assert [one.start for one in day] == [DAY + timedelta(minutes=30 * n) for n in range(48)]
    said = {(one.start + timedelta(hours=3)).strftime("%H:%M"): one for one in day}
    assert {at for at, one in said.items() if one.offered} == set(starts(db, team.service))
    assert [reason.code for reason in said["11:00"].reasons] == ["buffer"]
    assert [reason.code for reason in said["08:30"].reasons] == ["outside_hours"]


def test_a_search_takes_three_statements_whatever_its_size(db, team):
    for name in ("Boris", "Clara", "Dmitry"):
        specialist(db, name)
    booked(db, team.service, at("11-24 10:00"))
    db.flush()
    for days in (1, 30):
        with asked(db) as seen:
            assert starts(db, team.service, before=DAY + timedelta(days=days))
        assert len(seen) == 3


def test_what_is_listed_can_be_held_and_nothing_else(db, team):
    listed = scheduling.list_slots(db, service=team.service, after=DAY, before=NEXT,
                                   customer_zone=MOSCOW, now=NOW)  # fmt: skip
    offered = {slot.start for slot in listed}
    for step in range(24 * 4):
        start = DAY + timedelta(minutes=15 * step)
        savepoint = db.begin_nested()
        try:
            hold(db, team.service, start, browser=str(step))
            held = True
        except scheduling.SlotNotOfferedError:
            held = False
        savepoint.rollback()
        assert held == (start in offered)


@pytest.mark.parametrize(
    ("facts", "code"),
    [({"zone": "Moscow"}, "zone"), ({"daily_limit": 0}, "limit"), ({"windows": [(0, 1440, 0)]}, "window"),
     ({"windows": [(7, 0, 60)]}, "window")],
)  # fmt: skip
def test_hours_and_zones_that_cannot_be_are_refused(db, facts, code):
    with pytest.raises(scheduling.HoursError) as refused:
        specialist(db, "Egor", **facts)
    assert refused.value.code == code


def test_an_absence_ends_after_it_begins_in_whole_minutes(db, team):
    (anna,) = team.specialists
    for start, end in ((DAY, DAY), (DAY, NEXT + timedelta(seconds=1))):
        with pytest.raises(scheduling.HoursError):
            scheduling.ask_absence(db, specialist=anna, starts_at=start, ends_at=end, actor="system", now=NOW)


def test_a_search_looks_far_enough_back_for_long_footprints(db):
    long = crew(db, minutes=1440, grid_minutes=60, buffer_before=480, buffer_after=480, notice_minutes=0)
    (anna,) = long.specialists
    scheduling.set_hours(db, specialist=anna, effective_from=date(2026, 11, 1),
                         windows=[(day, 0, 1440) for day in range(7)], actor="system", now=NOW)  # fmt: skip
    hold(db, long.service, at("11-24 12:00"))
    found = scheduling.list_slots(db, service=long.service, after=at("11-25 00:00"), before=at("11-28 00:00"),
                                  customer_zone=MOSCOW, now=NOW)  # fmt: skip
    assert found[0].start.astimezone(UTC) == at("11-26 04:00")


def test_statements_of_a_hold_do_not_grow_with_the_pool(db, team):
    for name in ("Boris", "Clara", "Dmitry"):
        specialist(db, name)
    db.commit()
    with asked(db) as seen:
        hold(db, team.service, at("11-24 10:00"))
    assert len(seen) <= 20
    assert not [one for one in seen if seen.count(one) > 2 and "SAVEPOINT" not in one]
    assert db.scalar(text("SELECT count(*) FROM core.audit WHERE verb = 'session.hold'")) == 1
