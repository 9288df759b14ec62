"""The customer's preparation: checklist, tool and connection ID, consent to the connection.

One-time passwords are never stored. The ID is encrypted, shown to staff shortly before the start,
each look written down, and wiped some days after the session.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import insert, update

from services import catalogue, documents
from services.core.audit import record
from services.core.db import core_of, record_refusal
from services.sessions.describing import preparation_of
from services.sessions.errors import (
    NobodyDescribedError,
    PreparationClosedError,
    PreparationError,
    TooEarlyError,
)
from services.sessions.models import Look, Preparation
from services.sessions.seats import locked
from services.sessions.states import ENDS

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from services.documents.models import Acceptance, Version
    from services.people.models import Person
    from services.sessions.models import RemoteSession

POINTS: Final = ("admin_stays", "backup", "tool_ready", "documents_closed", "questions_written")
"""A person with administrator rights stays; backup made or refused; the tool from our page;
documents closed; questions written down."""
OTHER_TOOL: Final = "other"
SHOWN_BEFORE: Final = timedelta(minutes=15)
WIPED_AFTER: Final = timedelta(days=7)
LONGEST_ID: Final = 200


def set_checklist(
    db: Session, *, session: RemoteSession, done: Collection[str], now: datetime
) -> Preparation:
    """Tick exactly the points in `done` (of POINTS); a point keeps the moment it was ticked at.

    Raises PreparationClosedError, PreparationError `point`.
    """
    unknown = set(done) - set(POINTS)
    if unknown:
        raise PreparationError("point", field="points", unknown=sorted(unknown))
    prepared = _open(db, session, now=now)
    before = prepared.checklist
    prepared.checklist = {point: before.get(point, now.isoformat()) for point in POINTS if point in done}
    db.flush()
    _note(db, session, "session.prepare", now=now, after={"points": sorted(done)})
    return prepared


def set_connection(
    db: Session, *, session: RemoteSession, tool_slug: str | None, connection_id: str, now: datetime
) -> Preparation:
    """Keep the program (of the catalogue, or `other`) and the ID, sealed; an odd ID is kept as it is.

    An empty ID removes the stored one. Raises PreparationClosedError, PreparationError `tool`,
    `length`.
    """
    if tool_slug and tool_slug != OTHER_TOOL and catalogue.find_tool(db, slug=tool_slug) is None:
        raise PreparationError("tool", field="tool", slug=tool_slug)
    typed = connection_id.strip()
    if len(typed) > LONGEST_ID:
        raise PreparationError("length", field="connection_id", longest=LONGEST_ID)
    prepared = _open(db, session, now=now)
    prepared.tool_slug = tool_slug or None
    prepared.connection_id_enc = core_of(db).keys.encrypt(typed.encode()) if typed else None
    prepared.wipe_at = session.ends_at + WIPED_AFTER if typed else None
    db.flush()
    _note(db, session, "session.connection", now=now, after={"tool": tool_slug, "id": bool(typed)})
    return prepared


def own_connection_id(db: Session, *, session: RemoteSession) -> str:
    """Give the customer the ID that he wrote down himself, or "" if there is none."""
    prepared = db.get(Preparation, session.id)
    if prepared is None or prepared.connection_id_enc is None:
        return ""
    return core_of(db).keys.decrypt(prepared.connection_id_enc).decode()


def consent(
    db: Session, *, session: RemoteSession, version: Version, address: str, agent: str, now: datetime
) -> Acceptance:
    """Write down the customer's consent to the connection, in the wording he was shown.

    The first one stays. Raises PreparationClosedError, NobodyDescribedError, PreparationError
    `document` for another document.
    """
    if version.kind != "consent_remote":
        raise PreparationError("document", field="consent", kind=version.kind)
    prepared = _open(db, session, now=now)
    if session.person_id is None:
        raise NobodyDescribedError(reference=session.reference)
    acceptance = documents.accept(
        db,
        version=version,
        person_id=session.person_id,
        subject_ref=f"session:{session.reference}",
        means="checkbox",
        address=address,
        agent=agent,
        now=now,
    )
    prepared.consent_version_id = prepared.consent_version_id or version.id
    db.flush()
    _note(db, session, "session.consent", now=now, after={"acceptance": acceptance.id})
    return acceptance


def show_connection_id(db: Session, *, session: RemoteSession, person: Person, now: datetime) -> str | None:
    """Give the connection ID to one of the staff, and write the look down; None if there is none.

    The look stays even when the surrounding transaction fails. Raises TooEarlyError more than
    15 minutes before the start.
    """
    opens_at = session.starts_at - SHOWN_BEFORE
    if now < opens_at:
        raise TooEarlyError(from_at=opens_at)
    prepared = db.get(Preparation, session.id)
    if prepared is None or prepared.connection_id_enc is None:
        return None
    with record_refusal(db) as other:
        row = {"session_id": session.id, "person_id": person.id, "at": now}
        other.execute(insert(Look).inline(), [row])
    return core_of(db).keys.decrypt(prepared.connection_id_enc).decode()


def wipe_connection_ids(db: Session, *, now: datetime) -> int:
    """Forget the connection IDs whose time is over; gives how many. Safe to run twice."""
    wiped = db.execute(
        update(Preparation)
        .where(Preparation.wipe_at <= now)
        .values(connection_id_enc=None, wipe_at=None)
        .returning(Preparation.session_id)
    )
    return len(wiped.all())


def _open(db: Session, session: RemoteSession, *, now: datetime) -> Preparation:
    locked(db, session)
    if session.state in ENDS:
        raise PreparationClosedError(reference=session.reference, state=session.state)
    prepared = preparation_of(db, session, now=now)
    prepared.changed_at = now
    return prepared


def _note(db: Session, session: RemoteSession, verb: str, *, after: dict[str, object], now: datetime) -> None:
    subject = f"session:{session.reference}"
    record(db, actor="customer", verb=verb, subject=subject, after=after, now=now)
