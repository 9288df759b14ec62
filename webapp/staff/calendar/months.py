"""A year of the production calendar as twelve months of weeks."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from services.core.production_days import plain_kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from services.core.production_days import DayKind, ProductionDay

_MONDAY_FIRST = calendar.Calendar(calendar.MONDAY)


@dataclass(frozen=True)
class Day:
    """One date; `odd` when it is not what its weekday says."""

    on: date
    kind: DayKind
    odd: bool
    by_hand: bool


@dataclass(frozen=True)
class Month:
    """A month; a week holds None for dates of its neighbours."""

    first: date
    weeks: list[list[Day | None]]


def read_months(year: int, odd: Mapping[date, ProductionDay]) -> list[Month]:
    """The twelve months of a year with what its odd dates are."""
    return [
        Month(
            date(year, month, 1),
            [
                [_day(on, odd) if on.month == month else None for on in week]
                for week in _MONDAY_FIRST.monthdatescalendar(year, month)
            ],
        )
        for month in range(1, 13)
    ]


def _day(on: date, odd: Mapping[date, ProductionDay]) -> Day:
    known, plain = odd.get(on), plain_kind(on)
    kind: DayKind = known.kind if known is not None else plain  # type: ignore[assignment]  # CHECKed
    return Day(on, kind, kind != plain, known is not None and known.by_hand)
