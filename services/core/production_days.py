"""The production calendar: which dates of a country differ from the plain week.

Proposed from the library `holidays` (which knows Russia's moved days off and working
Saturdays, not its short days); what is stored of it, and who may correct it, is the matter of
`production_years`.
"""

from __future__ import annotations

from datetime import date, timedelta
from importlib.metadata import version
from typing import TYPE_CHECKING, Literal, cast

import holidays
from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from services.core.db import Base
from services.core.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy.orm import Session

DayKind = Literal["working", "short", "weekend", "holiday"]
KINDS: tuple[DayKind, ...] = ("working", "short", "weekend", "holiday")

HOME = "RU"
"""The vendor's own country (ISO 3166): the working days of his staff and of his deadlines."""

DECREES = {("RU", 2026): "Постановление Правительства РФ от 24.09.2025 № 1466"}
"""Decrees that the proposal of their year was compared with, date by date."""

SATURDAY = 5
_RUSSIAN_HOLIDAYS = frozenset(
    {(1, day) for day in range(1, 9)} | {(2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4)}
)
"""Public holidays of ТК РФ ст. 112, as (month, day): the day before them is an hour shorter."""


class ProductionDay(Base):
    """One date that is not what its weekday says.

    `source` names the decree, the library that proposed it, or the person (`staff:<id>`) who
    set it by hand.
    """

    __tablename__ = "production_day"
    __table_args__ = {"schema": "core"}

    country: Mapped[str] = mapped_column(primary_key=True)
    day_on: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str]
    source: Mapped[str]

    @property
    def by_hand(self) -> bool:
        """Whether a person set this date, so that no proposal may change it."""
        return self.source.startswith("staff:")


def plain_kind(day: date) -> DayKind:
    """What a date is by its weekday alone."""
    return "weekend" if day.weekday() >= SATURDAY else "working"


def works(day: date, days: Mapping[date, DayKind]) -> bool:
    """Tell whether a date is worked, in full or an hour less; `days` are the odd ones."""
    return days.get(day, plain_kind(day)) in {"working", "short"}


def dates_of(year: int) -> Iterator[date]:
    """Every date of a year."""
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += timedelta(days=1)


def propose_days(country: str, year: int) -> dict[date, DayKind]:
    """The dates of `year` that differ from the plain week, as far as they are known by now.

    Short days are worked out for Russia alone: ТК РФ ст. 95, an hour less before a holiday.
    Raises NotFoundError for a country that the library doesn't know.
    """
    known = _known(country, year)
    days: dict[date, DayKind] = {day: "holiday" for day in known if day.year == year}
    for day in getattr(known, "weekend_workdays", set()):
        if day.year == year:
            days[day] = "working"
    if country == "RU":
        days.update({day: "short" for day in dates_of(year) if _is_short(day, days)})
    return days


def is_guessed(country: str, year: int) -> bool:
    """Tell whether the proposal knows of no days moved in `year`, though each year has some.

    Of Russia alone: elsewhere public holidays are moved by law, not by a yearly decree.
    """
    moved = getattr(_known(country, year), "special_public_holidays", {})
    return country == "RU" and year not in moved


def proposal_source() -> str:
    """Name where proposals come from: the library and its version."""
    return f"holidays {version('holidays')}"


def list_days(db: Session, *, country: str, first: date, last: date) -> dict[date, DayKind]:
    """The odd dates of `country` from `first` to `last`, both included."""
    rows = db.execute(
        select(ProductionDay.day_on, ProductionDay.kind).where(
            ProductionDay.country == country, ProductionDay.day_on.between(first, last)
        )
    )
    return {day: cast("DayKind", kind) for day, kind in rows}


def _known(country: str, year: int) -> holidays.HolidayBase:
    try:
        return holidays.country_holidays(country, years=[year, year + 1])
    except NotImplementedError as error:
        raise NotFoundError(kind="country", country=country) from error


def _is_short(day: date, days: Mapping[date, DayKind]) -> bool:
    if not works(day, days):
        return False
    following = day + timedelta(days=1)
    # A working Saturday stands in for a weekday: look past the days off that it made.
    while day.weekday() >= SATURDAY and not works(following, days):
        if _is_public(following):
            return True
        following += timedelta(days=1)
    return _is_public(following)


def _is_public(day: date) -> bool:
    return (day.month, day.day) in _RUSSIAN_HOLIDAYS
