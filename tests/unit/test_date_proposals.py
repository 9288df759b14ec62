"""Rule 16: what the production calendar proposes to one specialist, date by date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from services.core.clock import DAY, day_of
from services.scheduling.engine.working_time import Calendar, Hours, working_minutes
from services.scheduling.proposals import Proposal, propose_dates

if TYPE_CHECKING:
    from services.core.production_days import DayKind
    from services.scheduling.engine.working_time import WeekWindow, Window
    from services.scheduling.proposals import Reason

TUESDAY, WEDNESDAY, SATURDAY = date(2026, 11, 3), date(2026, 11, 4), date(2026, 11, 7)
OFFICE = tuple((day, start, end) for day in range(5) for start, end in ((540, 780), (840, 1080)))


def calendar(windows: tuple[WeekWindow, ...] = OFFICE, **facts: object) -> Calendar:
    hours = (Hours(date(2026, 1, 1), windows),)
    return Calendar(7, "Europe/Moscow", **({"hours": hours} | facts))


def proposed(on: date, kind: DayKind, worker: Calendar) -> Proposal | None:
    found = propose_dates(worker, {on: kind})
    assert len(found) < 2
    return found[0] if found else None


def proposal(on: date, reason: Reason, windows: tuple[Window, ...], present: tuple[Window, ...]) -> Proposal:
    return Proposal(7, on, reason, windows, present)


def test_a_short_day_cuts_the_last_window_by_an_hour() -> None:
    assert proposed(TUESDAY, "short", calendar()) == proposal(
        TUESDAY, "short", ((540, 780), (840, 1020)), ((540, 780), (840, 1080))
    )


def test_a_last_window_of_an_hour_goes() -> None:
    worker = calendar(((1, 540, 780), (1, 840, 900)))
    found = proposed(TUESDAY, "short", worker)
    assert found is not None
    assert found.windows == ((540, 780),)


def test_a_night_is_cut_where_it_ends_on_the_next_date() -> None:
    for end, cut in (
        (360, ((1320, 300),)),
        (60, ((1320, 1440),)),
        (30, ((1320, 1410),)),
        (0, ((1320, 1380),)),
    ):
        found = proposed(TUESDAY, "short", calendar(((1, 1320, end),)))
        assert found is not None
        assert found.windows == cut


def test_a_date_of_its_own_keeps_what_reaches_into_it_from_the_night_before() -> None:
    worker = calendar(((0, 1320, 360), (1, 840, 1080)))
    assert proposed(TUESDAY, "short", worker) == proposal(
        TUESDAY, "short", ((0, 360), (840, 1020)), ((0, 360), (840, 1080))
    )
    by_date = calendar(((1, 840, 1080),), own_dates=((date(2026, 11, 2), ((1380, 120),)),))
    found = proposed(TUESDAY, "short", by_date)
    assert found is not None
    assert found.windows == ((0, 120), (840, 1020))
    off_before = calendar(((0, 1320, 360), (1, 840, 1080)), holidays=frozenset({date(2026, 11, 2)}))
    assert proposed(TUESDAY, "short", off_before).windows == ((840, 1020),)


def test_windows_that_overlap_are_cut_as_one() -> None:
    found = proposed(TUESDAY, "short", calendar(((1, 540, 1080), (1, 600, 1080))))
    assert found is not None
    assert found.windows == ((540, 1020),)


def test_hours_round_the_clock_are_cut_at_their_end() -> None:
    for windows, written in (
        (((1, 600, 590), (1, 580, 600)), ((580, 530),)),
        (((1, 600, 590), (1, 500, 600)), ((500, 1440), (1439, 530))),
        (((1, 600, 590), (1, 590, 600)), ((590, 530),)),
        (((1, 0, 1440),), ((0, 1380),)),
    ):
        found = proposed(TUESDAY, "short", calendar(windows))
        assert found is not None
        assert found.windows == written


def test_a_holiday_that_his_set_lacks_is_a_day_off() -> None:
    assert proposed(WEDNESDAY, "holiday", calendar()) == proposal(
        WEDNESDAY, "day_off", (), ((540, 780), (840, 1080))
    )
    assert proposed(WEDNESDAY, "weekend", calendar()) is not None
    assert proposed(WEDNESDAY, "holiday", calendar(holidays=frozenset({WEDNESDAY}))) is None
    assert proposed(SATURDAY, "holiday", calendar()) is None
    assert proposed(SATURDAY, "holiday", calendar(((5, 540, 600),))) is not None


def test_a_night_that_reaches_into_a_holiday_is_work_on_it() -> None:
    found = proposed(WEDNESDAY, "holiday", calendar(((1, 1320, 360),)))
    assert found == proposal(WEDNESDAY, "day_off", (), ((0, 360),))


def test_a_working_saturday_opens_nothing_and_is_a_hint_for_who_has_no_hours() -> None:
    assert proposed(SATURDAY, "working", calendar()) == proposal(SATURDAY, "working", (), ())
    assert proposed(SATURDAY, "short", calendar()) == proposal(SATURDAY, "working", (), ())
    assert proposed(SATURDAY, "working", calendar(((5, 540, 600),))) is None
    assert proposed(SATURDAY, "short", calendar(((5, 540, 720),))) == proposal(
        SATURDAY, "short", ((540, 660),), ((540, 720),)
    )


def test_a_weekday_that_was_made_working_again_needs_nothing() -> None:
    assert proposed(TUESDAY, "working", calendar()) is None
    assert proposed(TUESDAY, "short", calendar(())) is None


def test_a_date_of_his_own_beats_any_proposal() -> None:
    for kind in ("short", "holiday", "weekend", "working"):
        for on in (TUESDAY, SATURDAY):
            for windows in ((), ((600, 700),)):
                assert proposed(on, kind, calendar(own_dates=((on, windows),))) is None


def test_hours_count_from_their_date_and_of_two_the_newer() -> None:
    hours = (
        Hours(date(2026, 1, 1), ((1, 540, 1080),)),
        Hours(TUESDAY, ((1, 600, 1080),)),
        Hours(TUESDAY, ((1, 660, 1080),)),
        Hours(TUESDAY + timedelta(days=1), ((1, 720, 1080),)),
    )
    found = proposed(TUESDAY, "short", calendar(hours=hours))
    assert found is not None
    assert found.windows == ((660, 1020),)
    assert proposed(TUESDAY, "short", calendar(hours=())) is None


week_windows = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 1439), st.integers(0, 1440)), max_size=6
).map(tuple)
kinds = st.sampled_from(["working", "short", "weekend", "holiday"])


def minutes(windows: tuple[Window, ...]) -> set[int]:
    return {m for start, end in windows for m in range(start, end if end > start else end + 1440)}


@given(windows=week_windows, on=st.dates(date(2026, 11, 1), date(2026, 11, 30)), kind=kinds)
@settings(max_examples=150)
def test_a_proposal_never_opens_a_minute_and_takes_an_hour_at_most_unless_it_is_a_day_off(
    windows: tuple[WeekWindow, ...], on: date, kind: DayKind
) -> None:
    found = proposed(on, kind, calendar(windows))
    if found is None:
        return
    before, after = minutes(found.present), minutes(found.windows)
    assert after <= before
    if found.reason == "short":
        assert 0 < len(before) - len(after) <= 60 or before == after == minutes(found.windows[:1])
    # Once accepted it is decided.
    assert proposed(on, kind, calendar(windows, own_dates=((on, found.windows),))) is None


@given(windows=week_windows, on=st.dates(date(2026, 11, 2), date(2026, 11, 28)), kind=kinds)
@settings(max_examples=150)
def test_the_engine_sees_an_accepted_proposal_as_it_was_told(
    windows: tuple[WeekWindow, ...], on: date, kind: DayKind
) -> None:
    worker = replace(calendar(windows), zone="UTC")
    found = proposed(on, kind, worker)
    if found is None or found.reason == "working":
        return
    first = day_of(on) - 3
    before = working_minutes(worker, first, first + 7)
    after = working_minutes(replace(worker, own_dates=((on, found.windows),)), first, first + 7)
    lost = np.flatnonzero(before & ~after)
    assert not (after & ~before).any()
    if found.reason == "day_off":
        assert not after[3 * DAY : 4 * DAY].any()
        return
    # An hour at the end of his shift, or less where other windows cover it; nothing the night before.
    assert len(lost) <= 60
    assert not len(lost) or (lost[0] >= 3 * DAY and lost[-1] < 5 * DAY)
