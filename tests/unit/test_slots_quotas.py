"""What is closed although somebody is free: the desk's reserve and closures, the share of holds (rule 14)."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.core.clock import floor_minute
from services.scheduling.engine.desk_rules import Closure, DeskRules
from services.scheduling.engine.explanation import Inquiry
from services.scheduling.engine.quotas import closed_starts
from services.scheduling.engine.slots import Query, find_slots
from tests.unit.slot_stories import EARLY, MOSCOW, hour, moment, person, taken

DAY = "2026-11-23"
FOUR_HOURS = person("09:00-13:00", desk=True)
ALL = ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30", "12:00"]
BERLIN = "Europe/Berlin"


def rules(percent=0, *, vendor=MOSCOW, since="2026-01-01", held=100, closures=()):
    """The desk's rules with one reserve from a date on."""
    reserve = ((date.fromisoformat(since), percent),) if percent else ()
    return DeskRules(vendor, reserve, tuple(closures), held)


def asked(pool, desk, service=None, *, on=DAY, until=None, busy=(), zone=MOSCOW, now=EARLY, **query):
    """The starts of a date (or up to `until`), and what was closed."""
    after = moment(on, zone)
    before = moment(until, zone) if until else after + timedelta(days=1)
    people = pool if isinstance(pool, list) else [pool]
    search = people, list(busy), service or hour(), Query(after, before, zone, **query), now
    closed = closed_starts(*search[:4], desk=desk, now=now)
    return search, closed


def starts(*args, zone=MOSCOW, **rest):
    search, closed = asked(*args, zone=zone, **rest)
    found = find_slots(*search, closed=closed)
    return [slot.start.astimezone(ZoneInfo(zone)).strftime("%H:%M") for slot in found]


def booked(start, end, **rest):
    return taken(f"{DAY} {start}", f"{DAY} {end}", **rest)


def test_paid_minutes_may_fill_what_is_not_reserved_and_no_minute_more():
    # Half of 240 minutes: an hour is left beside an hour's session, 59 minutes beside 61.
    assert starts(FOUR_HOURS, rules(50), busy=[booked("09:00", "10:00")]) == ALL[2:]
    assert starts(FOUR_HOURS, rules(50), busy=[booked("09:00", "10:01")]) == []
    assert starts(FOUR_HOURS, rules(), busy=[booked("09:00", "10:01")]) == ALL[3:]


def test_what_paid_sessions_may_take_is_rounded_down():
    # 51 % of 240 minutes is 122.4; 49 % of them is 117.6.
    two = hour(minutes=62)
    assert starts(FOUR_HOURS, rules(49), two, busy=[booked("09:00", "10:00")]) != []
    assert starts(FOUR_HOURS, rules(49), hour(minutes=63), busy=[booked("09:00", "10:00")]) == []


def test_only_those_who_serve_the_desk_are_closed():
    other = person("09:00-11:00", number=2)
    full = [booked("09:00", "11:00")]
    assert starts([FOUR_HOURS, other], rules(50), busy=full) == ALL[:3]


def test_hours_and_sessions_of_the_unskilled_who_serve_the_desk_count_too():
    skilled = person("09:00-13:00", number=2, desk=True, skills=frozenset({"sql"}))
    sql = hour(skills=frozenset({"sql"}))
    assert starts([skilled], rules(80), sql) == []
    assert starts([FOUR_HOURS, skilled], rules(80), sql) == ALL
    assert starts([FOUR_HOURS, skilled], rules(80), sql, busy=[booked("09:00", "10:00")]) == []


def test_the_desks_own_work_is_neither_counted_nor_closed():
    own = [booked("09:00", "11:00", desk=True)]
    assert starts(FOUR_HOURS, rules(50), busy=own) == ALL[4:]
    full = [booked("09:00", "11:00")]
    assert starts(FOUR_HOURS, rules(50), busy=full) == []
    assert starts(FOUR_HOURS, rules(50), busy=full, for_desk=True) == ALL[4:]


def test_imported_events_are_not_counted_and_approved_absences_shrink_the_day():
    away = {"kind": "absence"}
    assert starts(FOUR_HOURS, rules(50), busy=[booked("09:00", "11:00", kind="external")]) == ALL[4:]
    assert starts(FOUR_HOURS, rules(50), busy=[booked("09:00", "11:00", **away)]) == ALL[4:]
    overlapping = [booked("09:00", "11:00", **away), booked("10:00", "11:01", **away)]
    assert starts(FOUR_HOURS, rules(50), busy=overlapping) == []


def test_lapsed_holds_and_the_session_being_moved_are_not_counted():
    hold = booked("09:00", "11:00", kind="hold", expires_at=moment(f"{DAY} 08:00"), occupancy_id=7)
    before, over = moment(f"{DAY} 07:59"), moment(f"{DAY} 08:00")
    assert starts(FOUR_HOURS, rules(50), busy=[hold], now=before) == []
    assert starts(FOUR_HOURS, rules(50), busy=[hold], now=over) == ALL
    assert starts(FOUR_HOURS, rules(50), busy=[hold], now=before, excluded=frozenset({7})) == ALL


