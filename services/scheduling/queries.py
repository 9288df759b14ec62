"""Free times, why a time is not free, and who works when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from services.core.clock import DAY, day_span, floor_minute, instant_of, local_day
from services.people.models import Person, StaffMember
from services.scheduling.engine.explanation import Explanation, Inquiry, explain
from services.scheduling.engine.slots import Query, Slot, find_slots
from services.scheduling.errors import SpecialistNotFoundError
from services.scheduling.loading import load_pool
from services.scheduling.models import Absence, HoursVersion, OwnDate, Specialist
from services.scheduling.rules import rules_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from services.core.revisions import Topic
    from services.scheduling.engine.slots import ServiceRules
    from services.scheduling.rules import Bookable

_AROUND, _EVERYTHING = timedelta(days=7), timedelta(days=1000)


def list_slots(
    db: Session,
    *,
    service: Bookable,
    after: datetime,
    before: datetime,
    customer_zone: str,
    excluded: Collection[int] = (),
    for_desk: bool = False,
    held_share: bool = True,
    seen: Mapping[Topic, str] | None = None,
    now: datetime,
) -> list[Slot]:
    """List the starts in `[after, before)` that can be booked, earliest first (aware, UTC).

    `customer_zone` (IANA) decides what the last date of the horizon is; occupancies in `excluded`
    don't count as taken. `for_desk` and `held_share` as in `Query`, `seen` and the statements
    as for `load_pool`.
    """
    rules = rules_of(service)
    after, before = _bounds(rules, after, before, customer_zone, now)
    if after >= before:
        return []
    query = Query(after, before, customer_zone, frozenset(excluded), for_desk, held_share)
    pool = load_pool(db, rules=rules, query=query, seen=seen, now=now)
    return find_slots(pool.calendars, pool.busy, rules, query, now, closed=pool.closed)


def nearest(
    db: Session,
    *,
    service: Bookable,
    n: int,
    customer_zone: str,
    around: datetime | None = None,
    excluded: Collection[int] = (),
    for_desk: bool = False,
    held_share: bool = True,
    now: datetime,
) -> list[Slot]:
    """List the `n` slots nearest to `around`, or the first ones, in the order of time."""
    target, rules, slots = around or now, rules_of(service), []
    # A week around it is mostly enough; else everything that notice and horizon allow.
    for reach in (_AROUND, _EVERYTHING):
        slots = list_slots(
            db,
            service=rules,
            after=target - reach,
            before=target + reach,
            customer_zone=customer_zone,
            excluded=excluded,
            for_desk=for_desk,
            held_share=held_share,
            now=now,
        )
        if len(slots) >= n:
            break
    closest = sorted(slots, key=lambda slot: (abs(slot.start - target), slot.start))
    return sorted(closest[:n], key=lambda slot: slot.start)


def explain_start(
    db: Session,
    *,
    service: Bookable,
    start: datetime,
    customer_zone: str,
    excluded: Collection[int] = (),
    for_desk: bool = False,
    held_share: bool = True,
    now: datetime,
) -> Explanation:
    """Say for staff why `start` (aware) is offered or not, specialist by specialist."""
    rules = rules_of(service)
    after, before = start, start + timedelta(minutes=1)
    query = Query(after, before, customer_zone, frozenset(excluded), for_desk, held_share)
    pool = load_pool(db, rules=rules, query=query, everyone=True, now=now)
    return explain(pool.calendars, pool.busy, rules, query, now, closed=pool.closed, start=start)


def explain_day(
    db: Session,
    *,
    service: Bookable,
    on: date,
    zone: str,
    excluded: Collection[int] = (),
    for_desk: bool = False,
    held_share: bool = True,
    now: datetime,
) -> list[Explanation]:
    """Say of every start that a date of this zone (IANA) could have why it is offered or not.

    Those are the marks of every clock in the pool, earliest first. Statements as for `list_slots`.
    """
    rules = rules_of(service)
    after, before = day_span(zone, on, on + timedelta(days=1))
    query = Query(after, before, zone, frozenset(excluded), for_desk, held_share)
    pool = load_pool(db, rules=rules, query=query, everyone=True, now=now)
    inquiry = Inquiry(pool.calendars, pool.busy, rules, query, now, closed=pool.closed)
    return [inquiry.explain(start) for start in inquiry.marks()]


def _bounds(
    rules: ServiceRules, after: datetime, before: datetime, customer_zone: str, now: datetime
) -> tuple[datetime, datetime]:
    """Cut a range to what notice and horizon could allow, so that nothing else is loaded."""
    last_local = local_day(customer_zone, floor_minute(now)) + rules.horizon_days
    earliest = now + timedelta(minutes=rules.notice_minutes)
    latest = instant_of((last_local + 2) * DAY)
    return max(after, earliest).astimezone(UTC), min(before, latest).astimezone(UTC)


def get_specialist(db: Session, *, specialist_id: int) -> Specialist:
    """Give the specialist with this id; raises SpecialistNotFoundError."""
    specialist = db.get(Specialist, specialist_id)
    if specialist is None:
        raise SpecialistNotFoundError(specialist=specialist_id)
    return specialist


def find_specialist_of(db: Session, *, person_id: int) -> Specialist | None:
    """Give the specialist that this person is, if he is one."""
    query = select(Specialist).join(StaffMember).where(StaffMember.person_id == person_id)
    return db.scalar(query)


def list_specialists(db: Session, *, active_only: bool = True) -> Sequence[Specialist]:
    """List the specialists by name."""
    query = select(Specialist).join(StaffMember).join(Person).order_by(Person.name, Specialist.id)
    return db.scalars(query.where(StaffMember.active) if active_only else query).all()


def find_hours(db: Session, *, specialist: Specialist, on: date) -> HoursVersion | None:
    """Give the weekly hours in force on a local date of the specialist."""
    return db.scalar(
        select(HoursVersion)
        .where(HoursVersion.specialist_id == specialist.id, HoursVersion.effective_from <= on)
        .order_by(HoursVersion.effective_from.desc(), HoursVersion.id.desc())
        .limit(1)
    )


def list_hours(db: Session, *, specialist: Specialist) -> Sequence[HoursVersion]:
    """List all versions of the weekly hours, newest in force first."""
    return db.scalars(
        select(HoursVersion)
        .where(HoursVersion.specialist_id == specialist.id)
        .order_by(HoursVersion.effective_from.desc(), HoursVersion.id.desc())
    ).all()


def list_own_dates(db: Session, *, specialist: Specialist, from_on: date) -> Sequence[OwnDate]:
    """List the dates of their own from a local date on."""
    return db.scalars(
        select(OwnDate)
        .where(OwnDate.specialist_id == specialist.id, OwnDate.day_on >= from_on)
        .order_by(OwnDate.day_on, OwnDate.id)
    ).all()


def list_absences(db: Session, *, specialist: Specialist, after: datetime) -> Sequence[Absence]:
    """List the absences that end after a moment, asked for or approved."""
    return db.scalars(
        select(Absence)
        .where(Absence.specialist_id == specialist.id, func.upper(Absence.during) > after)
        .order_by(Absence.during)
    ).all()
