"""Who works when: specialists, weekly hours, dates of their own, absences."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import Range

from services.core.audit import record
from services.scheduling.errors import HoursError
from services.scheduling.locks import lock_days
from services.scheduling.models import (
    Absence,
    HolidaySet,
    HoursVersion,
    OwnDate,
    Specialist,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from services.people.models import StaffMember
    from services.scheduling.engine.working_time import WeekWindow, Window

_LAST_START, _LAST_END, _SUNDAY = 1439, 1440, 6
_SOLD_AHEAD = timedelta(days=367)
"""Nobody takes time further ahead, however long somebody is away."""


def add_specialist(
    db: Session,
    *,
    staff_member: StaffMember,
    zone: str,
    skills: Iterable[str] = (),
    daily_limit: int | None = None,
    desk: bool = True,
    holidays: HolidaySet | None = None,
    actor: str,
    now: datetime,
) -> Specialist:
    """Let one of the vendor's people take sessions; he has no hours yet.

    `zone` is the IANA zone of his hours, `skills` are codes that services ask for. Raises
    HoursError `zone`, `limit`.
    """
    specialist = Specialist(
        staff_member=staff_member,
        zone=_zone(zone),
        skills=sorted(set(skills)),
        daily_limit=_limit(daily_limit),
        desk=desk,
        holiday_set_id=holidays.id if holidays else None,
    )
    db.add(specialist)
    db.flush()
    _note(db, specialist, "specialist.add", actor=actor, now=now)
    return specialist


def edit_specialist(
    db: Session,
    *,
    specialist: Specialist,
    zone: str,
    skills: Iterable[str],
    daily_limit: int | None,
    desk: bool,
    holidays: HolidaySet | None,
    actor: str,
    now: datetime,
) -> Specialist:
    """Change what a specialist can do and where his clock stands; booked sessions stay.

    Raises HoursError `zone`, `limit`.
    """
    specialist.zone, specialist.skills = _zone(zone), sorted(set(skills))
    specialist.daily_limit, specialist.desk = _limit(daily_limit), desk
    specialist.holiday_set_id = holidays.id if holidays else None
    db.flush()
    facts = {"zone": zone, "skills": specialist.skills, "daily_limit": daily_limit, "desk": desk}
    _note(db, specialist, "specialist.edit", actor=actor, now=now, after=facts)
    return specialist


def set_hours(
    db: Session,
    *,
    specialist: Specialist,
    effective_from: date,
    windows: Sequence[WeekWindow],
    actor: str,
    now: datetime,
) -> HoursVersion:
    """Write a new version of the weekly hours, in force from a local date until the next one.

    Windows are (weekday, start, end) in minutes of the day, Monday 0; an end before the start is
    on the next date, 1440 is midnight. Earlier versions stay. Raises HoursError `window`.
    """
    for weekday, start, end in windows:
        _check_window(start, end)
        if not 0 <= weekday <= _SUNDAY:
            raise HoursError("window", field="windows", weekday=weekday)
    version = HoursVersion(
        specialist_id=specialist.id,
        effective_from=effective_from,
        windows=[list(window) for window in sorted(set(windows))],
    )
    db.add(version)
    db.flush()
    facts = {"from": effective_from.isoformat(), "version": version.id}
    _note(db, specialist, "hours.set", actor=actor, now=now, after=facts)
    return version


def set_own_date(
    db: Session,
    *,
    specialist: Specialist,
    day_on: date,
    windows: Sequence[Window],
    actor: str,
    now: datetime,
) -> OwnDate:
    """Give a local date its own windows in place of the weekly ones; none makes it a day off.

    What the date had before is replaced. Raises HoursError `window`.
    """
    for start, end in windows:
        _check_window(start, end)
    _drop_own_date(db, specialist, day_on)
    own = OwnDate(
        specialist_id=specialist.id,
        day_on=day_on,
        windows=[list(window) for window in sorted(set(windows))],
    )
    db.add(own)
    db.flush()
    facts = {"on": day_on.isoformat(), "windows": own.windows}
    _note(db, specialist, "own_date.set", actor=actor, now=now, after=facts)
    return own


def clear_own_date(db: Session, *, specialist: Specialist, day_on: date, actor: str, now: datetime) -> None:
    """Let the weekly hours count again on a local date."""
    _drop_own_date(db, specialist, day_on)
    facts = {"on": day_on.isoformat()}
    _note(db, specialist, "own_date.clear", actor=actor, now=now, after=facts)


def ask_absence(
    db: Session,
    *,
    specialist: Specialist,
    starts_at: datetime,
    ends_at: datetime,
    actor: str,
    now: datetime,
) -> Absence:
    """Note that a specialist wants to be away in `[starts_at, ends_at)`; it blocks nothing yet.

    Whole minutes, aware. Raises HoursError `dates`.
    """
    if ends_at <= starts_at or any(at.second or at.microsecond for at in (starts_at, ends_at)):
        raise HoursError("dates", field="ends_at")
    during = Range(starts_at, ends_at)
    absence = Absence(specialist_id=specialist.id, during=during, state="asked", asked_at=now)
    db.add(absence)
    db.flush()
    _note(db, specialist, "absence.ask", actor=actor, now=now, after={"absence": absence.id})
    return absence


def approve_absence(db: Session, *, absence: Absence, actor: str, now: datetime) -> Absence:
    """Make an absence count: no start is offered in it any more; booked sessions stay.

    Waits for whoever takes time on its dates just now, so that all who came first can be seen.
    """
    first, last = absence.span
    soon = now + _SOLD_AHEAD
    lock_days(db, [(min(max(first, now), soon), max(min(last, soon), now))])
    absence.state = "approved"
    db.flush()
    subject = f"specialist:{absence.specialist_id}"
    record(db, actor=actor, verb="absence.approve", subject=subject, after={"absence": absence.id}, now=now)
    return absence


def remove_absence(db: Session, *, absence: Absence, actor: str, now: datetime) -> None:
    """Take an absence back, asked for or approved."""
    subject, facts = f"specialist:{absence.specialist_id}", {"absence": absence.id}
    db.delete(absence)
    db.flush()
    record(db, actor=actor, verb="absence.remove", subject=subject, before=facts, now=now)


def _drop_own_date(db: Session, specialist: Specialist, day_on: date) -> None:
    db.execute(delete(OwnDate).where(OwnDate.specialist_id == specialist.id, OwnDate.day_on == day_on))


def _check_window(start: int, end: int) -> None:
    if not (0 <= start <= _LAST_START and 0 <= end <= _LAST_END):
        raise HoursError("window", field="windows", start=start, end=end)


def _zone(zone: str) -> str:
    if zone not in available_timezones():
        raise HoursError("zone", field="zone", zone=zone)
    return zone


def _limit(daily_limit: int | None) -> int | None:
    if daily_limit is not None and daily_limit < 1:
        raise HoursError("limit", field="daily_limit")
    return daily_limit


def _note(
    db: Session,
    specialist: Specialist,
    verb: str,
    *,
    actor: str,
    now: datetime,
    after: dict[str, Any] | None = None,
) -> None:
    record(db, actor=actor, verb=verb, subject=f"specialist:{specialist.id}", after=after, now=now)
