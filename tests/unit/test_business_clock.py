"""Deadlines in business time: the rules one by one, then random cases against a slow reading."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.business_clock import BusinessClock, Pause
from services.core.business_time import BusinessCalendar
from services.core.production_days import propose_days
from tests.clock_cases import HORIZON, ODD, SlowReading, draw

MOSCOW = "Europe/Moscow"
DESK = tuple((day, 540, 1080) for day in range(5))
RUSSIA = BusinessCalendar(MOSCOW, DESK, ODD)
HOUR = timedelta(hours=1)
CASES = 2_000


def msk(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(MOSCOW))


def clock(hours: float, *pauses: tuple[str, str | None], start: str = "2026-11-23 10:00", stop: str = ""):
    rests = tuple(Pause(msk(since), msk(until) if until else None) for since, until in pauses)
    stopped = msk(stop) if stop else None
    return BusinessClock(RUSSIA, hours * HOUR, msk(start), rests, stopped)


def test_a_target_that_fills_the_day_is_due_at_closing_time_not_at_the_next_opening() -> None:
    assert clock(8).due() == msk("2026-11-23 18:00")
    assert clock(8.5).due() == msk("2026-11-24 09:30")


def test_a_target_of_nought_is_due_at_the_start_open_or_not() -> None:
    assert clock(0, start="2026-11-22 03:00").due() == msk("2026-11-22 03:00")


def test_a_start_outside_the_hours_waits_for_the_opening() -> None:
    night = clock(1, start="2026-11-21 23:00")
    assert night.due() == msk("2026-11-23 10:00")
    assert night.elapsed(msk("2026-11-23 09:20")) == timedelta(minutes=20)


def test_holidays_short_days_and_moved_working_days_count_as_the_calendar_says() -> None:
    # 3 November 2026 is an hour shorter, the 4th is off.
    assert clock(9, start="2026-11-03 12:00").due() == msk("2026-11-05 13:00")
    # Saturday, 20 February 2027, stands in for Monday, the 22nd, and is an hour shorter.
    assert clock(9, start="2027-02-19 16:00").due() == msk("2027-02-20 16:00")


def test_only_the_open_part_of_a_pause_moves_the_deadline() -> None:
    over_night = clock(10, ("2026-11-23 17:00", "2026-11-24 10:00"))
    assert over_night.due() == msk("2026-11-24 13:00")
    at_night = clock(10, ("2026-11-23 20:00", "2026-11-24 06:00"))
    assert at_night.due() == clock(10).due()


def test_overlapping_pauses_count_once() -> None:
    apart = clock(5, ("2026-11-23 11:00", "2026-11-23 13:00"))
    together = clock(
        5,
        ("2026-11-23 12:00", "2026-11-23 13:00"),
        ("2026-11-23 11:00", "2026-11-23 12:30"),
        ("2026-11-23 11:30", "2026-11-23 11:40"),
    )
    assert together.due() == apart.due() == msk("2026-11-23 17:00")


def test_while_a_pause_goes_on_nobody_knows_the_deadline() -> None:
    waiting = clock(5, ("2026-11-23 11:00", None))
    assert waiting.due() is None
    assert waiting.state(msk("2026-12-23 11:00")) == "paused"
    assert waiting.elapsed(msk("2026-12-23 11:00")) == HOUR


def test_a_pause_that_begins_at_or_after_the_deadline_changes_nothing() -> None:
    for since in ("2026-11-23 12:00", "2026-11-23 15:00"):
        late = clock(2, (since, None))
        assert late.due() == msk("2026-11-23 12:00")
        assert late.state(msk("2026-11-23 16:00")) == "breached"


def test_a_pause_from_before_the_start_counts_from_the_start() -> None:
    assert clock(1, ("2026-11-23 09:00", "2026-11-23 10:30")).due() == msk("2026-11-23 11:30")


def test_in_time_means_stopped_not_later_than_due() -> None:
    assert clock(2, stop="2026-11-23 12:00").state(msk("2026-12-01 00:00")) == "met"
    assert clock(2, stop="2026-11-23 12:00:00.000001").state(msk("2026-12-01 00:00")) == "missed"
    assert clock(2).state(msk("2026-11-23 12:00")) == "running"
    assert clock(2).state(msk("2026-11-23 12:00:00.000001")) == "breached"


def test_a_stopped_clock_shows_what_it_showed_then() -> None:
    stopped = clock(8, ("2026-11-23 11:00", "2026-11-23 11:30"), stop="2026-11-23 13:00")
    assert stopped.elapsed(msk("2027-01-01 00:00")) == 2.5 * HOUR


def test_a_share_of_the_target_is_reached_in_business_time() -> None:
    assert clock(8, start="2026-11-23 14:00").reaches(50) == msk("2026-11-23 18:00")
    assert clock(8, start="2026-11-23 14:00").reaches(75) == msk("2026-11-24 11:00")


def test_without_open_time_within_800_days_there_is_no_deadline() -> None:
    closed = BusinessCalendar(MOSCOW, ())
    assert BusinessClock(closed, HOUR, msk("2026-11-23 10:00")).due() is None


def test_an_hour_that_comes_twice_counts_twice_and_a_skipped_one_not_at_all() -> None:
    berlin = BusinessCalendar("Europe/Berlin", tuple((day, 60, 240) for day in range(7)))
    autumn = datetime(2026, 10, 24, 22, tzinfo=UTC)  # midnight; the clock falls back at 3
    assert BusinessClock(berlin, 4 * HOUR, autumn).due() == datetime(2026, 10, 25, 3, tzinfo=UTC)
    spring = datetime(2026, 3, 28, 23, tzinfo=UTC)  # midnight; the clock springs from 2 to 3
    assert BusinessClock(berlin, 2 * HOUR, spring).due() == datetime(2026, 3, 29, 2, tzinfo=UTC)


def test_a_new_version_counts_from_its_date_on_and_leaves_the_past_alone() -> None:
    longer = BusinessCalendar(MOSCOW, tuple((day, 480, 1200) for day in range(5)), ODD)
    both = BusinessCalendar(MOSCOW, DESK, ODD, successors=((date(2026, 11, 25), longer),))
    old, new = (BusinessClock(kind, 30 * HOUR, msk("2026-11-23 10:00")) for kind in (RUSSIA, both))
    wednesday = msk("2026-11-25 00:00")
    assert old.elapsed(wednesday) == new.elapsed(wednesday) == 17 * HOUR
    assert new.due() == msk("2026-11-26 09:00")


def test_an_override_of_a_date_wins_over_holiday_and_week_also_when_it_is_empty() -> None:
    own = ((date(2026, 11, 4), ((600, 660),)), (date(2026, 11, 5), ()))
    calendar = BusinessCalendar(MOSCOW, DESK, ODD, overrides=own)
    days = [calendar.windows_on(date(2026, 11, day)) for day in (4, 5, 6)]
    assert days == [((600, 660),), (), ((540, 1080),)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"overrides": ((date(2026, 11, 4), ((660, 600),)),)},
        {"successors": ((date(2026, 11, 4), BusinessCalendar("Asia/Omsk", DESK)),)},
        {"successors": ((date(2026, 11, 4), RUSSIA), (date(2026, 11, 3), RUSSIA))},
    ],
)
def test_versions_and_overrides_that_make_no_sense_are_refused(wrong) -> None:
    with pytest.raises(ValueError, match=r".+"):
        BusinessCalendar(MOSCOW, DESK, **wrong)


def test_targets_below_nought_and_pauses_that_end_before_they_begin_are_refused() -> None:
    with pytest.raises(ValueError, match=r".+"):
        clock(-1)
    with pytest.raises(ValueError, match=r".+"):
        clock(1, ("2026-11-23 12:00", "2026-11-23 11:00"))


def test_random_cases_agree_with_a_reading_that_looks_at_every_quarter_of_an_hour() -> None:
    for seed in range(CASES):
        compare(seed)


def compare(seed: int) -> None:
    """One random case read both ways."""
    case = draw(seed)
    slow = SlowReading(case.clock)
    due = case.clock.due()
    if due is None or due <= case.clock.started_at + HORIZON:
        assert due == slow.due(), seed
    else:
        assert slow.due() is None, seed
    for at in case.moments:
        assert case.clock.elapsed(at) == slow.elapsed(at), seed
        assert case.clock.is_paused(at) == slow.is_paused(at), seed


@given(
    st.integers(0, 400 * 86_400),
    st.lists(st.tuples(st.integers(0, 90 * 86_400), st.integers(0, 9 * 86_400)), max_size=9),
    st.integers(0, 90 * 3_600),
)
def test_what_is_used_at_the_deadline_is_the_target_to_the_second(start, pauses, target) -> None:
    begun = msk("2026-01-01 00:00") + timedelta(seconds=start)
    rests = tuple(
        Pause(begun + timedelta(seconds=since), begun + timedelta(seconds=since + length))
        for since, length in pauses
    )
    one = BusinessClock(RUSSIA, timedelta(seconds=target), begun, rests)
    due = one.due()
    assert due is not None
    assert one.elapsed(due) == one.target
    if one.target:
        assert one.elapsed(due - timedelta(microseconds=1)) < one.target


def test_two_hundred_pauses_over_a_year_cost_milliseconds() -> None:
    odd = tuple(sorted({**propose_days("RU", 2026), **propose_days("RU", 2027)}.items()))
    begun = msk("2026-01-12 10:00")
    rests = tuple(
        Pause(begun + timedelta(hours=44 * n), begun + timedelta(hours=44 * n + 20)) for n in range(200)
    )
    took = []
    for n in range(7):
        fresh = BusinessCalendar(MOSCOW, (*DESK, (5, 600, 601 + n)), odd)
        one = BusinessClock(fresh, 900 * HOUR, begun, rests)
        times = []
        for _ in range(2):
            since = process_time()
            due = one.due()
            one.elapsed(msk("2027-06-01 00:00"))
            times.append(process_time() - since)
        assert due is not None
        took.append(times)
    cold, warm = (sorted(times)[3] for times in zip(*took, strict=True))
    # The aims are 5 ms and 1 ms; a crowded machine gets room. `make bench` holds them.
    assert cold < 0.02, cold
    assert warm < 0.004, warm
