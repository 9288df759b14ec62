"""The production calendar: which dates of a country differ from the plain week.

Proposed from the library `holidays` (which knows Russia's moved days off and working
Saturdays, not its short days), stored, and from then on the administrator's to correct:
the decree for a year comes in the autumn before it.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal, cast

import holidays
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from services.core.audit import record
from services.core.db import Base

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

DayKind = Literal["working", "short", "weekend", "holiday"]

_SATURDAY = 5
_RUSSIAN_HOLIDAYS = frozenset(
    {(1, day) for day in range(1, 9)} | {(2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4)}
)
"""Public holidays of ТК РФ ст. 112, as (month, day): the day before them is an hour shorter."""


class ProductionDay(Base):
    """One date that is not what its weekday says; `source` names the decree or the person."""

    __tablename__ = "production_day"
    __table_args__ = {"schema": "core"}

    country: Mapped[str] = mapped_column(primary_key=True)
    day_on: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str]
    source: Mapped[str]


def propose_days(country: str, year: int) -> dict[date, DayKind]:
    """The dates of `year` that differ from the plain week, as far as they are known by now.

    Short days are worked out for Russia alone: ТК РФ ст. 95, an hour less before a holiday.
    """
    known = holidays.country_holidays(country, years=[year, year + 1])
    days: dict[date, DayKind] = {day: "holiday" for day in known if day.year == year}
    for day in getattr(known, "weekend_workdays", set()):
        if day.year == year:
            days[day] = "working"
    if country == "RU":
        days.update(_short_days(year, days))
    return days


def store_days(
    db: Session,
    *,
    country: str,
    days: Mapping[date, DayKind],
    source: str,
    actor: str,
    now: datetime,
) -> None:
    """Write down what the dates are, in place of what was known of them."""
    for day, kind in days.items():
        row = {"country": country, "day_on": day, "kind": kind, "source": source}
        db.execute(
            insert(ProductionDay)
            .values(row)
            .on_conflict_do_update(index_elements=["country", "day_on"], set_=row)
        )
    record(
        db,
        actor=actor,
        verb="calendar.edit",
        subject=f"production_days:{country}",
        after={"days": len(days)},
        now=now,
    )


def list_days(db: Session, *, country: str, first: date, last: date) -> dict[date, DayKind]:
    """The odd dates of `country` from `first` to `last`, both included."""
    rows = db.execute(
        select(ProductionDay.day_on, ProductionDay.kind).where(
            ProductionDay.country == country, ProductionDay.day_on.between(first, last)
        )
    )
    return {day: cast("DayKind", kind) for day, kind in rows}


def _short_days(year: int, days: Mapping[date, DayKind]) -> dict[date, DayKind]:
    first = date(year, 1, 1)
    dates = (first + timedelta(days=offset) for offset in range(366))
    return {day: "short" for day in dates if day.year == year and _is_short(day, days)}


def _is_short(day: date, days: Mapping[date, DayKind]) -> bool:
    if not _works(day, days):
        return False
    following = day + timedelta(days=1)
    # A working Saturday stands in for a weekday: look past the days off that it made.
    while day.weekday() >= _SATURDAY and not _works(following, days):
        if _is_public(following):
            return True
        following += timedelta(days=1)
    return _is_public(following)


def _works(day: date, days: Mapping[date, DayKind]) -> bool:
    plain: DayKind = "weekend" if day.weekday() >= _SATURDAY else "working"
    return days.get(day, plain) in {"working", "short"}


def _is_public(day: date) -> bool:
    return (day.month, day.day) in _RUSSIAN_HOLIDAYS
