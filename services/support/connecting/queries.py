"""The connections of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from services.people.models import StaffMember
from services.sessions.models import RemoteSession
from services.support.connecting.errors import ConnectionNotFoundError
from services.support.requests.models import Request, RequestSession

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

LIVE: Final = ("held", "booked", "in_progress")


def list_connections(db: Session, *, request: Request) -> Sequence[RequestSession]:
    """All connections of a request, the newest first."""
    query = select(RequestSession).where(RequestSession.request_id == request.id)
    return db.scalars(query.order_by(RequestSession.session_id.desc())).all()


def find_connection(db: Session, *, request: Request) -> RequestSession | None:
    """The connection that is agreed on or going on, if there is one."""
    query = (
        select(RequestSession)
        .join(RemoteSession, RemoteSession.id == RequestSession.session_id)
        .where(RequestSession.request_id == request.id, RemoteSession.state.in_(LIVE))
    )
    return db.scalars(query).first()


def get_connection(db: Session, *, request: Request) -> RequestSession:
    """The same; raises ConnectionNotFoundError."""
    found = find_connection(db, request=request)
    if found is None:
        raise ConnectionNotFoundError(number=request.number)
    return found


def find_request_of(db: Session, *, session: RemoteSession) -> Request | None:
    """The request that a free connection belongs to."""
    query = select(Request).join(RequestSession, RequestSession.request_id == Request.id)
    return db.scalars(query.where(RequestSession.session_id == session.id)).first()


def get_connection_of(db: Session, *, session: RemoteSession) -> RequestSession:
    """The connection that a session is; raises ConnectionNotFoundError for one of another basis."""
    found = db.scalar(select(RequestSession).where(RequestSession.session_id == session.id))
    if found is None:
        raise ConnectionNotFoundError(session=session.reference)
    return found


def initiator(db: Session, *, connection: RequestSession) -> str:
    """The name of who of ours offered the connection."""
    return db.get_one(StaffMember, connection.arranged_by).person.name