def test_a_session_across_midnight_is_split_to_the_minute():
    always = person("00:00-24:00", desk=True)
    every = hour(grid_minutes=1)
    tomorrow = rules(99, since="2026-11-24")
    # 1 % of 1,440 minutes: 14 of the 60 may lie on the 24th.
    found = starts(always, tomorrow, every, on=f"{DAY} 22:00", until="2026-11-24 02:00")
    assert (found[-1], len(found)) == ("23:14", 75)
    # Two have 28 minutes there; four of them are sold already, and 360 on the 23rd.
    pair = [always, person("00:00-24:00", number=2, desk=True)]
    sold = [taken(f"{DAY} 18:00", "2026-11-24 00:04", number=2)]
    found = starts(pair, tomorrow, every, on=f"{DAY} 22:00", until="2026-11-24 02:00", busy=sold)
    assert found[-1] == "23:24"
    # The other way round the evening is the 24th's, and the night is free again.
    ends = DeskRules(MOSCOW, ((date(2026, 11, 23), 99), (date(2026, 11, 24), 0)), (), 100)
    assert starts(always, ends, every, on=DAY, until="2026-11-24 02:00")[0] == "23:46"


@pytest.mark.parametrize(("on", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-23", 24)])
def test_a_date_of_23_or_25_hours_is_counted_as_it_is(on, hours):
    always = person("00:00-24:00", zone=BERLIN, desk=True)
    room = hours * 30
    first = floor_minute(moment(on, BERLIN))
    for used, is_free in ((room - 60, True), (room - 59, False)):
        row = taken(on, on, zone=BERLIN)._replace(start=first, end=first + used)
        here = {"on": f"{on} 20:00", "until": f"{on} 23:00", "zone": BERLIN, "busy": [row]}
        assert bool(starts(always, rules(50, vendor=BERLIN), **here)) == is_free


def test_dates_are_the_vendors_not_the_specialists():
    far = person("00:00-24:00", zone="Asia/Vladivostok", desk=True)
    # From 17:00 in Moscow it is the 24th in Vladivostok, but not for the vendor.
    found = starts(far, rules(99, since="2026-11-24"), hour(grid_minutes=60), on=DAY)
    assert found[-2:] == ["22:00", "23:00"]


def test_a_reserve_counts_from_its_date_on_until_the_next():
    later = DeskRules(MOSCOW, ((date(2026, 11, 23), 80), (date(2026, 11, 24), 0)), (), 100)
    assert starts(FOUR_HOURS, later) == []
    assert starts(FOUR_HOURS, later, on="2026-11-22") == ALL
    assert starts(FOUR_HOURS, later, on="2026-11-24") == ALL


def test_a_closure_closes_the_starts_in_it_for_those_who_serve_the_desk():
    first, end = (floor_minute(moment(f"{DAY} {at}")) for at in ("10:00", "11:00"))
    shut = rules(closures=[Closure(first, end, "projection")])
    assert starts(FOUR_HOURS, shut) == ["09:00", "09:30", "11:00", "11:30", "12:00"]
    assert starts(person("09:00-13:00"), shut) == ALL
    assert starts(FOUR_HOURS, shut, for_desk=True) == ALL


def test_unpaid_holds_take_no_more_than_their_share_together():
    later = {"kind": "hold", "expires_at": moment("2026-11-25")}
    held = [booked("09:00", "10:00", **later)]
    # A quarter of 240 minutes is one hour; without any hold one is always possible.
    assert starts(FOUR_HOURS, rules(held=25)) == ALL
    assert starts(FOUR_HOURS, rules(held=25), busy=held) == []
    assert starts(FOUR_HOURS, rules(held=49), busy=held) == []
    assert starts(FOUR_HOURS, rules(held=50), busy=held) == ALL[2:]
    assert starts(FOUR_HOURS, rules(held=0)) == ALL
    assert starts(FOUR_HOURS, rules(held=100), busy=held) == ALL[2:]


def test_staff_and_those_who_are_known_are_not_held_to_the_share():
    held = [booked("09:00", "10:00", kind="hold", expires_at=moment("2026-11-25"))]
    assert starts(FOUR_HOURS, rules(held=0), busy=held, held_share=False) == ALL[2:]
    assert starts(FOUR_HOURS, rules(held=0), busy=held, for_desk=True) == ALL[2:]


@pytest.mark.parametrize(
    "facts", [{"kind": "reservation"}, {"kind": "booking"}, {"kind": "hold", "desk": True}]
)
def test_only_holds_of_customers_count_in_the_share(facts):
    assert starts(FOUR_HOURS, rules(held=0), busy=[booked("09:00", "10:00", **facts)]) == ALL[2:]


def test_the_share_is_that_of_the_skilled():
    other = person("00:00-24:00", number=2)
    sql = person("09:00-13:00", number=3, skills=frozenset({"sql"}))
    held = [booked("09:00", "10:00", number=3, kind="hold", expires_at=moment("2026-11-25"))]
    assert starts([other, sql], rules(held=30), hour(skills=frozenset({"sql"})), busy=held) == []
    assert starts([other, sql], rules(held=30), busy=held) != []


def test_a_joint_session_takes_the_minutes_of_everyone():
    pair = [FOUR_HOURS, person("09:00-13:00", number=2, desk=True)]
    joint = hour(mode="all")
    # A quarter of 480 minutes is just one joint hour.
    assert starts(pair, rules(75), joint) == ALL
    assert starts(pair, rules(76), joint) == []
    assert starts(pair, rules(76)) == ALL
    assert starts(pair, rules(held=0), joint) == ALL


def test_each_closed_start_is_explained_by_its_own_code():
    first = floor_minute(moment(DAY))
    held = [booked("09:00", "10:00", kind="hold", expires_at=moment("2026-11-25"))]
    told = {
        "desk_reserve": (rules(90), []),
        "desk_closed": (rules(closures=[Closure(first, first + 1440, "projection")]), []),
        "held_share": (rules(held=0), held),
    }
    for code, (desk, busy) in told.items():
        search, closed = asked(FOUR_HOURS, desk, busy=busy)
        explained = Inquiry(*search, closed=closed).explain(moment(f"{DAY} 11:00"))
        assert (explained.offered, [reason.code for reason in explained.reasons]) == (False, [code])
