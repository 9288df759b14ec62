"""Looking requests up, with what was said in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from services.support import regulation
from services.support.requests.errors import RequestNotFoundError
from services.support.requests.models import InfoRequest, Message, Note, Request

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from services.support.regulation import Regulation


def find_request(db: Session, *, number: int) -> Request | None:
    """The request with this number, if there is one."""
    return db.scalar(select(Request).where(Request.number == number))


def get_request(db: Session, *, number: int) -> Request:
    """The request with this number; raises RequestNotFoundError."""
    found = find_request(db, number=number)
    if found is None:
        raise RequestNotFoundError(number=number)
    return found


def lock_request(db: Session, request: Request) -> Request:
    """Lock its row and read it anew: verbs of one request come one after the other."""
    db.flush()
    db.refresh(request, with_for_update=True)
    return request


def rules_of(db: Session, request: Request) -> Regulation:
    """The regulation that it goes by; raises ValueError for one that was never received."""
    if request.regulation_id is None:
        raise ValueError(request.number)
    return regulation.get_regulation_by_id(db, regulation_id=request.regulation_id)


def list_messages(db: Session, *, request: Request) -> Sequence[Message]:
    """What was said, oldest first."""
    return db.scalars(select(Message).where(Message.request_id == request.id).order_by(Message.id)).all()


def list_notes(db: Session, *, request: Request) -> Sequence[Note]:
    """What staff noted for each other, oldest first."""
    return db.scalars(select(Note).where(Note.request_id == request.id).order_by(Note.id)).all()


def list_info_requests(db: Session, *, request: Request) -> Sequence[InfoRequest]:
    """Everything that was ever asked for, oldest first."""
    query = select(InfoRequest).where(InfoRequest.request_id == request.id)
    return db.scalars(query.order_by(InfoRequest.id)).all()


def find_open_info_request(db: Session, *, request: Request) -> InfoRequest | None:
    """What we wait for, if we do."""
    query = select(InfoRequest).where(InfoRequest.request_id == request.id, InfoRequest.ended_at.is_(None))
    return db.scalar(query)
