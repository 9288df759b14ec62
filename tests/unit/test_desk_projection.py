"""Whether the free desk's open work will be done in time, against a walk minute by minute."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.core.clock import DAY, day_of, instant_of
from services.scheduling.desk.projection import DeskWork, free_time, project
from services.scheduling.engine.busy import Busy
from services.scheduling.engine.working_time import Calendar, Hours

MONDAY = date(2026, 11, 23)
MIDNIGHT = day_of(MONDAY) * DAY
NINE_TO_SIX = Hours(date(2026, 1, 1), tuple((day, 540, 1080) for day in range(5)))


def piece(key: str, due: int, minutes: int) -> DeskWork:
    """Work due so many minutes after midnight."""
    return DeskWork(key, instant_of(MIDNIGHT + due), minutes)


def after_midnight(minute: int | None) -> int | None:
    return None if minute is None else minute - MIDNIGHT


def by_hand(free, work):
    """The same walk, one minute at a time."""
    left = {who: [m for start, end in spans for m in range(start, end)] for who, spans in free.items()}
    finishes = {}
    for one in sorted(work, key=lambda one: (one.due_at, one.key)):
        idle = [(minutes[0], who) for who, minutes in left.items() if minutes]
        if not idle:
            finishes[one.key] = None
            continue
        _, who = min(idle)
        taken, left[who] = left[who][: one.minutes], left[who][one.minutes :]
        finishes[one.key] = taken[-1] + 1 if len(taken) == one.minutes else None
    return finishes


def paired(minutes: set[int]) -> tuple[tuple[int, int], ...]:
    """Distinct minutes as ranges, two by two."""
    bounds = sorted(MIDNIGHT + minute for minute in minutes)
    return tuple(zip(bounds[::2], bounds[1::2], strict=False))


spans = st.sets(st.integers(0, 400), max_size=10).map(paired)
queues = st.lists(st.tuples(st.integers(0, 400), st.integers(1, 120)), max_size=8).map(
    lambda pairs: [piece(str(n), due, minutes) for n, (due, minutes) in enumerate(pairs)]
)


@given(free=st.dictionaries(st.integers(1, 4), spans, max_size=4), work=queues)
def test_the_walk_equals_one_minute_by_minute(free, work) -> None:
    found = project(free, work)
    assert found.finishes == by_hand(free, work)
    late = {key for key, at in found.finishes.items() if at is None}
    late |= {one.key for one in work if (at := found.finishes[one.key]) and instant_of(at) > one.due_at}
    assert {one.key for one in found.missed} == late


@given(work=queues, later=st.integers(1, 100))
def test_later_deadlines_of_all_make_nothing_late(work, later: int) -> None:
    free = {1: ((MIDNIGHT, MIDNIGHT + 2000),)}
    postponed = [one._replace(due_at=one.due_at + timedelta(minutes=later)) for one in work]
    before = {one.key for one in project(free, work).missed}
    assert {one.key for one in project(free, postponed).missed} <= before


@given(work=queues, order=st.randoms(use_true_random=False))
def test_the_order_in_which_work_is_told_changes_nothing(work, order) -> None:
    free = {1: ((MIDNIGHT, MIDNIGHT + 100),), 2: ((MIDNIGHT + 30, MIDNIGHT + 500),)}
    mixed = list(work)
    order.shuffle(mixed)
    assert project(free, mixed) == project(free, work)


def test_work_goes_to_whoever_is_free_first_in_the_order_of_deadlines() -> None:
    free = {1: ((MIDNIGHT + 600, MIDNIGHT + 900),), 2: ((MIDNIGHT + 540, MIDNIGHT + 900),)}
    work = [piece("c", 900, 30), piece("a", 700, 90), piece("b", 800, 60)]
    found = project(free, work)
    assert {key: after_midnight(at) for key, at in found.finishes.items()} == {"a": 630, "b": 660, "c": 660}
    assert found.missed == ()


def test_a_piece_done_at_its_deadline_is_in_time_and_a_minute_later_is_not() -> None:
    free = {1: ((MIDNIGHT + 540, MIDNIGHT + 900),)}
    assert project(free, [piece("a", 600, 60)]).missed == ()
    assert [one.key for one in project(free, [piece("a", 599, 60)]).missed] == ["a"]


def test_without_anybody_everything_is_late() -> None:
    work = [piece("a", 600, 60)]
    assert project({}, work).missed == tuple(work)


def test_a_session_of_ours_takes_its_buffers_and_an_imported_event_none() -> None:
    anna = Calendar(1, "UTC", (NINE_TO_SIX,))
    busy = [
        Busy(1, "booking", MIDNIGHT + 600, MIDNIGHT + 660, 15, 30),
        Busy(1, "external", MIDNIGHT + 720, MIDNIGHT + 780),
        Busy(1, "absence", MIDNIGHT + 1000, MIDNIGHT + 3 * DAY),
    ]
    found = free_time(anna, busy, since=MIDNIGHT + 550, until=MIDNIGHT + 2 * DAY)
    assert [tuple(map(after_midnight, one)) for one in found] == [(550, 585), (690, 720), (780, 1000)]


def test_free_time_is_that_of_the_specialists_own_clock() -> None:
    timur = Calendar(1, "Asia/Vladivostok", (NINE_TO_SIX,))
    found = free_time(timur, (), since=MIDNIGHT, until=MIDNIGHT + DAY)
    # 09:00 on Monday in Vladivostok is 23:00 on Sunday in UTC.
    assert [tuple(map(after_midnight, one)) for one in found] == [(0, 480), (1380, 1440)]
