"""On which day which reminder of an invoice is due: business days of the seller, and nothing twice."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.invoices.reminders import ORDER, kind_on
from services.core.business_time import BusinessCalendar

WEEK = tuple((weekday, 540, 1080) for weekday in range(5))
PLAIN = BusinessCalendar("Europe/Moscow", WEEK)
NEW_YEAR = BusinessCalendar(
    "Europe/Moscow",
    WEEK,
    (
        (date(2026, 12, 31), "holiday"),
        *((date(2027, 1, day), "holiday") for day in range(1, 11)),
        (date(2027, 2, 20), "working"),
        (date(2027, 2, 22), "holiday"),
        (date(2027, 2, 23), "holiday"),
    ),
)
LONG_AGO = date(2026, 1, 12)


def on(day, due, calendar=PLAIN, issued=LONG_AGO):
    return kind_on(
        date.fromisoformat(day), issued_on=issued, due_on=date.fromisoformat(due), calendar=calendar
    )


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        ("2026-11-24", None),
        ("2026-11-25", "before"),
        ("2026-11-26", "before"),  # the day before nobody worked, or the worker stood
        ("2026-11-27", "after_1"),
        ("2026-11-28", "after_1"),
        ("2026-11-30", "after_1"),
        ("2026-12-01", "after_3"),
        ("2026-12-20", "after_3"),
    ],
)
def test_around_a_thursday(day, kind):
    assert on(day, "2026-11-26") == kind


def test_before_a_monday_friday_reminds_and_the_weekend_is_late_for_it():
    assert on("2026-11-26", "2026-11-30") is None
    assert on("2026-11-27", "2026-11-30") == "before"


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        ("2026-12-29", "before"),
        ("2026-12-31", None),  # a holiday is no business day after
        ("2027-01-10", None),
        ("2027-01-11", "after_1"),
        ("2027-01-12", "after_1"),
        ("2027-01-13", "after_3"),
    ],
)
def test_the_new_year_s_holidays_count_for_nothing(day, kind):
    assert on(day, "2026-12-30", NEW_YEAR) == kind


def test_a_working_saturday_is_a_business_day():
    assert on("2027-02-20", "2027-02-19", NEW_YEAR) == "after_1"
    assert on("2027-02-19", "2027-02-20", NEW_YEAR) == "before"
    assert on("2027-02-24", "2027-02-19", NEW_YEAR) == "after_1"
    assert on("2027-02-25", "2027-02-19", NEW_YEAR) == "after_3"


def test_nobody_is_reminded_on_the_day_on_which_he_got_the_invoice():
    issued = date(2026, 11, 25)
    assert on("2026-11-25", "2026-11-26", issued=issued) is None
    assert on("2026-11-26", "2026-11-26", issued=issued) == "before"


@given(
    due=st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    days=st.lists(st.integers(-30, 60), min_size=2, unique=True).map(sorted),
    calendar=st.sampled_from([PLAIN, NEW_YEAR]),
)
def test_days_that_pass_never_lead_back_to_an_earlier_reminder(due, days, calendar):
    kinds = [
        kind_on(
            due + timedelta(days=n), issued_on=LONG_AGO - timedelta(days=900), due_on=due, calendar=calendar
        )
        for n in days
    ]
    ranks = [ORDER.index(kind) for kind in kinds if kind is not None]
    assert ranks == sorted(ranks)


@given(due=st.dates(date(2026, 1, 1), date(2027, 12, 31)), calendar=st.sampled_from([PLAIN, NEW_YEAR]))
def test_each_reminder_has_a_business_day_of_its_own(due, calendar):
    start = due - timedelta(days=20)
    days = [start + timedelta(days=n) for n in range(60)]
    kinds = {
        kind_on(day, issued_on=LONG_AGO - timedelta(days=900), due_on=due, calendar=calendar)
        for day in days
        if calendar.is_business_day(day)
    }
    assert set(ORDER) <= kinds
