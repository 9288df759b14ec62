"""Reading the letters and the audit log."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select

from services.core.audit import AuditRow
from services.core.mail.models import OutboxMail
from services.people.models import Person

if TYPE_CHECKING:
    from datetime import date, tzinfo

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session


def letters(*, state: str = "", words: str = "") -> Select[OutboxMail]:
    """Letters, newest first; `words` is a reference, or a part of an address or a subject."""
    query = select(OutboxMail).order_by(OutboxMail.queued_at.desc(), OutboxMail.id.desc())
    if state:
        query = query.where(OutboxMail.state == state)
    if words:
        part = words.lower()
        query = query.where(
            or_(
                func.lower(OutboxMail.to_email).contains(part, autoescape=True),
                func.lower(OutboxMail.subject).contains(part, autoescape=True),
                OutboxMail.subject_ref.endswith(words.upper(), autoescape=True),
            )
        )
    return query


def audit_rows(
    *, actor: str = "", subject: str = "", verb: str = "", on: date | None = None, zone: tzinfo
) -> Select[AuditRow]:
    """The audit log, newest first, narrowed by exact actor, beginnings of subject and verb, a date."""
    query = select(AuditRow).order_by(AuditRow.seq.desc())
    if actor:
        query = query.where(AuditRow.actor == actor)
    if subject:
        query = query.where(AuditRow.subject.startswith(subject, autoescape=True))
    if verb:
        query = query.where(AuditRow.verb.startswith(verb, autoescape=True))
    if on is not None:
        query = query.where(_on(on, zone))
    return query


def _on(on: date, zone: tzinfo) -> ColumnElement[bool]:
    start = datetime.combine(on, time(), zone)
    return (AuditRow.at >= start) & (AuditRow.at < datetime.combine(on + timedelta(days=1), time(), zone))


def names_of(db: Session, *, actors: set[str]) -> dict[str, str]:
    """Names for `staff:<person id>`, for showing: the log itself holds none."""
    numbers = [int(actor.removeprefix("staff:")) for actor in actors if actor.startswith("staff:")]
    rows = db.execute(select(Person.id, Person.name).where(Person.id.in_(numbers)))
    return {f"staff:{person_id}": name for person_id, name in rows}
