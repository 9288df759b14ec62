"""Business calendars as they are kept: versions by the date from which each is in force.

What lies before a version's date stays as it was counted; a calendar that is never open is refused.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import ForeignKey, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from services.core import locks
from services.core.audit import record
from services.core.business_time import BusinessCalendar, NoBusinessTimeError
from services.core.db import Base, Id
from services.core.errors import InvalidError, NotFoundError
from services.core.jobs import defer
from services.core.production_years import load_production
from services.core.revisions import Kept, revisions
from services.core.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from services.core.business_time import WeekWindow, Window
    from services.core.production_years import Production
    from services.core.revisions import Topic

_TOPIC: Final[Topic] = "regulation"
_kept: Kept[BusinessCalendar] = Kept(_TOPIC)


class KeptCalendar(Base):
    """A calendar by its code; its zone (IANA) and country (whose production days count) never change."""

    __tablename__ = "business_calendar"
    __table_args__ = {"schema": "core"}

    id: Mapped[Id]
    code: Mapped[str]
    name: Mapped[Texts]
    zone: Mapped[str]
    country: Mapped[str | None]


class CalendarVersion(Base):
    """Opening hours from a local date on: `weekly` [[weekday, start, end]], `overrides` {date: [[…]]}.

    Minutes of the day, weekday 0 is Monday. Of two versions of one date the later one counts.
    """

    __tablename__ = "calendar_version"
    __table_args__ = {"schema": "core"}

    id: Mapped[Id]
    calendar_id: Mapped[int] = mapped_column(ForeignKey(KeptCalendar.id))
    effective_from: Mapped[date]
    weekly: Mapped[Any] = mapped_column(JSONB)
    overrides: Mapped[Any] = mapped_column(JSONB)
    published_at: Mapped[datetime]
    published_by: Mapped[str]

    @property
    def own_days(self) -> dict[date, tuple[Window, ...]]:
        """The dates with windows of their own, in order; none: closed."""
        return {
            date.fromisoformat(on): tuple((start, end) for start, end in windows)
            for on, windows in sorted(self.overrides.items())
        }


def add_calendar(
    db: Session, *, code: str, name: Texts, zone: str, country: str | None, actor: str, now: datetime
) -> KeptCalendar:
    """Write down a calendar; it means nothing before it has a version.

    Raises InvalidError `calendar_taken` or `calendar_zone`.
    """
    try:
        ZoneInfo(zone)
    except (ValueError, ZoneInfoNotFoundError) as error:
        raise InvalidError("calendar_zone", field="zone", zone=zone) from error
    if db.scalar(select(KeptCalendar.id).where(KeptCalendar.code == code)) is not None:
        raise InvalidError("calendar_taken", field="code")
    calendar = KeptCalendar(code=code, name=name, zone=zone, country=country)
    db.add(calendar)
    db.flush()
    record(db, actor=actor, verb="calendar.add", subject=f"business_calendar:{code}", now=now)
    return calendar


def publish_version(
    db: Session,
    *,
    calendar: KeptCalendar,
    effective_from: date,
    weekly: Iterable[WeekWindow],
    overrides: Mapping[date, Iterable[Window]],
    actor: str,
    now: datetime,
) -> CalendarVersion:
    """Publish opening hours in force from a local date on, and have the clocks that run told.

    From tomorrow on in the calendar's zone, unless it is the calendar's first version: what was counted
    of today stays counted. Raises InvalidError: `calendar_past`, `calendar_windows` (a window is none),
    `calendar_closed`.
    """
    # Two publishers come one after the other: the later one counts for whoever reads both.
    db.get(KeptCalendar, calendar.id, with_for_update={"key_share": True, "read": False})
    known = list_calendar_versions(db, calendar=calendar)
    today = today_of(calendar, now=now)
    if known and effective_from <= today:
        raise InvalidError("calendar_past", field="effective_from", today=today)
    version = CalendarVersion(
        calendar_id=calendar.id,
        effective_from=effective_from,
        weekly=[list(window) for window in sorted(weekly)],
        overrides={on.isoformat(): [list(one) for one in windows] for on, windows in overrides.items()},
        published_at=now,
        published_by=actor,
    )
    _require_open(db, calendar, version)
    db.add(version)
    db.flush()
    after = {"version": version.id, "effective_from": effective_from.isoformat()}
    subject = f"business_calendar:{calendar.code}"
    record(db, actor=actor, verb="calendar.publish", subject=subject, after=after, now=now)
    if known:
        _tell_clocks(db, calendar)
    return version


def note_production(db: Session, *, country: str) -> None:
    """A country's production calendar has changed: have the clocks that run by it told."""
    for calendar in list_calendars(db):
        if calendar.country == country:
            _tell_clocks(db, calendar)


