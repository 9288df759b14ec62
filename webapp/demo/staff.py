"""The demo vendor's people: who they are, what they can do, when they work."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from services import people, scheduling
from services.core.production_days import HOME
from services.core.production_years import list_odd_days, propose_year
from webapp.demo.offerings import ACTOR
from webapp.demo.source import Table, minute, texts

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.people.models import StaffMember
    from services.scheduling.models import HolidaySet

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_BEFORE = timedelta(days=60)
"""Hours begin in the past, because some of the demo's sessions lie there."""


def add_calendar(db: Session, source: Table, *, now: datetime) -> HolidaySet:
    """Store the production calendar of this year and the next, and the days off in it."""
    off: dict[date, None] = {}
    for year in (now.year, now.year + 1):
        propose_year(db, country=HOME, year=year, actor=ACTOR, now=now)
        days = list_odd_days(db, country=HOME, year=year)
        off |= {day.day_on: None for day in days if day.kind == "holiday"}
    return scheduling.save_holidays(
        db, code="ru", name=texts(source["holidays"]["name"]), days=off, actor=ACTOR, now=now
    )


def add_staff(db: Session, source: Table, *, holidays: HolidaySet, now: datetime) -> None:
    """Write the staff; those with hours take sessions."""
    for row in source["staff"]:
        person = people.add_person(
            db, name=row["name"], email=row["email"], locale=row["locale"], zone=row["zone"]
        )
        member = people.hire(db, person=person, actor=ACTOR, now=now)
        if "hours" in row:
            _add_specialist(db, row, member, holidays, now=now)


def add_reserve(db: Session, source: Table, *, now: datetime) -> None:
    """Keep a part of the working time for free support, from today on."""
    zone = ZoneInfo(source["vendor"]["zone"])
    scheduling.set_desk_reserve(
        db,
        effective_from=now.astimezone(zone).date(),
        percent=source["desk"]["reserve_percent"],
        actor=ACTOR,
        now=now,
    )


def _add_specialist(
    db: Session, row: Table, member: StaffMember, holidays: HolidaySet, *, now: datetime
) -> None:
    specialist = scheduling.add_specialist(
        db,
        staff_member=member,
        zone=row["zone"],
        skills=row["skills"],
        holidays=holidays,
        actor=ACTOR,
        now=now,
    )
    scheduling.set_hours(
        db,
        specialist=specialist,
        effective_from=(now - _BEFORE).date(),
        windows=windows(row["hours"]),
        actor=ACTOR,
        now=now,
    )


def windows(hours: Table) -> list[tuple[int, int, int]]:
    """Weekly hours as (weekday from Monday 0, start, end) in minutes of the day."""
    found = []
    for name, spans in hours.items():
        for span in spans:
            start, _, end = span.partition("-")
            found.append((WEEKDAYS.index(name), minute(start), minute(end)))
    return found
