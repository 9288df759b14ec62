"""Business time against stories, against laws, and against a clock that is read minute by minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from time import perf_counter
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services.core.business_time import BusinessCalendar, NoBusinessTimeError
from services.core.production_days import propose_days

if TYPE_CHECKING:
    from collections.abc import Callable

    from services.core.production_days import DayKind

MOSCOW = "Europe/Moscow"
MINUTE = timedelta(minutes=1)
DESK = tuple((day, start, end) for day in range(5) for start, end in ((540, 780), (840, 1080)))
"""Monday to Friday, 9 to 13 and 14 to 18."""
ODD = tuple(sorted({**propose_days("RU", 2026), **propose_days("RU", 2027)}.items()))
RUSSIA = BusinessCalendar(MOSCOW, DESK, ODD, frozenset({2026}))


def msk(text: str, zone: str = MOSCOW) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


# Stories


def test_a_short_day_ends_an_hour_earlier() -> None:
    assert RUSSIA.windows_on(date(2026, 11, 3)) == ((540, 780), (840, 1020))
    assert RUSSIA.windows_on(date(2026, 11, 4)) == ()
    assert RUSSIA.windows_on(date(2026, 11, 5)) == ((540, 780), (840, 1080))


def test_a_window_of_an_hour_goes_on_a_short_day() -> None:
    brief = BusinessCalendar(MOSCOW, ((1, 540, 780), (1, 840, 900)), ((date(2026, 11, 3), "short"),))
    assert brief.windows_on(date(2026, 11, 3)) == ((540, 780),)


def test_a_working_saturday_has_the_hours_of_monday_less_one() -> None:
    assert RUSSIA.windows_on(date(2027, 2, 20)) == ((540, 780), (840, 1020))
    full: tuple[tuple[date, DayKind], ...] = ((date(2026, 11, 28), "working"),)
    late = BusinessCalendar(MOSCOW, ((0, 600, 700), (4, 540, 1080), (5, 0, 60)), full)
    assert late.windows_on(date(2026, 11, 28)) == ((600, 700),)
    assert late.windows_on(date(2026, 12, 5)) == ((0, 60),)


def test_a_day_off_set_by_hand_is_closed_and_nobody_works_without_windows() -> None:
    odd: tuple[tuple[date, DayKind], ...] = ((date(2026, 11, 23), "weekend"),)
    assert BusinessCalendar(MOSCOW, DESK, odd).windows_on(date(2026, 11, 23)) == ()
    assert BusinessCalendar(MOSCOW, (), ((date(2026, 11, 28), "short"),)).windows_on(date(2026, 11, 28)) == ()


def test_four_hours_over_the_new_year_holidays() -> None:
    asked = msk("2026-12-30 16:00")
    assert RUSSIA.add_business_minutes(asked, 240) == msk("2027-01-11 11:00")
    assert RUSSIA.business_minutes_between(asked, msk("2027-01-11 11:00")) == 240
    assert RUSSIA.undecreed_years(asked, msk("2027-01-11 11:00")) == (2027,)
    assert RUSSIA.undecreed_years(asked, msk("2026-12-31 23:59")) == ()
    assert BusinessCalendar(MOSCOW, DESK).undecreed_years(asked, msk("2030-01-01 11:00")) == ()


def test_what_fills_the_day_is_due_at_closing_time() -> None:
    assert RUSSIA.add_business_minutes(msk("2026-11-23 09:00"), 480) == msk("2026-11-23 18:00")
    assert RUSSIA.add_business_minutes(msk("2026-11-23 19:00"), 480) == msk("2026-11-24 18:00")
    assert RUSSIA.add_business_minutes(msk("2026-11-22 03:00"), 0) == msk("2026-11-22 03:00")


def test_seconds_are_kept() -> None:
    asked = msk("2026-11-23 17:59:30")
    assert RUSSIA.add_business_minutes(asked, 1) == msk("2026-11-24 09:00:30")
    assert RUSSIA.business_time_between(asked, msk("2026-11-24 09:00:10")) == timedelta(seconds=40)
    assert RUSSIA.business_minutes_between(asked, msk("2026-11-24 09:00:10")) == 0
    assert RUSSIA.business_minutes_between(msk("2026-11-24 09:01:10"), asked) == -1


def test_time_does_not_run_backwards() -> None:
    with pytest.raises(ValueError, match="-1"):
        RUSSIA.add_business_minutes(msk("2026-11-23 17:59"), -1)


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        ("2026-11-20", 1, "2026-11-23"),
        ("2026-11-20", 0, "2026-11-20"),
        ("2026-11-21", 0, "2026-11-23"),
        ("2026-11-21", 1, "2026-11-23"),
        ("2026-11-23", -1, "2026-11-20"),
        ("2026-11-22", -1, "2026-11-20"),
        ("2026-12-30", 1, "2027-01-11"),
        ("2027-01-11", -2, "2026-12-29"),
        ("2027-02-19", 1, "2027-02-20"),
        ("2027-02-19", 2, "2027-02-24"),
        ("2026-01-01", 247, "2026-12-30"),
    ],
)
def test_business_days_are_counted_from_the_day_after(start: str, n: int, end: str) -> None:
    assert RUSSIA.add_business_days(date.fromisoformat(start), n) == date.fromisoformat(end)


def test_the_next_business_day_is_never_the_day_itself() -> None:
    assert RUSSIA.next_business_day(date(2026, 11, 20)) == date(2026, 11, 23)
    assert RUSSIA.is_business_day(date(2026, 11, 20))
    assert not RUSSIA.is_business_day(date(2026, 11, 21))


def test_a_skipped_hour_is_not_worked_and_one_that_comes_twice_is_twice() -> None:
    always = BusinessCalendar("Europe/Berlin", tuple((day, 0, 1440) for day in range(7)))
    spring, autumn = msk("2026-03-29", "Europe/Berlin"), msk("2026-10-25", "Europe/Berlin")
    for day, hours in ((spring, 23), (autumn, 25)):
        end = (day + timedelta(days=1)).replace(tzinfo=ZoneInfo("Europe/Berlin"))
        assert always.business_minutes_between(day, end) == hours * 60
    night = BusinessCalendar("Europe/Berlin", ((6, 120, 180),))
    assert night.business_minutes_between(spring, spring + timedelta(days=1)) == 0
    assert night.business_minutes_between(autumn, autumn + timedelta(days=1)) == 120
    assert night.add_business_minutes(autumn, 90) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_a_date_that_a_zone_left_out_is_not_open() -> None:
    samoa = BusinessCalendar("Pacific/Apia", tuple((day, 540, 1080) for day in range(7)))
    start = datetime(2011, 12, 29, 10, tzinfo=UTC)
    assert samoa.business_minutes_between(start, start + timedelta(days=3)) == 2 * 540 + 540


def test_without_open_time_there_is_no_answer() -> None:
    closed = BusinessCalendar(MOSCOW, ())
    asks: list[Callable[[], object]] = [
        lambda: closed.add_business_minutes(msk("2026-11-23 10:00"), 1),
        lambda: closed.add_business_days(date(2026, 11, 23), 1),
        lambda: closed.add_business_days(date(2026, 11, 23), -1),
        lambda: closed.add_business_days(date(2026, 11, 23), 0),
        lambda: closed.next_business_day(date(2026, 11, 23)),
    ]
    for ask in asks:
        with pytest.raises(NoBusinessTimeError) as caught:
            ask()
        assert caught.value.code == "no_business_time"
    assert closed.business_minutes_between(msk("2020-11-23 10:00"), msk("2026-11-23 10:00")) == 0


def closed_for(days: int, start: date) -> BusinessCalendar:
    """Open day and night, but for so many days after a date."""
    off: list[tuple[date, DayKind]] = [(start + timedelta(days=n), "holiday") for n in range(1, days + 1)]
    return BusinessCalendar(MOSCOW, tuple((day, 0, 1440) for day in range(7)), tuple(off))


def test_a_pause_may_take_eight_hundred_days() -> None:
    start = msk("2026-11-23 18:00")
    shorter, longer = closed_for(798, start.date()), closed_for(801, start.date())
    assert shorter.add_business_minutes(start, 7 * 60) > start + timedelta(days=798)
    assert shorter.add_business_days(start.date(), 1) == start.date() + timedelta(days=799)
    with pytest.raises(NoBusinessTimeError):
        longer.add_business_minutes(start, 7 * 60)
    with pytest.raises(NoBusinessTimeError):
        longer.add_business_days(start.date(), 1)


@pytest.mark.parametrize("window", [(7, 0, 60), (0, 60, 60), (0, 1320, 360), (0, 0, 1441)])
def test_windows_that_cannot_be_are_refused(window: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match=str(window[1])):
        BusinessCalendar(MOSCOW, (window,))


def test_equal_calendars_are_one() -> None:
    again = BusinessCalendar(MOSCOW, tuple(DESK), tuple(ODD), frozenset({2026}))
    assert again == RUSSIA
    assert len({again, RUSSIA, BusinessCalendar(MOSCOW, DESK)}) == 2


def test_a_question_over_years_takes_well_under_a_millisecond() -> None:
    start, end = msk("2020-01-01"), msk("2030-01-01")
    expected = RUSSIA.business_minutes_between(start, end)  # computes the years
    RUSSIA.add_business_days(start.date(), 2000)
    began = perf_counter()
    for _ in range(200):
        assert RUSSIA.business_minutes_between(start, end) == expected
        RUSSIA.add_business_minutes(start, 1_000_000)
        RUSSIA.business_days_between(start.date(), end.date())
    # Three questions each, and a machine that is shared.
    assert (perf_counter() - began) / 200 < 0.003


# Laws

ZONES = ["Europe/Moscow", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kamchatka", "UTC"]
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
windows = st.tuples(st.integers(0, 6), st.integers(0, 1439), st.integers(1, 1440)).filter(
    lambda window: window[1] < window[2]
)
odd_days = st.dictionaries(
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    st.sampled_from(["working", "short", "weekend", "holiday"]),
    max_size=30,
)
calendars = st.builds(
    lambda zone, week, odd: BusinessCalendar(zone, tuple(week), tuple(sorted(odd.items()))),
    st.sampled_from(ZONES),
    st.lists(windows, min_size=1, max_size=8),
    odd_days,
)
moments = st.integers(0, 2 * 365 * 86_400).map(lambda seconds: FIRST + timedelta(seconds=seconds))
some = st.integers(0, 5000)
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))


def works_some_weekday(calendar: BusinessCalendar) -> bool:
    return any(weekday < 5 for weekday, _start, _end in calendar.windows)


@given(calendar=calendars, at=moments, minutes=st.integers(0, 30_000))
@settings(max_examples=60)
def test_what_was_added_has_passed(calendar: BusinessCalendar, at: datetime, minutes: int) -> None:
    due = calendar.add_business_minutes(at, minutes)
    assert due >= at
    assert calendar.business_time_between(at, due) == minutes * MINUTE
    # And it is the earliest such moment.
    before = timedelta(microseconds=1)
    assert not minutes or calendar.business_time_between(at, due - before) == minutes * MINUTE - before


@given(calendar=calendars, first=moments, second=moments, third=moments)
@settings(max_examples=60)
def test_spans_add_up_and_never_shrink(
    calendar: BusinessCalendar, first: datetime, second: datetime, third: datetime
) -> None:
    between = calendar.business_time_between
    assert between(first, second) + between(second, third) == between(first, third)
    first, second, third = sorted((first, second, third))
    assert timedelta(0) <= between(first, second) <= between(first, third) <= third - first


@given(
    calendar=calendars, first=moments, second=moments, one=st.integers(0, 5000), other=st.integers(0, 5000)
)
@settings(max_examples=60)
def test_who_asks_later_or_for_more_is_due_later(
    calendar: BusinessCalendar, first: datetime, second: datetime, one: int, other: int
) -> None:
    add = calendar.add_business_minutes
    first, second = sorted((first, second))
    assert add(first, one) <= add(second, one)
    assert add(first, min(one, other)) <= add(first, max(one, other))
    if one and other:
        assert add(add(first, one), other) == add(first, one + other)


@given(calendar=calendars, at=moments, length=st.integers(0, 4 * 1440))
@settings(max_examples=40)
def test_a_clock_read_minute_by_minute_says_the_same(
    calendar: BusinessCalendar, at: datetime, length: int
) -> None:
    start = at.replace(second=0)
    ticks = [start + n * MINUTE for n in range(length)]
    slow = [read_clock(calendar, tick) for tick in ticks]
    assert calendar.business_minutes_between(start, start + length * MINUTE) == sum(slow)
    assert [calendar.is_open(tick) for tick in ticks[::97]] == slow[::97]


def read_clock(calendar: BusinessCalendar, tick: datetime) -> bool:
    wall = tick.astimezone(ZoneInfo(calendar.zone))
    minute, odd = wall.hour * 60 + wall.minute, dict(calendar.odd_days).get(wall.date())
    if odd in {"holiday", "weekend"}:
        return False
    weekday = wall.weekday()
    if odd and weekday > 4:
        weekday = min((day for day, _, _ in calendar.windows if day < 5), default=7)
    minutes = {m for day, start, end in calendar.windows if day == weekday for m in range(start, end)}
    if odd == "short" and minutes:
        last = max(minutes)
        cut = [m for m in range(last, last - 60, -1) if set(range(m, last + 1)) <= minutes]
        minutes -= set(cut)
    return minute in minutes


@given(calendar=calendars, on=days, n=st.integers(-300, 300))
@settings(max_examples=60)
def test_days_that_were_added_have_passed(calendar: BusinessCalendar, on: date, n: int) -> None:
    assume(works_some_weekday(calendar))
    found = calendar.add_business_days(on, n)
    assert calendar.is_business_day(found)
    assert (found > on) if n > 0 else (found < on if n < 0 else found >= on)
    if n > 0 or calendar.is_business_day(on):
        assert calendar.business_days_between(on, found) == n


@given(calendar=calendars, first=days, second=days, third=days)
@settings(max_examples=60)
def test_business_days_add_up_and_are_those_that_are_open(
    calendar: BusinessCalendar, first: date, second: date, third: date
) -> None:
    between = calendar.business_days_between
    assert between(first, second) + between(second, third) == between(first, third)
    first, second = sorted((first, second))
    dates = (first + timedelta(days=n) for n in range(1, (second - first).days + 1))
    assert between(first, second) == sum(calendar.is_business_day(day) for day in dates)
