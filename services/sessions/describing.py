"""What the customer says of himself and of his trouble."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.core.audit import record
from services.sessions.errors import PreparationClosedError
from services.sessions.keeping import extend_locked
from services.sessions.limits import check_contact
from services.sessions.models import Preparation
from services.sessions.queries import is_held
from services.sessions.seats import locked
from services.sessions.states import ENDS

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.catalogue.models import Product
    from services.people.models import Organisation, Person
    from services.sessions.models import RemoteSession


def describe(
    db: Session,
    *,
    session: RemoteSession,
    person: Person,
    organisation: Organisation | None = None,
    product: Product | None = None,
    situation: str = "",
    description: str = "",
    project: str = "",
    tool_slug: str | None = None,
    until: datetime | None = None,
    now: datetime,
) -> RemoteSession:
    """Write down for whom the session is and what is wrong, as far as it is known.

    A hold that is live is kept until `until`, never shorter than before. May be repeated until the
    session ends; empty means «I don't know». Raises PreparationClosedError, and ContactLimitError
    for somebody who keeps too much unpaid.
    """
    if session.basis == "order" and session.state == "held":
        check_contact(db, session=session, person=person, organisation=organisation, now=now)
    locked(db, session)
    if session.state in ENDS:
        raise PreparationClosedError(reference=session.reference, state=session.state)
    if until is not None and is_held(session, now=now):
        extend_locked(db, session, until=until, now=now)
    session.person = person
    session.organisation = organisation
    session.product = product
    session.situation, session.description = situation.strip(), description.strip()
    session.project = project.strip()
    if tool_slug or db.get(Preparation, session.id) is not None:
        preparation_of(db, session, now=now).tool_slug = tool_slug or None
    db.flush()
    facts = {"person": person.id, "organisation": organisation.id if organisation else None}
    subject = f"session:{session.reference}"
    record(db, actor="customer", verb="session.describe", subject=subject, after=facts, now=now)
    return session


def name_organisation(
    db: Session,
    *,
    session: RemoteSession,
    person: Person,
    organisation: Organisation | None,
    now: datetime,
) -> RemoteSession:
    """Write down for which organisation a described session is; raises ContactLimitError."""
    if session.organisation is organisation:
        return session
    if session.basis == "order" and session.state == "held":
        check_contact(db, session=session, person=person, organisation=organisation, now=now)
    locked(db, session)
    session.organisation = organisation
    db.flush()
    return session


def preparation_of(db: Session, session: RemoteSession, *, now: datetime) -> Preparation:
    """Give the session's preparation, begun now if nothing was prepared yet."""
    prepared = db.get(Preparation, session.id)
    if prepared is None:
        prepared = Preparation(session_id=session.id, checklist={}, changed_at=now)
        db.add(prepared)
        db.flush()
    return prepared