def load_calendar(db: Session, *, code: str) -> BusinessCalendar:
    """A calendar by its code with all its versions, to count by; kept in this process while it is so.

    Raises NotFoundError for a code without a version.
    """
    seen = revisions(db, topics=[_TOPIC])
    return _kept.get(db, key=code, seen=seen, make=lambda: _load(db, code))


def get_calendar(db: Session, *, code: str) -> KeptCalendar:
    """A calendar as it is kept; raises NotFoundError."""
    found = db.scalar(select(KeptCalendar).where(KeptCalendar.code == code))
    if found is None:
        raise NotFoundError(kind="business_calendar", code=code)
    return found


def list_calendars(db: Session) -> Sequence[KeptCalendar]:
    """All calendars by their codes."""
    return db.scalars(select(KeptCalendar).order_by(KeptCalendar.code)).all()


def list_calendar_versions(db: Session, *, calendar: KeptCalendar) -> Sequence[CalendarVersion]:
    """The versions of a calendar by their dates; of those of one date the last one counts."""
    return db.scalars(
        select(CalendarVersion)
        .where(CalendarVersion.calendar_id == calendar.id)
        .order_by(CalendarVersion.effective_from, CalendarVersion.id)
    ).all()


def find_calendar_version(db: Session, *, calendar: KeptCalendar, on: date) -> CalendarVersion | None:
    """The version in force on a local date; the first one also before its own."""
    versions = list_calendar_versions(db, calendar=calendar)
    reached = [one for one in versions if one.effective_from <= on]
    return reached[-1] if reached else next(iter(versions), None)


def today_of(calendar: KeptCalendar, *, now: datetime) -> date:
    """The date on the wall clock of a calendar's zone."""
    return now.astimezone(ZoneInfo(calendar.zone)).date()


def _load(db: Session, code: str) -> BusinessCalendar:
    calendar = get_calendar(db, code=code)
    versions = list_calendar_versions(db, calendar=calendar)
    if not versions:
        raise NotFoundError(kind="calendar_version", code=code)
    by_date = [list(ones)[-1] for _on, ones in groupby(versions, key=lambda one: one.effective_from)]
    first, *later = by_date
    facts = _production(db, calendar.country)
    successors = tuple((one.effective_from, _as_value(calendar, one, **facts)) for one in later)
    return _as_value(calendar, first, **facts, successors=successors)


def _as_value(calendar: KeptCalendar, version: CalendarVersion, **facts: Any) -> BusinessCalendar:
    return BusinessCalendar(
        zone=calendar.zone,
        windows=tuple((weekday, start, end) for weekday, start, end in version.weekly),
        overrides=tuple(version.own_days.items()),
        **facts,
    )


def _production(db: Session, country: str | None) -> Production:
    """What a country's production calendar adds; nothing is expected where none counts."""
    return {} if country is None else load_production(db, country=country)


def _tell_clocks(db: Session, calendar: KeptCalendar) -> None:
    # A clock that starts meanwhile by the old hours would not be there yet when they are recounted.
    locks.wait_for(db, locks.HOURS)
    lock = f"recompute_clocks:{calendar.id}"
    defer(db, "recompute_clocks", queue="free", lock=lock, calendar_id=calendar.id)


def _require_open(db: Session, calendar: KeptCalendar, version: CalendarVersion) -> None:
    """Refuse windows that are none, and a calendar that never opens from the version's date on."""
    try:
        value = _as_value(calendar, version, **_production(db, calendar.country))
    except ValueError as error:
        raise InvalidError("calendar_windows", field="weekly") from error
    try:
        value.next_business_day(version.effective_from - timedelta(days=1))
    except NoBusinessTimeError as error:
        raise InvalidError("calendar_closed", field="weekly") from error
