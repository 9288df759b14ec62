"""Periods of the seller's calendar that reports are about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from billing.reports.errors import PeriodError

if TYPE_CHECKING:
    from datetime import datetime

    from billing.sellers.models import Seller

_LONGEST: Final = timedelta(days=3660)


@dataclass(frozen=True, order=True)
class Period:
    """Whole days of the seller's dates, the first and the last both within."""

    from_on: date
    to_on: date

    def __post_init__(self) -> None:
        if self.to_on < self.from_on:
            raise PeriodError("period_order", field="to_on")
        if self.to_on - self.from_on > _LONGEST:
            raise PeriodError("period_long", field="to_on")


def month_of(day: date) -> Period:
    """The month that a day lies in."""
    first = day.replace(day=1)
    return Period(first, _next_month(first) - timedelta(days=1))


def today_of(seller: Seller, *, now: datetime) -> date:
    """The seller's date."""
    return now.astimezone(ZoneInfo(seller.zone)).date()


def closed_month(seller: Seller, *, year: int, month: int, now: datetime) -> Period:
    """A month that is over in the seller's zone; raises PeriodError `month_open`.

    What has a date of it may still come to be known: a statement that is imported later, the act of
    its last day. Entries say when they were booked.
    """
    wanted = month_of(date(year, month, 1))
    if today_of(seller, now=now) <= wanted.to_on:
        raise PeriodError("month_open", field="month", ends_on=wanted.to_on)
    return wanted


def closed_months(seller: Seller, *, count: int, now: datetime) -> list[Period]:
    """The newest months that are over in the seller's zone, the latest first."""
    months: list[Period] = []
    first = today_of(seller, now=now).replace(day=1)
    for _n in range(count):
        months.append(month_of(first - timedelta(days=1)))
        first = months[-1].from_on
    return months


def _next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)
