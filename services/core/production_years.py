"""The stored production calendar: proposed for a year, confirmed with its decree, corrected by hand.

The decree for a year comes in the autumn before it; until somebody has compared the year with
it, whatever is counted in working days may still move. What a person set is never overwritten
by a proposal: differences are listed instead.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple, TypedDict, TypeVar

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from services.core.audit import record
from services.core.business_time import BusinessCalendar
from services.core.db import Base
from services.core.errors import ConflictError, InvalidError, NotFoundError
from services.core.production_days import (
    DECREES,
    DayKind,
    ProductionDay,
    dates_of,
    list_days,
    plain_kind,
    proposal_source,
    propose_days,
    works,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from services.core.business_time import WeekWindow

Row = TypeVar("Row", "ProductionDay", "ProductionYear")

_HOURS_A_DAY = 8
_EVER = (date(1900, 1, 1), date(2200, 12, 31))


class ProductionYear(Base):
    """One year of one country; `source` names its decree, or the library that proposed it.

    `state` is `proposed` until somebody has compared it with the decree, then `decreed`.
    """

    __tablename__ = "production_year"
    __table_args__ = {"schema": "core"}

    country: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str]
    source: Mapped[str]
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]


class YearDecreedError(ConflictError):
    """The year rests on a decree: single dates may be corrected, no proposal replaces it."""


class Difference(NamedTuple):
    """A date on which the stored calendar and today's proposal differ."""

    on: date
    stored: DayKind
    proposed: DayKind


class Production(TypedDict, total=False):
    """What a production calendar adds to weekly windows, by the names of `BusinessCalendar`."""

    odd_days: tuple[tuple[date, DayKind], ...]
    decreed: frozenset[int]


def propose_year(db: Session, *, country: str, year: int, actor: str, now: datetime) -> ProductionYear:
    """Store what is known of a year by now; dates that a person set stay as they are.

    A year whose decree the proposal was compared with is decreed at once. Raises NotFoundError
    for an unknown country, YearDecreedError.
    """
    known, days = find_year(db, country=country, year=year), propose_days(country, year)
    if known is not None and known.state == "decreed":
        raise YearDecreedError(country=country, year=year)
    by_hand = {row.day_on for row in list_odd_days(db, country=country, year=year) if row.by_hand}
    db.execute(
        delete(ProductionDay).where(
            ProductionDay.country == country,
            ProductionDay.day_on.between(*_bounds(year)),
            ProductionDay.day_on.not_in(by_hand),
        )
    )
    decree = DECREES.get((country, year))
    source = decree or proposal_source()
    rows = [
        {"country": country, "day_on": on, "kind": kind, "source": source}
        for on, kind in sorted(days.items())
        if on not in by_hand
    ]
    if rows:
        # Two may take the same year over at once: the same days then.
        db.execute(insert(ProductionDay).on_conflict_do_nothing(), rows)
    state = "decreed" if decree else "proposed"
    return _keep_year(db, country, year, state, source, verb="calendar.propose", actor=actor, now=now)


def confirm_year(
    db: Session, *, country: str, year: int, decree: str, actor: str, now: datetime
) -> ProductionYear:
    """Say that the year, as it is stored, is what the decree of this name says.

    Raises NotFoundError for a year without days, InvalidError `empty` without a name.
    """
    decree = decree.strip()
    if not decree:
        raise InvalidError("empty", field="decree")
    if find_year(db, country=country, year=year) is None:
        raise NotFoundError(kind="production_year", country=country, year=year)
    for row in list_odd_days(db, country=country, year=year):
        if not row.by_hand:
            row.source = decree
    return _keep_year(db, country, year, "decreed", decree, verb="calendar.confirm", actor=actor, now=now)


def override_day(
    db: Session, *, country: str, on: date, kind: DayKind, actor: str, now: datetime
) -> ProductionDay:
    """Set one date by hand, whatever was proposed; `actor` is kept as its source.

    Raises NotFoundError for a year of which nothing is stored.
    """
    if find_year(db, country=country, year=on.year) is None:
        raise NotFoundError(kind="production_year", country=country, year=on.year)
    before = list_days(db, country=country, first=on, last=on).get(on, plain_kind(on))
    row = {"country": country, "day_on": on, "kind": kind, "source": actor}
    day = _keep(db, ProductionDay, ("country", "day_on"), row)
    _note(db, country, on, "calendar.override", (before, kind), actor=actor, now=now)
    return day


