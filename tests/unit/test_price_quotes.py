"""A quote explains itself: the reference figures, the factors, the tax, and no kopeck lost."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.prices.errors import NoStepPriceError
from billing.prices.factors import Factor
from billing.prices.quote import Quote, UnitPrice, quote
from billing.prices.working import WorkingTime
from billing.sellers.vat import Vat, tax
from services.core.money import Money
from services.core.texts import Texts

NAME = Texts(ru="Разовое подключение", en="One-off remote session")
VAT_22 = Vat(2200)
NO_VAT = Vat(None, Texts(ru="без НДС", en="no VAT"))
FACTORS = (
    Factor("urgent", 150, within_minutes=120),
    Factor("after_hours", 150, from_minute=1080, until_minute=1320),
    Factor("night", 200, from_minute=1320, until_minute=360),
    Factor("weekend", 200),
    Factor("holiday", 200),
)
WORKING = WorkingTime("Europe/Moscow", days={date(2026, 11, 4): "holiday"})
NOW = datetime(2026, 11, 23, 7, 20, tzinfo=UTC)
THURSDAY_TEN = datetime(2026, 11, 26, 7, tzinfo=UTC)


def rub(minor: int) -> Money:
    return Money(minor, "RUB")


PRICE = UnitPrice(60, rub(450_000), 30, rub(200_000), rub(450_000), FACTORS)


def price_at(start: datetime, *, minutes: int = 60, now: datetime = NOW) -> Quote:
    return quote(
        PRICE,
        service_name=NAME,
        minutes=minutes,
        start=start,
        now=now,
        vat=VAT_22,
        inclusive=False,
        working=WORKING,
    )


def adding(made: Quote) -> Money:
    return sum(
        (line.amount for line in made.lines if line.code != "included"),
        start=Money.zero(made.gross.currency),
    )


def test_an_ordinary_hour_costs_5490() -> None:
    made = price_at(THURSDAY_TEN)
    assert (made.net, made.vat, made.gross) == (rub(450_000), rub(99_000), rub(549_000))
    assert [line.code for line in made.lines] == ["first_period", "ordinary", "on_top"]
    assert made.first_period == made.gross
    assert made.step == rub(244_000)


@pytest.mark.parametrize(
    ("start", "code", "gross"),
    [
        (datetime(2026, 11, 26, 15, tzinfo=UTC), "after_hours", 823_500),
        (datetime(2026, 11, 26, 18, 59, tzinfo=UTC), "after_hours", 823_500),
        (datetime(2026, 11, 26, 19, tzinfo=UTC), "night", 1_098_000),
        (datetime(2026, 11, 26, 2, 59, tzinfo=UTC), "night", 1_098_000),
        (datetime(2026, 11, 26, 3, tzinfo=UTC), "ordinary", 549_000),
        (datetime(2026, 11, 28, 7, tzinfo=UTC), "weekend", 1_098_000),
        (datetime(2026, 11, 23, 9, 20, tzinfo=UTC), "urgent", 823_500),
        (datetime(2026, 11, 23, 9, 21, tzinfo=UTC), "ordinary", 549_000),
    ],
)
def test_the_factor_goes_by_the_start_on_the_sellers_clock(start: datetime, code: str, gross: int) -> None:
    made = price_at(start)
    assert (made.factor_code, made.gross.minor) == (code, gross)


def test_a_holiday_counts_as_one_and_factors_are_never_multiplied() -> None:
    before = datetime(2026, 11, 3, 12, tzinfo=UTC)
    made = price_at(datetime(2026, 11, 4, 16, tzinfo=UTC), now=before)
    assert (made.factor_code, made.factor) == ("holiday", 200)


def test_urgency_is_counted_in_working_hours() -> None:
    friday_evening = datetime(2026, 11, 20, 14, 30, tzinfo=UTC)  # 17:30, half an hour left
    monday = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)  # 10:30: exactly two hours later
    assert price_at(monday, now=friday_evening).factor_code == "urgent"
    later = monday + timedelta(minutes=1)
    assert price_at(later, now=friday_evening).factor_code == "ordinary"


def test_a_longer_session_pays_per_started_step() -> None:
    made = price_at(THURSDAY_TEN, minutes=91)
    assert [(line.code, line.amount.minor) for line in made.lines][:2] == [
        ("first_period", 450_000),
        ("steps", 400_000),
    ]
    assert made.gross == rub(1_037_000)
    assert made.first_period == rub(549_000)


def test_a_longer_session_without_a_step_price_is_refused() -> None:
    price = UnitPrice(60, rub(1), None, None, rub(0))
    with pytest.raises(NoStepPriceError):
        quote(
            price,
            service_name=NAME,
            minutes=61,
            start=THURSDAY_TEN,
            now=NOW,
            vat=VAT_22,
            inclusive=False,
            working=WORKING,
        )


def test_the_minimum_charge_is_a_line_of_its_own() -> None:
    price = UnitPrice(30, rub(100_000), None, None, rub(250_000))
    made = quote(
        price,
        service_name=NAME,
        minutes=30,
        start=THURSDAY_TEN,
        now=NOW,
        vat=VAT_22,
        inclusive=False,
        working=WORKING,
    )
    assert [(line.code, line.amount.minor) for line in made.lines] == [
        ("first_period", 100_000),
        ("ordinary", 0),
        ("minimum", 150_000),
        ("on_top", 55_000),
    ]
    assert adding(made) == made.gross


def test_a_price_with_tax_inside_names_it_and_adds_nothing() -> None:
    made = quote(
        PRICE,
        service_name=NAME,
        minutes=60,
        start=THURSDAY_TEN,
        now=NOW,
        vat=VAT_22,
        inclusive=True,
        working=WORKING,
    )
    assert (made.net.minor, made.vat.minor, made.gross.minor) == (368_852, 81_148, 450_000)
    assert adding(made) == made.gross


def test_without_tax_the_reason_stands_in_the_line() -> None:
    made = quote(
        PRICE,
        service_name=NAME,
        minutes=60,
        start=THURSDAY_TEN,
        now=NOW,
        vat=NO_VAT,
        inclusive=False,
        working=WORKING,
    )
    assert made.lines[-1].code == "exempt"
    assert made.lines[-1].facts == {"reason": {"ru": "без НДС", "en": "no VAT"}}
    assert made.gross == made.net


@pytest.mark.parametrize(
    ("net", "rate", "vat"),
    [(1, 2200, 0), (2, 2200, 0), (3, 2200, 1), (25, 1000, 3), (24, 1000, 2), (999, 0, 0)],
)
def test_tax_is_rounded_half_up(net: int, rate: int, vat: int) -> None:
    assert tax(rub(net), Vat(rate), inclusive=False).vat == rub(vat)


def test_no_tax_needs_a_reason_and_a_rate_has_none() -> None:
    with pytest.raises(ValueError, match="reason"):
        Vat(None)
    with pytest.raises(ValueError, match="reason"):
        Vat(2200, Texts(ru="а", en="a"))


AMOUNTS = st.integers(0, 10**9)


@given(
    sums=st.tuples(AMOUNTS, AMOUNTS, AMOUNTS),
    minutes=st.integers(1, 600),
    rate=st.none() | st.integers(0, 10_000),
    inclusive=st.booleans(),
    hours=st.integers(0, 24 * 14),
)
def test_the_lines_always_add_up(
    sums: tuple[int, int, int],
    minutes: int,
    rate: int | None,
    hours: int,
    *,
    inclusive: bool,
) -> None:
    first, step, minimum = map(rub, sums)
    price = UnitPrice(60, first, 30, step, minimum, FACTORS)
    vat = NO_VAT if rate is None else Vat(rate)
    made = quote(
        price,
        service_name=NAME,
        minutes=minutes,
        start=NOW + timedelta(hours=hours),
        now=NOW,
        vat=vat,
        inclusive=inclusive,
        working=WORKING,
    )
    assert adding(made) == made.gross == made.net + made.vat
    assert made.first_period <= made.gross
    assert all(line.amount.minor >= 0 for line in made.lines)
    assert Quote.from_json(json.loads(json.dumps(made.to_json()))) == made


def test_a_short_day_ends_an_hour_earlier_and_a_working_saturday_counts() -> None:
    working = WorkingTime("Europe/Moscow", days={date(2026, 11, 3): "short", date(2026, 11, 7): "working"})
    assert working.open_hours(date(2026, 11, 3)) == (
        datetime(2026, 11, 3, 6, tzinfo=UTC),
        datetime(2026, 11, 3, 14, tzinfo=UTC),
    )
    assert working.kind_of(date(2026, 11, 7)) == "working"
    assert working.open_hours(date(2026, 11, 8)) is None


def test_a_calendar_without_open_time_has_no_urgency() -> None:
    closed = WorkingTime("Europe/Moscow", opens=600, closes=600)
    assert closed.after(NOW, 1) is None
