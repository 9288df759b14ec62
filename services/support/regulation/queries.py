"""The regulation in force, and every version there was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import select

from services.core.business_calendars import KeptCalendar, load_calendar
from services.core.errors import NotFoundError
from services.support.regulation.models import RegulationDraft, RegulationVersion
from services.support.terms import Terms

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from services.core.business_time import BusinessCalendar
    from services.core.texts import Texts

_KNOWN = "regulations"
_LATEST_FIRST = (RegulationVersion.valid_from_on.desc(), RegulationVersion.n.desc())


@dataclass(frozen=True)
class Regulation:
    """A version as it is used: terms, text (Markdown), and the calendar that its deadlines count by."""

    id: int
    n: int
    valid_from_on: date
    terms: Terms
    body: Texts
    calendar_code: str
    calendar: BusinessCalendar
    is_demo: bool
    published_at: datetime


def get_regulation(db: Session, *, on: date) -> Regulation:
    """The version in force on a local date: the latest that begins then or before; raises NotFoundError."""
    found = find_regulation(db, on=on)
    if found is None:
        raise NotFoundError(kind="regulation")
    return found


def find_regulation(db: Session, *, on: date) -> Regulation | None:
    """The same, or None where nothing is in force yet."""
    query = select(RegulationVersion).where(RegulationVersion.valid_from_on <= on)
    found = db.scalar(query.order_by(*_LATEST_FIRST).limit(1))
    return None if found is None else _read(db, found)


def get_regulation_by_id(db: Session, *, regulation_id: int) -> Regulation:
    """The version that a request goes by; raises NotFoundError."""
    found = db.get(RegulationVersion, regulation_id)
    if found is None:
        raise NotFoundError(kind="regulation")
    return _read(db, found)


def get_version(db: Session, *, n: int) -> Regulation:
    """The version with this number, in force or not; raises NotFoundError."""
    found = db.scalar(select(RegulationVersion).where(RegulationVersion.n == n))
    if found is None:
        raise NotFoundError(kind="regulation")
    return _read(db, found)


def list_versions(db: Session) -> Sequence[RegulationVersion]:
    """Every version, the newest first."""
    return db.scalars(select(RegulationVersion).order_by(RegulationVersion.n.desc())).all()


def find_draft(db: Session) -> RegulationDraft | None:
    """What staff write at, if they do."""
    return db.get(RegulationDraft, 1)


def regulation_date(db: Session, *, now: datetime) -> date:
    """The date by which the version in force at a moment is found: by the clock of its own calendar.

    Where the next version's calendar lies in another zone, it begins when the first of both clocks
    reaches its date. Before the first version the date is by the first's clock; raises NotFoundError
    where there is none.
    """
    zones = select(RegulationVersion.valid_from_on, KeptCalendar.zone).join(KeptCalendar)
    dates = [
        (since, now.astimezone(ZoneInfo(zone)).date())
        for since, zone in db.execute(zones.order_by(*_LATEST_FIRST))
    ]
    if not dates:
        raise NotFoundError(kind="regulation")
    return next((today for since, today in dates if since <= today), dates[-1][1])


def _read(db: Session, version: RegulationVersion) -> Regulation:
    """Read once a transaction: one request's clocks ask several times."""
    transaction, known = db.info.get(_KNOWN, (None, {}))
    if transaction is None or transaction is not db.get_transaction():
        known = {}
        db.info[_KNOWN] = (db.get_transaction(), known)
    if version.id not in known:
        known[version.id] = Regulation(
            id=version.id,
            n=version.n,
            valid_from_on=version.valid_from_on,
            terms=Terms.from_json(version.terms),
            body=version.body,
            calendar_code=version.calendar.code,
            calendar=load_calendar(db, code=version.calendar.code),
            is_demo=version.is_demo,
            published_at=version.published_at,
        )
    regulation: Regulation = known[version.id]
    return regulation
