"""The engine against the slow reading, near changes of the clock in many zones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.scheduling.engine.busy import Busy, columns_of
from services.scheduling.engine.desk_rules import Closure, DeskRules
from services.scheduling.engine.explanation import Inquiry
from services.scheduling.engine.quotas import closed_starts
from services.scheduling.engine.slots import Query, ServiceRules, find_slots
from services.scheduling.engine.working_time import Calendar, Hours
from tests.unit.slow_slots import slow_slots

ZONES = [
    "Europe/Moscow", "Asia/Vladivostok", "Europe/Berlin", "America/New_York", "America/St_Johns",
    "Asia/Kathmandu", "Asia/Kolkata", "Pacific/Chatham", "Australia/Lord_Howe", "America/Havana",
    "America/Santiago", "Atlantic/Azores", "Pacific/Apia", "UTC",
]  # fmt: skip
# Days on which one of these zones changes its clock, or skips a date altogether.
CHANGES = [
    datetime(2026, 3, 8, tzinfo=UTC), datetime(2026, 3, 29, tzinfo=UTC),
    datetime(2026, 4, 4, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC),
    datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 9, 26, tzinfo=UTC),
    datetime(2011, 12, 30, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC),
]  # fmt: skip

zones = st.sampled_from(ZONES)
rounded = st.integers(0, 96).map(lambda quarter: quarter * 15)
of_day = st.one_of(rounded, st.integers(0, 1440))
beginning = of_day.map(lambda minute: min(minute, 1439))
window = st.tuples(beginning, of_day)
windows = st.lists(window, max_size=3).map(tuple)
skills = st.frozensets(st.sampled_from(["napoleon", "english"]))
length = st.sampled_from([1, 7, 30, 45, 60, 90, 180])


@st.composite
def calendars(draw, specialist_id, base):
    near = st.integers(-3, 4).map(lambda days: (base + timedelta(days=days)).date())
    weekly = st.lists(st.tuples(st.integers(0, 6), beginning, of_day), max_size=12)
    hours = draw(st.lists(st.builds(Hours, near, weekly.map(tuple)), max_size=2))
    always = draw(st.booleans())
    whole = tuple((day, 0, 1440) for day in range(7))
    night = tuple((day, 20 * 60, 9 * 60) for day in range(7))
    first = Hours(datetime(2000, 1, 1, tzinfo=UTC).date(), whole if always else night)
    distinct = {version.effective_from: version for version in [first, *hours]}
    return Calendar(
        specialist_id,
        draw(zones),
        tuple(distinct.values()),
        tuple(draw(st.lists(st.tuples(near, windows), max_size=2))),
        draw(st.frozensets(near, max_size=2)),
        draw(skills) | draw(st.sampled_from([frozenset(), frozenset(["napoleon"])])),
        draw(st.sampled_from([None, None, 1, 2])),
        draw(st.booleans()),
    )


@st.composite
def busy_rows(draw, people, base_minute, now):
    start = base_minute + draw(st.integers(-1500, 3000))
    own = draw(st.booleans())
    kinds = ["hold", "booking", "overbooked", "reservation"] if own else ["absence", "external"]
    kind = draw(st.sampled_from(kinds))
    seconds = draw(st.integers(-2, 2)) if kind in ("hold", "reservation") else None
    return Busy(
        draw(st.integers(1, people)),
        kind,
        start,
        start + draw(st.sampled_from([0, 1, 30, 60, 90, 300])),
        draw(st.sampled_from([0, 5, 15])) if own else 0,
        draw(st.sampled_from([0, 10, 15])) if own else 0,
        None if seconds is None else now + timedelta(seconds=seconds),
        draw(st.integers(0, 3)) if own else 0,
        draw(st.sampled_from([False, False, True])) if own else False,
    )


@st.composite
def desk_rules(draw, base, base_minute):
    near = st.integers(-2, 3).map(lambda days: (base + timedelta(days=days)).date())
    percents = st.sampled_from([0, 10, 50, 97, 99, 100, 100])
    closure = st.tuples(st.integers(-600, 1500), st.sampled_from([1, 45, 600])).map(
        lambda drawn: Closure(base_minute + drawn[0], base_minute + sum(drawn), "projection")
    )
    return DeskRules(
        draw(zones),
        tuple(sorted(draw(st.dictionaries(near, percents, max_size=2)).items())),
        tuple(draw(st.lists(closure, max_size=1))),
        draw(st.sampled_from([100, 30, 5, 1, 0])),
    )


@st.composite
def searches(draw):
    base = draw(st.sampled_from(CHANGES))
    after = base + timedelta(minutes=draw(st.integers(-600, 600)), seconds=draw(st.sampled_from([0, 0, 30])))
    before = after + timedelta(minutes=draw(st.sampled_from([0, 120, 720, 1500])))
    now = after + timedelta(seconds=draw(st.integers(-90_000, 9_000)), microseconds=draw(st.integers(0, 2)))
    people = draw(st.sampled_from([1, 1, 2, 2, 3, 0]))
    pool = [draw(calendars(number + 1, base)) for number in range(people)]
    base_minute = int(base.timestamp()) // 60
    busy = [
        draw(busy_rows(people, base_minute, now)) for _ in range(draw(st.integers(0, 6)) if people else 0)
    ]
    service = ServiceRules(
        minutes=draw(length),
        grid_minutes=draw(st.sampled_from([5, 15, 30, 45, 60, 7])),
        buffer_before=draw(st.sampled_from([0, 10, 15])),
        buffer_after=draw(st.sampled_from([0, 5, 30])),
        notice_minutes=draw(st.sampled_from([0, 0, 1, 60, 240])),
        horizon_days=draw(st.sampled_from([0, 1, 30])),
        skills=draw(st.sampled_from([frozenset(), frozenset(["napoleon"]), frozenset(["english"])])),
        mode=draw(st.sampled_from(["any", "any", "all"])),
    )
    excluded = draw(st.sampled_from([frozenset(), frozenset([1, 2])]))
    for_desk, held_share = draw(st.sampled_from([(False, True), (False, True), (False, False), (True, True)]))
    query = Query(after, before, draw(zones), excluded, for_desk, held_share)
    return (pool, busy, service, query, now), draw(desk_rules(base, base_minute))


@st.composite
def crowded(draw):
    """A search in which quotas decide: long hours, much sold, little left for others."""
    base = draw(st.sampled_from(CHANGES))
    base_minute, long_ago = int(base.timestamp()) // 60, datetime(2000, 1, 1, tzinfo=UTC).date()
    always = Hours(long_ago, tuple((day, 0, 1440) for day in range(7)))
    pool = [
        Calendar(number, draw(zones), (always,), skills=draw(skills), desk=draw(st.booleans()) or number == 1)
        for number in range(1, draw(st.integers(2, 4)))
    ]
    after = base + timedelta(minutes=draw(st.integers(-600, 0)))
    now = after - timedelta(hours=6)
    rows = [draw(busy_rows(len(pool), base_minute, now)) for _ in range(draw(st.integers(1, 6)))]
    service = ServiceRules(
        minutes=draw(st.sampled_from([30, 60, 90, 180])),
        grid_minutes=draw(st.sampled_from([5, 15, 30])),
        skills=draw(st.sampled_from([frozenset(), frozenset(), frozenset(["napoleon"])])),
        mode=draw(st.sampled_from(["any", "any", "all"])),
    )
    query = Query(after, after + timedelta(minutes=1500), draw(zones))
    tomorrow = (base + timedelta(days=1)).date()
    reserve = {long_ago: draw(st.integers(80, 100))} | draw(
        st.dictionaries(st.just(tomorrow), st.sampled_from([0, 60, 99]), max_size=1)
    )
    desk = DeskRules(
        draw(zones), tuple(sorted(reserve.items())), (), draw(st.sampled_from([0, 1, 2, 5, 100]))
    )
    later = now + timedelta(days=9)
    lasting = [row._replace(expires_at=row.expires_at and later) for row in rows]
    if draw(st.booleans()):
        lasting = [row._replace(kind="hold", expires_at=later) if row.own else row for row in lasting]
    return (pool, lasting, service, query, now), desk


drawings = st.one_of(searches(), crowded())


def closed_by(desk, search):
    *asked, now = search
    return closed_starts(*asked, desk=desk, now=now)


def found_by(search, closed):
    return [(slot.start, slot.end, slot.specialist_ids) for slot in find_slots(*search, closed=closed)]


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(drawings)
def test_the_engine_offers_exactly_what_the_slow_reading_offers(drawn):
    search, desk = drawn
    assert found_by(search, closed_by(desk, search)) == slow_slots(*search, desk=desk)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(drawings)
def test_the_explanation_of_a_start_agrees_with_the_list(drawn):
    search, desk = drawn
    closed = closed_by(desk, search)
    _pool, _busy, service, query, _now = search
    listed = {slot.start: slot.specialist_ids for slot in find_slots(*search, closed=closed)}
    inquiry = Inquiry(*search, closed=closed)
    off_grid = {query.after + timedelta(minutes=7 * step) for step in range(20)}
    for start in {*inquiry.marks(), *off_grid}:
        explained = inquiry.explain(start)
        assert explained.offered == (start in listed)
        assert explained.offered or explained.reasons
        refused = {reason.specialist_id for reason in explained.reasons}
        assert service.mode == "all" or refused.isdisjoint(listed.get(start, ()))
    assert set(listed) <= set(inquiry.marks())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(drawings, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(drawn, random):
    (pool, busy, *rest), desk = drawn
    search, shuffled = (pool, busy, *rest), (pool, random.sample(busy, len(busy)), *rest)
    closed = closed_by(desk, search)
    assert closed_by(desk, shuffled) == closed
    assert found_by(shuffled, closed) == found_by(search, closed)


@given(st.lists(busy_rows(3, 29_900_000, CHANGES[0]), max_size=6))
def test_rows_come_out_of_columns_as_they_went_in(busy):
    assert list(columns_of(busy)) == busy
