"""The cancellation ladder: thresholds as instants, exactly N hours is in time, nothing lost."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.prices.ladder import Policy, PolicyError, Rung, current_step, ladder, refund_due
from services.core.money import Money

DEMO = Policy((Rung(24, 0), Rung(4, 50), Rung(0, 100, "first_period")))
START = datetime(2026, 11, 26, 7, tzinfo=UTC)
TOTAL = Money(549_000, "RUB")


def due(before: timedelta, *, total: Money = TOTAL, first: Money = TOTAL) -> int:
    return refund_due(DEMO, total=total, first_period=first, start=START, at=START - before).minor


def test_the_demo_ladder_gives_back_all_half_and_nothing() -> None:
    steps = ladder(DEMO, total=TOTAL, first_period=TOTAL, start=START)
    assert [(step.refund.minor, step.kept.minor) for step in steps] == [
        (549_000, 0),
        (274_500, 274_500),
        (0, 549_000),
    ]
    assert [step.until_at for step in steps] == [
        datetime(2026, 11, 25, 7, tzinfo=UTC),
        datetime(2026, 11, 26, 3, tzinfo=UTC),
        None,
    ]


@pytest.mark.parametrize(
    ("before", "refund"),
    [
        (timedelta(hours=24), 549_000),
        (timedelta(hours=24) - timedelta(microseconds=1), 274_500),
        (timedelta(hours=4), 274_500),
        (timedelta(hours=4) - timedelta(seconds=1), 0),
        (timedelta(0), 0),
        (timedelta(hours=-1), 0),
        (timedelta(days=30), 549_000),
    ],
)
def test_exactly_the_hours_count_as_in_time(before: timedelta, refund: int) -> None:
    assert due(before) == refund


def test_a_no_show_keeps_the_first_period_of_a_longer_session() -> None:
    assert due(timedelta(0), total=Money(1_037_000, "RUB"), first=TOTAL) == 488_000


def test_the_odd_kopeck_goes_back_to_the_customer() -> None:
    step = ladder(DEMO, total=Money(101, "RUB"), first_period=Money(101, "RUB"), start=START)[1]
    assert (step.refund.minor, step.kept.minor) == (51, 50)


@pytest.mark.parametrize(
    ("rungs", "code"),
    [
        ((), "policy_empty"),
        ((Rung(24, 0),), "policy_empty"),
        ((Rung(4, 50), Rung(24, 0), Rung(0, 100)), "policy_hours"),
        ((Rung(4, 0), Rung(4, 50), Rung(0, 100)), "policy_hours"),
        ((Rung(0, 101),), "policy_percent"),
    ],
)
def test_rows_that_make_no_ladder_are_refused(rungs: tuple[Rung, ...], code: str) -> None:
    with pytest.raises(PolicyError) as caught:
        Policy(rungs)
    assert caught.value.code == code


def test_a_policy_survives_being_frozen() -> None:
    assert Policy.from_json(json.loads(json.dumps(DEMO.to_json()))) == DEMO


@given(
    total=st.integers(0, 10**10),
    first=st.integers(0, 10**10),
    percents=st.lists(st.integers(0, 100), min_size=1, max_size=6),
    seconds=st.integers(-(10**6), 10**6),
)
def test_refund_and_kept_are_always_the_whole_sum(
    total: int, first: int, percents: list[int], seconds: int
) -> None:
    hours = range(len(percents) - 1, -1, -1)
    rungs = [Rung(h, p, "first_period" if h % 2 else "total") for h, p in zip(hours, percents, strict=True)]
    sums = {"total": Money(total, "RUB"), "first_period": Money(first, "RUB")}
    steps = ladder(Policy(tuple(rungs)), start=START, **sums)
    assert all(step.refund + step.kept == sums["total"] for step in steps)
    assert all(step.refund.minor >= 0 and step.kept.minor >= 0 for step in steps)
    at = START + timedelta(seconds=seconds)
    assert current_step(steps, at).refund == refund_due(Policy(tuple(rungs)), start=START, at=at, **sums)
