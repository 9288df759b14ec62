"""What takes a specialist's time (rules 6, 7, 10, 11 and 15)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.scheduling.engine.busy import busy_between
from tests.unit.slot_stories import hour, moment, person, slots, starts, taken

DAY = "2026-11-23"
SHORT = person("09:00-13:00")
ALL = ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30", "12:00"]


def test_neighbours_touch_without_conflict():
    busy = [taken(f"{DAY} 10:00", f"{DAY} 11:00")]
    assert starts(SHORT, on=DAY, busy=busy) == ["09:00", "11:00", "11:30", "12:00"]


def test_buffers_of_both_sessions_add_up():
    busy = [taken(f"{DAY} 10:00", f"{DAY} 10:30", buffers=(15, 15))]
    quarter = hour(minutes=15, grid_minutes=15, buffer_before=15, buffer_after=15)
    assert starts(SHORT, quarter, on=DAY, busy=busy)[:4] == ["09:00", "09:15", "11:00", "11:15"]


def test_unequal_buffers_count_on_their_own_side():
    busy = [taken(f"{DAY} 10:00", f"{DAY} 10:30", buffers=(0, 30))]
    half = hour(minutes=30, buffer_before=0, buffer_after=15)
    assert starts(SHORT, half, on=DAY, busy=busy)[:3] == ["09:00", "11:00", "11:30"]


@pytest.mark.parametrize("kind", ["external", "absence"])
def test_foreign_busy_time_blocks_the_session_and_no_buffer(kind):
    busy = [taken(f"{DAY} 10:00", f"{DAY} 11:00", kind=kind)]
    buffered = hour(buffer_before=30, buffer_after=30)
    assert starts(SHORT, buffered, on=DAY, busy=busy) == ["09:00", "11:00", "11:30", "12:00"]


def test_foreign_seconds_are_kept_by_rounding_outwards():
    late = timedelta(seconds=1)
    row = busy_between(1, "external", moment(f"{DAY} 10:00") + late, moment(f"{DAY} 11:00") + late)
    assert starts(SHORT, on=DAY, busy=[row]) == ["09:00", "11:30", "12:00"]


def test_an_empty_interval_blocks_nothing():
    at = moment(f"{DAY} 10:00") + timedelta(seconds=20)
    assert busy_between(1, "external", at, at) is None
    assert starts(SHORT, on=DAY, busy=[taken(f"{DAY} 10:15", f"{DAY} 10:15")]) == ALL


@pytest.mark.parametrize("kind", ["hold", "reservation", "booking", "overbooked"])
def test_everything_of_ours_blocks(kind):
    busy = [taken(f"{DAY} 09:00", f"{DAY} 12:30", kind=kind)]
    assert starts(SHORT, on=DAY, busy=busy) == []


def test_busy_time_of_somebody_else_blocks_nothing():
    assert starts(SHORT, on=DAY, busy=[taken(f"{DAY} 09:00", f"{DAY} 13:00", number=2)]) == ALL


def test_busy_time_before_and_after_the_query_still_blocks():
    night = person("00:00-24:00")
    busy = [taken("2026-11-22 23:00", "2026-11-22 23:50", buffers=(0, 30)),
            taken("2026-11-24 00:20", "2026-11-24 01:00", buffers=(10, 0))]  # fmt: skip
    found = starts(night, hour(buffer_before=10, buffer_after=10), on=DAY, busy=busy)
    assert (found[0], found[-1]) == ("00:30", "23:00")


def test_a_hold_is_over_at_the_very_second():
    ends = moment(f"{DAY} 08:00")
    busy = [taken(f"{DAY} 09:00", f"{DAY} 13:00", kind="hold", expires_at=ends)]
    assert starts(SHORT, on=DAY, busy=busy, now=ends - timedelta(seconds=1)) == []
    assert starts(SHORT, on=DAY, busy=busy, now=ends) == ALL


def test_ones_own_hold_and_the_session_being_moved_hide_nothing():
    busy = [taken(f"{DAY} 10:00", f"{DAY} 11:00", kind="hold", occupancy_id=7)]
    assert starts(SHORT, on=DAY, busy=busy, excluded=[7]) == ALL
    assert starts(SHORT, on=DAY, busy=busy, excluded=[8]) != ALL


def test_overlapping_busy_time_counts_once():
    busy = [
        taken(f"{DAY} 09:00", f"{DAY} 11:00"),
        taken(f"{DAY} 10:00", f"{DAY} 10:30", kind="overbooked"),
        taken(f"{DAY} 09:30", f"{DAY} 11:30", kind="external"),
    ]
    assert starts(SHORT, on=DAY, busy=busy) == ["11:30", "12:00"]


def test_the_daily_limit_counts_own_sessions_by_the_local_date_of_their_start():
    night = person("00:00-24:00", zone="Asia/Vladivostok", daily_limit=1)
    busy = [taken("2026-11-23 23:30", "2026-11-24 00:30", zone="Asia/Vladivostok")]
    found = slots(night, hour(grid_minutes=60), zone="Asia/Vladivostok", on="2026-11-23",
                  until="2026-11-25", busy=busy)  # fmt: skip
    assert found[0].start == moment("2026-11-24 01:00", "Asia/Vladivostok")


def test_the_daily_limit_leaves_out_imported_events_and_the_session_being_moved():
    limited = person("09:00-13:00", daily_limit=1)
    external = taken(f"{DAY} 10:00", f"{DAY} 11:00", kind="external")
    assert len(starts(limited, on=DAY, busy=[external])) == 4
    moved = taken(f"{DAY} 10:00", f"{DAY} 11:00", occupancy_id=5)
    assert starts(limited, on=DAY, busy=[moved]) == []
    assert starts(limited, on=DAY, busy=[moved], excluded=[5]) == ALL


def test_a_limit_of_two_is_reached_by_two():
    limited = person("09:00-18:00", daily_limit=2)
    one = taken(f"{DAY} 09:00", f"{DAY} 10:00")
    two = taken(f"{DAY} 15:00", f"{DAY} 16:00", kind="hold", expires_at=moment(f"{DAY} 09:00"))
    assert starts(limited, on=DAY, busy=[one, two], now=moment(f"{DAY} 08:59")) == []
    assert starts(limited, on=DAY, busy=[one, two], now=moment(f"{DAY} 09:00")) != []
