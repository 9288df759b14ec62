"""A free remote connection within a request: agreed on, moved, called off, begun.

It is the vendor's own offer: free, on the same request and the same clocks, and it never becomes a
paid session, for the basis of a session never changes. Which time suits, staff and customer have
agreed on before. The request is locked first, the session after it.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from services import sessions
from services.core.audit import record
from services.sessions import Chosen, Holder, MovePolicy
from services.support.connecting import letters
from services.support.connecting.errors import AlreadyArrangedError
from services.support.connecting.queries import find_connection, find_request_of, get_connection
from services.support.requests import (
    end_pause,
    find_open_info_request,
    lock_request,
)
from services.support.requests.models import RequestSession
from services.support.requests.writing import require_state

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.catalogue.models import Service
    from services.people.models import StaffMember
    from services.sessions.models import RemoteSession
    from services.support.requests.models import Request

ACCESS: Final = "access"
"""The item of the regulation that a connection brings."""
_MOMENT: Final = timedelta(minutes=5)
# Staff have no moves to use up, and no deadline.
_BY_STAFF: Final = MovePolicy(free_moves=0, deadline=timedelta(0))


def arrange(
    db: Session, *, request: Request, service: Service, start: datetime, staff: StaffMember, now: datetime
) -> RequestSession:
    """Book the time from `start` (aware, UTC) for a connection as long as `service`; the author is invited.

    Who offered it is kept. The clocks go on: whoever waits for access asks for it. Raises
    AlreadyArrangedError, SlotTakenError, SlotNotOfferedError, IllegalMoveError for a request that
    waits for its contact person or has ended.
    """
    lock_request(db, request)
    require_state(request, "connect", "open", "waiting")
    known = find_connection(db, request=request)
    if known is not None:
        raise AlreadyArrangedError(number=request.number, session=known.session.reference)
    actor = f"staff:{staff.person_id}"
    session = _held(db, request, service, start, now)
    made = RequestSession(
        request_id=request.id, session_id=session.id, arranged_at=now, arranged_by=staff.id, session=session
    )
    db.add(made)
    db.flush()
    sessions.confirm(db, session=session, actor=actor, now=now)
    letters.tell(db, request=request, session=session, change="agreed", now=now)
    _note(db, request, session, "connect", actor=actor, now=now)
    return made


def move_connection(
    db: Session, *, request: Request, start: datetime, staff: StaffMember, now: datetime
) -> RemoteSession:
    """Give the connection another time; the author's invitation moves along.

    Raises ConnectionNotFoundError, SlotTakenError, SlotNotOfferedError, IllegalMoveError once it began.
    """
    lock_request(db, request)
    session = get_connection(db, request=request).session
    before_at = session.starts_at
    actor = f"staff:{staff.person_id}"
    sessions.move_session(
        db, session=session, start=start, by="staff", policy=_BY_STAFF, actor=actor, now=now
    )
    if start != before_at:
        letters.tell(db, request=request, session=session, change="moved", before_at=before_at, now=now)
        _note(db, request, session, "move_connection", actor=actor, now=now)
    return session


def cancel_connection(db: Session, *, request: Request, staff: StaffMember, now: datetime) -> RemoteSession:
    """Call it off; the request goes on as it is. Raises as `move_connection`, but for the times."""
    lock_request(db, request)
    session = get_connection(db, request=request).session
    actor = f"staff:{staff.person_id}"
    sessions.cancel(db, session=session, ended_by="vendor", actor=actor, now=now)
    letters.tell(db, request=request, session=session, change="cancelled", now=now)
    _note(db, request, session, "cancel_connection", actor=actor, now=now)
    return session


def note_start(db: Session, *, session_id: int, at: datetime, now: datetime) -> bool:
    """Access is there since the connection began `at`: a pause that waits for it ends; True if this did it.

    Safe to run twice, and late: an answer of the customer has ended the pause before.
    """
    request = find_request_of(db, session=sessions.get_session_by_id(db, session_id=session_id))
    if request is None:
        return False
    lock_request(db, request)
    asked = find_open_info_request(db, request=request)
    if asked is None or asked.asked_at >= at or ACCESS not in {item["code"] for item in asked.items}:
        return False
    return end_pause(db, request=request, at=at, actor="system", now=now)


def _held(db: Session, request: Request, service: Service, start: datetime, now: datetime) -> RemoteSession:
    begun = sessions.hold(
        db,
        chosen=Chosen.of(service),
        start=start,
        # No browser keeps it: it is booked in the same transaction.
        holder=Holder(secrets.token_urlsafe()),
        basis="support",
        zone=request.author.zone,
        until=now + _MOMENT,
        now=now,
    )
    return sessions.describe(
        db,
        session=begun.session(db),
        person=request.author,
        organisation=request.organisation,
        product=request.product,
        description=request.subject,
        project=str(request.answers.get("project") or ""),
        now=now,
    )


def _note(
    db: Session, request: Request, session: RemoteSession, verb: str, *, actor: str, now: datetime
) -> None:
    record(
        db,
        actor=actor,
        verb=f"request.{verb}",
        subject=f"request:{request.reference}",
        after={"session": session.reference, "starts_at": session.starts_at.isoformat()},
        now=now,
    )
