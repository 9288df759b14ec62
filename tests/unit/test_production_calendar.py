"""The production calendar of Russia as it is proposed: decree days, moved days, short days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.core.production_days import propose_days


def working_days(year: int) -> int:
    days = propose_days("RU", year)
    dates = [date(year, 1, 1) + timedelta(days=offset) for offset in range(365)]
    return sum(
        days.get(day, "weekend" if day.weekday() > 4 else "working") in {"working", "short"} for day in dates
    )


def test_2026_is_as_the_decree_says() -> None:
    days = propose_days("RU", 2026)
    assert [day for day, kind in sorted(days.items()) if kind == "short"] == [
        date(2026, 4, 30),
        date(2026, 5, 8),
        date(2026, 6, 11),
        date(2026, 11, 3),
    ]
    assert days[date(2026, 12, 31)] == "holiday"
    assert days[date(2026, 1, 9)] == "holiday"


def test_a_working_saturday_before_a_holiday_is_short() -> None:
    days = propose_days("RU", 2027)
    assert [day for day, kind in sorted(days.items()) if kind == "short"] == [
        date(2027, 2, 20),
        date(2027, 4, 30),
        date(2027, 6, 11),
        date(2027, 11, 3),
    ]
    assert days[date(2027, 2, 22)] == "holiday"


@pytest.mark.parametrize("year", [2026, 2027])
def test_a_year_has_247_working_days(year: int) -> None:
    assert working_days(year) == 247


def test_another_country_has_its_holidays_and_no_short_days() -> None:
    kinds = set(propose_days("CY", 2026).values())
    assert kinds == {"holiday"}