def clear_override(db: Session, *, country: str, on: date, actor: str, now: datetime) -> None:
    """Let a date be what the proposal says again; one that nobody set by hand stays.

    Raises NotFoundError when nobody set it.
    """
    day, year = db.get(ProductionDay, (country, on)), find_year(db, country=country, year=on.year)
    if day is None or year is None or not day.by_hand:
        raise NotFoundError(kind="production_day", on=on)
    before = day.kind
    proposed = propose_days(country, on.year).get(on)
    if proposed is None:
        db.delete(day)
    else:
        day.kind, day.source = proposed, year.source
    db.flush()
    _note(db, country, on, "calendar.clear", (before, proposed or plain_kind(on)), actor=actor, now=now)


def find_year(db: Session, *, country: str, year: int) -> ProductionYear | None:
    """What is known of a year, if anything is stored."""
    return db.get(ProductionYear, (country, year))


def list_years(db: Session, *, country: str) -> Sequence[ProductionYear]:
    """The stored years of a country, earliest first."""
    query = select(ProductionYear).where(ProductionYear.country == country)
    return db.scalars(query.order_by(ProductionYear.year)).all()


def list_odd_days(db: Session, *, country: str, year: int) -> Sequence[ProductionDay]:
    """The stored dates of a year with their sources, in order."""
    return db.scalars(
        select(ProductionDay)
        .where(ProductionDay.country == country, ProductionDay.day_on.between(*_bounds(year)))
        .order_by(ProductionDay.day_on)
    ).all()


def list_differences(db: Session, *, country: str, year: int) -> list[Difference]:
    """The dates of a year on which what is stored is not what would be proposed now."""
    first, last = _bounds(year)
    stored, proposed = list_days(db, country=country, first=first, last=last), propose_days(country, year)
    pairs = ((on, stored.get(on, plain_kind(on)), proposed.get(on, plain_kind(on))) for on in dates_of(year))
    return [Difference(*pair) for pair in pairs if pair[1] != pair[2]]


def list_undecreed(db: Session, *, country: str, years: Iterable[int]) -> list[int]:
    """Those of `years` that nobody has compared with a decree yet, earliest first."""
    decreed = {known.year for known in list_years(db, country=country) if known.state == "decreed"}
    return sorted(set(years) - decreed)


def count_work(year: int, days: Mapping[date, DayKind]) -> tuple[int, int]:
    """Count the working days of a year, and its working hours at 40 hours a week."""
    kinds = [days.get(on, plain_kind(on)) for on in dates_of(year) if works(on, days)]
    return len(kinds), len(kinds) * _HOURS_A_DAY - kinds.count("short")


def load_business_calendar(
    db: Session, *, country: str, zone: str, windows: Iterable[WeekWindow]
) -> BusinessCalendar:
    """Join weekly windows (wall clock of `zone`, an IANA name) with a country's odd dates.

    Two statements; equal contents share what was computed from them. Raises ValueError.
    """
    production = load_production(db, country=country)
    return BusinessCalendar(zone=zone, windows=tuple(sorted(windows)), **production)


def load_production(db: Session, *, country: str) -> Production:
    """All odd dates of a country's production calendar, and which of its years rest on a decree."""
    first, last = _EVER
    return {
        "odd_days": tuple(sorted(list_days(db, country=country, first=first, last=last).items())),
        "decreed": frozenset(one.year for one in list_years(db, country=country) if one.state == "decreed"),
    }


def _bounds(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


def _keep_year(
    db: Session, country: str, year: int, state: str, source: str, *, verb: str, actor: str, now: datetime
) -> ProductionYear:
    row = {
        "country": country,
        "year": year,
        "state": state,
        "source": source,
        "changed_by": actor,
        "changed_at": now,
    }
    known = _keep(db, ProductionYear, ("country", "year"), row)
    subject = f"production_year:{country}:{year}"
    record(db, actor=actor, verb=verb, subject=subject, after={"state": state, "source": source}, now=now)
    return known


def _keep(db: Session, table: type[Row], key: tuple[str, str], row: dict[str, object]) -> Row:
    """Write a row in place of what its key had before, whoever writes it at the same time."""
    db.flush()
    kept = insert(table).values(row).on_conflict_do_update(index_elements=key, set_=row)
    return db.scalars(kept.returning(table), execution_options={"populate_existing": True}).one()


def _note(
    db: Session, country: str, on: date, verb: str, kinds: tuple[str, str], *, actor: str, now: datetime
) -> None:
    record(
        db,
        actor=actor,
        verb=verb,
        subject=f"production_day:{country}:{on}",
        before={"kind": kinds[0]},
        after={"kind": kinds[1]},
        now=now,
    )
