"""Holiday sets: named lists of days off, one of which each specialist may have.

A day with a name is the set's own, such as a republic's holiday; days without one were taken
over from the production calendar, and are replaced when its year is taken over again.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from services.core.audit import record
from services.core.production_days import list_days
from services.scheduling.errors import HolidaySetNotFoundError, HoursError
from services.scheduling.models import Holiday, HolidaySet, Specialist

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.core.texts import Texts

_DAY_KEY = ("holiday_set_id", "day_on")


def get_holiday_set(db: Session, *, code: str) -> HolidaySet:
    """Give the set with this code; raises HolidaySetNotFoundError."""
    found = db.scalar(select(HolidaySet).where(HolidaySet.code == code))
    if found is None:
        raise HolidaySetNotFoundError(code=code)
    return found


def list_holiday_sets(db: Session) -> Sequence[HolidaySet]:
    """List all sets, the oldest first."""
    return db.scalars(select(HolidaySet).order_by(HolidaySet.id)).all()


def count_users(db: Session) -> dict[int, int]:
    """Count the specialists of each set, by its id."""
    query = select(Specialist.holiday_set_id, func.count()).group_by(Specialist.holiday_set_id)
    return {set_id: count for set_id, count in db.execute(query) if set_id is not None}


def list_holidays(db: Session, *, holidays: HolidaySet, from_on: date) -> Sequence[Holiday]:
    """List the days off of a set from a date on."""
    query = select(Holiday).where(Holiday.holiday_set_id == holidays.id, Holiday.day_on >= from_on)
    return db.scalars(query.order_by(Holiday.day_on)).all()


def add_holiday_set(db: Session, *, code: str, name: Texts, actor: str, now: datetime) -> HolidaySet:
    """Begin a set without days, known by its code; raises HoursError `code_taken`."""
    # Two may take a code at once: the database decides.
    row = insert(HolidaySet).values(code=code, name=name).on_conflict_do_nothing()
    made: HolidaySet | None = db.scalar(row.returning(HolidaySet))
    if made is None:
        raise HoursError("code_taken", field="code", holidays=code)
    _note(db, made, "holidays.add", actor=actor, now=now)
    return made


def save_holidays(
    db: Session,
    *,
    code: str,
    name: Texts,
    days: Mapping[date, Texts | None],
    actor: str,
    now: datetime,
) -> HolidaySet:
    """Write a set of days off, known by its code; its days become exactly these."""
    holidays = db.scalar(select(HolidaySet).where(HolidaySet.code == code)) or HolidaySet(code=code)
    holidays.name = name
    db.add(holidays)
    db.flush()
    db.execute(delete(Holiday).where(Holiday.holiday_set_id == holidays.id))
    db.add_all(Holiday(holiday_set_id=holidays.id, day_on=on, name=said) for on, said in sorted(days.items()))
    db.flush()
    _note(db, holidays, "holidays.save", actor=actor, now=now)
    return holidays


def rename_holiday_set(db: Session, *, holidays: HolidaySet, name: Texts, actor: str, now: datetime) -> None:
    """Give a set another name; its code stays."""
    holidays.name = name
    db.flush()
    _note(db, holidays, "holidays.rename", actor=actor, now=now)


def add_holiday(
    db: Session, *, holidays: HolidaySet, on: date, name: Texts, actor: str, now: datetime
) -> Holiday:
    """Make a date a day off of the set's own; one that it had already gets the name."""
    row = {"holiday_set_id": holidays.id, "day_on": on, "name": name}
    kept = insert(Holiday).values(row).on_conflict_do_update(index_elements=_DAY_KEY, set_=row)
    day = db.scalars(kept.returning(Holiday), execution_options={"populate_existing": True}).one()
    _note(db, holidays, "holidays.day_add", actor=actor, now=now, after={"on": on.isoformat()})
    return day


def remove_holiday(db: Session, *, holidays: HolidaySet, on: date, actor: str, now: datetime) -> None:
    """Let a date be no day off of the set any more."""
    gone = delete(Holiday).where(Holiday.holiday_set_id == holidays.id, Holiday.day_on == on)
    db.execute(gone)
    _note(db, holidays, "holidays.day_remove", actor=actor, now=now, after={"on": on.isoformat()})


def take_over_year(
    db: Session, *, holidays: HolidaySet, country: str, year: int, actor: str, now: datetime
) -> int:
    """Take all days off of a country's production calendar over into a set; count them.

    Those on Saturdays and Sundays too: somebody may work then. The set's own days stay; days of
    that year taken over before go, unless they are off still. Raises HoursError `no_days` when
    nothing is known of the year.
    """
    first, last = date(year, 1, 1), date(year, 12, 31)
    days = list_days(db, country=country, first=first, last=last)
    off = {on for on, kind in days.items() if kind in {"holiday", "weekend"}}
    if not off:
        raise HoursError("no_days", field="year", year=year)
    of_year = (Holiday.holiday_set_id == holidays.id, Holiday.day_on.between(first, last))
    db.execute(delete(Holiday).where(*of_year, Holiday.name.is_(None)))
    own = set(db.scalars(select(Holiday.day_on).where(*of_year)))
    rows = [{"holiday_set_id": holidays.id, "day_on": on, "name": None} for on in sorted(off - own)]
    if rows:
        db.execute(insert(Holiday).on_conflict_do_nothing(), rows)
    facts = {"country": country, "year": year, "days": len(off)}
    _note(db, holidays, "holidays.take_over", actor=actor, now=now, after=facts)
    return len(off)


def _note(
    db: Session,
    holidays: HolidaySet,
    verb: str,
    *,
    actor: str,
    now: datetime,
    after: dict[str, Any] | None = None,
) -> None:
    record(db, actor=actor, verb=verb, subject=f"holidays:{holidays.code}", after=after, now=now)
