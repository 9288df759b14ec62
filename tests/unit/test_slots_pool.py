"""Who takes part and who is chosen (rules 12 and 13)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from services.scheduling.engine.assignment import assignment_order, week_of
from tests.unit.slot_stories import hour, moment, person, slots, taken

DAY = "2026-11-23"
NAPOLEON = frozenset({"napoleon"})


def test_for_any_one_free_specialist_is_enough_and_all_who_can_are_named():
    pool = [person("09:00-10:00", number=1), person("09:00-11:00", number=2)]
    assert [slot.specialist_ids for slot in slots(pool, on=DAY)] == [(1, 2), (2,), (2,)]


def test_for_all_everyone_must_be_free():
    pool = [person("09:00-11:00", number=1), person("09:00-12:00", number=2)]
    busy = [taken(f"{DAY} 09:00", f"{DAY} 09:30", number=2)]
    found = slots(pool, hour(mode="all"), on=DAY, busy=busy)
    assert [(slot.start, slot.specialist_ids) for slot in found] == [
        (moment(f"{DAY} 09:30"), (1, 2)), (moment(f"{DAY} 10:00"), (1, 2)),
    ]  # fmt: skip


def test_skills_are_required():
    pool = [
        person("09:00-10:00", number=1, skills=NAPOLEON),
        person("09:00-10:00", number=2, skills=NAPOLEON | {"english"}),
    ]
    assert [slot.specialist_ids for slot in slots(pool, hour(skills=NAPOLEON), on=DAY)] == [(1, 2)]
    both = hour(skills=NAPOLEON | {"english"})
    assert [slot.specialist_ids for slot in slots(pool, both, on=DAY)] == [(2,)]


def test_an_empty_pool_offers_nothing_in_either_mode():
    lonely = person("09:00-10:00")
    for mode in ("any", "all"):
        assert slots([], hour(mode=mode), on=DAY) == []
        assert slots(lonely, hour(mode=mode, skills=NAPOLEON), on=DAY) == []


def test_assignment_goes_to_the_least_booked_then_the_longest_unassigned_then_the_lowest_id():
    day = datetime(2026, 11, 23, tzinfo=UTC)
    assert assignment_order([3, 1, 2], {1: 120, 2: 60, 3: 60}, {2: day, 3: day - timedelta(1)}) == [3, 2, 1]
    assert assignment_order([3, 1, 2], {}, {1: day}) == [2, 3, 1]
    assert assignment_order([3, 2], {2: 60, 3: 60}, {2: day, 3: day}) == [2, 3]


def test_the_week_of_a_start_is_the_local_one_from_monday_on():
    # Sunday evening in UTC is already Monday in Vladivostok.
    start = datetime(2026, 11, 22, 20, tzinfo=UTC)
    begin, end = week_of(start, "Asia/Vladivostok")
    assert begin == moment("2026-11-23", "Asia/Vladivostok")
    assert end == moment("2026-11-30", "Asia/Vladivostok")
    assert week_of(start, "UTC")[1] == datetime(2026, 11, 23, tzinfo=UTC)
