"""Writing the next version, and publishing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from services.core import locks
from services.core.audit import record
from services.core.business_calendars import today_of
from services.core.errors import InvalidError
from services.support.regulation.models import RegulationDraft, RegulationVersion
from services.support.regulation.queries import find_draft, regulation_date

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from services.core.business_calendars import KeptCalendar
    from services.core.texts import Texts
    from services.support.terms import Terms


class RegulationError(InvalidError):
    """What can't be published: `regulation_past`, `regulation_empty`."""


def save_draft(
    db: Session, *, terms: Terms, body: Texts, calendar: KeptCalendar, actor: str, now: datetime
) -> RegulationDraft:
    """Keep what is being written; there is one draft."""
    draft = find_draft(db)
    if draft is None:
        draft = RegulationDraft(id=1)
        db.add(draft)
    draft.terms, draft.body, draft.calendar = terms.to_json(), body, calendar
    draft.saved_at, draft.saved_by = now, actor
    db.flush()
    record(db, actor=actor, verb="regulation.save_draft", subject="regulation", now=now)
    return draft


def drop_draft(db: Session, *, actor: str, now: datetime) -> None:
    """Throw away what is being written, if there is anything."""
    if _delete_draft(db):
        record(db, actor=actor, verb="regulation.drop_draft", subject="regulation", now=now)


def publish(
    db: Session,
    *,
    terms: Terms,
    body: Texts,
    calendar: KeptCalendar,
    valid_from_on: date,
    is_demo: bool = False,
    actor: str,
    now: datetime,
) -> RegulationVersion:
    """Make it the next version, for requests received from that date on; those before keep theirs.

    Of two versions of one date the later one counts. The draft is done with. Raises RegulationError
    `regulation_past` for a date before tomorrow, except for the first version; `regulation_empty`.
    """
    locks.wait_for(db, locks.REGULATION)
    last = db.scalar(select(func.max(RegulationVersion.n)))
    if last is not None and valid_from_on <= max(today_of(calendar, now=now), regulation_date(db, now=now)):
        raise RegulationError("regulation_past", field="valid_from_on")
    if not (body.ru.strip() and body.en.strip()):
        raise RegulationError("regulation_empty", field="body")
    version = RegulationVersion(
        n=(last or 0) + 1,
        valid_from_on=valid_from_on,
        calendar_id=calendar.id,
        terms=terms.to_json(),
        body=body,
        is_demo=is_demo,
        published_at=now,
        published_by=actor,
    )
    db.add(version)
    _delete_draft(db)
    facts = {"n": version.n, "from": valid_from_on.isoformat()}
    record(db, actor=actor, verb="regulation.publish", subject="regulation", after=facts, now=now)
    return version


def _delete_draft(db: Session) -> bool:
    """Whether there was one."""
    draft = find_draft(db)
    if draft is not None:
        db.delete(draft)
    db.flush()
    return draft is not None
