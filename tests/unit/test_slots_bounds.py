"""The grid, notice, horizon and query (rules 8 and 9)."""

from __future__ import annotations

from datetime import timedelta

from tests.unit.slot_stories import hour, moment, person, slots, starts, taken

DAY = "2026-11-23"
WORK = person("09:00-12:00")


def test_the_windows_start_does_not_move_the_grid():
    assert starts(person("09:10-11:00"), on=DAY) == ["09:30", "10:00"]


def test_busy_time_does_not_move_the_grid():
    assert starts(WORK, on=DAY, busy=[taken(f"{DAY} 09:00", f"{DAY} 09:40")]) == ["10:00", "10:30", "11:00"]


def test_the_viewers_zone_does_not_move_the_grid():
    assert starts(WORK, hour(grid_minutes=60), zone="Asia/Kathmandu", on=DAY) == ["11:45", "12:45", "13:45"]


def test_the_grid_restarts_at_local_midnight():
    night = person("22:00-02:00")
    found = starts(night, hour(minutes=45, grid_minutes=45), on=DAY, until="2026-11-24 01:00")
    # 22:30 is 30 × 45 minutes; 23:15 is the last multiple, then midnight begins anew.
    assert found == ["00:00", "00:45", "22:30", "23:15", "00:00", "00:45"]


def test_the_grid_of_a_joint_session_is_the_first_named_ones():
    moscow = person("09:00-12:00", number=1)
    kathmandu = person("00:00-24:00", number=2, zone="Asia/Kathmandu")
    joint = hour(grid_minutes=60, mode="all")
    assert starts([moscow, kathmandu], joint, on=DAY) == ["09:00", "10:00", "11:00"]
    assert starts([kathmandu, moscow], joint, on=DAY) == ["09:15", "10:15"]


def test_notice_allows_equality_and_rounds_nothing():
    noticed, ten = hour(notice_minutes=60), moment(f"{DAY} 10:00")
    assert starts(WORK, noticed, on=DAY, now=ten - timedelta(hours=1))[0] == "10:00"
    assert starts(WORK, noticed, on=DAY, now=ten - timedelta(minutes=59, seconds=59))[0] == "10:30"


def test_without_notice_a_start_must_still_be_ahead():
    assert starts(WORK, on=DAY, now=moment(f"{DAY} 10:00"))[0] == "10:30"
    assert starts(WORK, on=DAY, now=moment(f"{DAY} 10:00") - timedelta(microseconds=1))[0] == "10:00"


def test_the_horizons_last_date_is_whole_and_zero_is_today():
    all_day = person("00:00-24:00")
    now = moment(f"{DAY} 21:30")
    today = hour(horizon_days=0)
    assert starts(all_day, today, on=DAY, until="2026-11-26", now=now) == ["22:00", "22:30", "23:00", "23:30"]
    tomorrow = slots(all_day, hour(horizon_days=1), on=DAY, until="2026-11-26", now=now)
    assert tomorrow[-1].start == moment("2026-11-24 23:30")


def test_the_horizon_is_the_customers_date_not_the_specialists():
    all_day = person("00:00-24:00")
    now = moment(f"{DAY} 21:30")
    # In Vladivostok it is already the 24th: its last minute is 17:00 in Moscow.
    found = slots(all_day, hour(horizon_days=0), zone="Asia/Vladivostok", on=DAY, until="2026-11-27", now=now)
    assert found[-1].start == moment("2026-11-24 16:30")


def test_the_query_takes_its_first_instant_and_leaves_its_last():
    found = starts(WORK, on=f"{DAY} 09:30", until=f"{DAY} 10:30")
    assert found == ["09:30", "10:00"]


def test_a_session_may_end_after_the_query():
    assert starts(WORK, hour(minutes=120), on=f"{DAY} 10:00", until=f"{DAY} 10:01") == ["10:00"]


def test_an_empty_query_finds_nothing():
    assert starts(WORK, on=DAY, until=DAY) == []
