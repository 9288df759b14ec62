"""The production calendar of Russia as it is proposed: decree days, moved days, short days.

Read date by date against Постановление № 1466 of 24.09.2025 for 2026, and against the tables of
consultant.ru of September 2026 for 2027.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.core.errors import NotFoundError
from services.core.production_days import dates_of, is_guessed, propose_days, works
from services.core.production_years import count_work

OFF = {
    2026: ["01.01-11.01", "21.02-23.02", "07.03-09.03", "01.05-03.05", "09.05-11.05", "12.06-14.06",
           "04.11-04.11", "31.12-31.12"],
    2027: ["01.01-10.01", "21.02-23.02", "06.03-08.03", "01.05-03.05", "08.05-10.05", "12.06-14.06",
           "04.11-07.11", "31.12-31.12"],
}  # fmt: skip
SHORT = {
    2026: ["30.04", "08.05", "11.06", "03.11"],
    2027: ["20.02", "30.04", "11.06", "03.11"],
}
WORKING_SATURDAYS = {2026: [], 2027: ["20.02"]}


def on(text: str, year: int) -> date:
    day, month = text.split(".")
    return date(year, int(month), int(day))


def stretch(text: str, year: int) -> list[date]:
    first, last = (on(end, year) for end in text.split("-"))
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


@pytest.mark.parametrize("year", [2026, 2027])
def test_every_date_of_the_year_is_worked_or_off_as_published(year: int) -> None:
    days = propose_days("RU", year)
    off = {day for text in OFF[year] for day in stretch(text, year)}
    saturdays = {on(text, year) for text in WORKING_SATURDAYS[year]}
    for day in dates_of(year):
        expected = day in saturdays or (day not in off and day.weekday() < 5)
        assert works(day, days) is expected, day


@pytest.mark.parametrize("year", [2026, 2027])
def test_the_eves_of_holidays_are_short_and_no_others(year: int) -> None:
    short = [day for day, kind in sorted(propose_days("RU", year).items()) if kind == "short"]
    assert short == sorted(on(text, year) for text in SHORT[year])


def test_days_off_were_moved_where_they_were_published() -> None:
    first, second = propose_days("RU", 2026), propose_days("RU", 2027)
    assert {first[date(2026, 1, 9)], first[date(2026, 12, 31)]} == {"holiday"}
    assert {second[date(2027, month, day)] for month, day in ((2, 22), (11, 5), (12, 31))} == {"holiday"}


@pytest.mark.parametrize(("year", "hours"), [(2026, 1972), (2027, 1972)])
def test_the_year_has_its_working_days_and_hours(year: int, hours: int) -> None:
    assert count_work(year, propose_days("RU", year)) == (247, hours)


def test_a_year_without_moved_days_is_a_guess() -> None:
    assert [is_guessed("RU", year) for year in (2026, 2027, 2028, 2035)] == [False, False, True, True]
    assert not is_guessed("CY", 2035)


def test_another_country_has_its_holidays_and_no_short_days() -> None:
    kinds = set(propose_days("CY", 2026).values())
    assert kinds == {"holiday"}


def test_a_country_that_nobody_knows_is_not_found() -> None:
    with pytest.raises(NotFoundError):
        propose_days("XX", 2026)
