"""Writing a message down, with its files: what both sides of a conversation share."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from services.core import files
from services.core.audit import record
from services.core.errors import InvalidError
from services.core.states import IllegalMoveError
from services.support.requests.models import Message

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.core.files import Upload
    from services.people.models import Person, StaffMember
    from services.support.requests.models import Request

LONGEST_MESSAGE: Final = 20_000
_PRESSED_TWICE: Final = timedelta(minutes=1)


def read_body(body: str, *, needed: bool = True) -> str:
    """The text without blanks around it; raises InvalidError `message_empty`, `message_long`."""
    text = body.strip()
    if needed and not text:
        raise InvalidError("message_empty", field="body")
    if len(text) > LONGEST_MESSAGE:
        raise InvalidError("message_long", field="body", most=LONGEST_MESSAGE)
    return text


def require_state(request: Request, verb: str, *states: str) -> None:
    """Refuse a verb that moves nothing from a state it makes no sense in; raises IllegalMoveError."""
    if request.state not in states:
        raise IllegalMoveError(kind="request", reference=request.reference, state=request.state, verb=verb)


def add_message(
    db: Session,
    *,
    request: Request,
    side: str,
    person: Person,
    body: str,
    uploads: Sequence[Upload],
    at: datetime,
    now: datetime,
) -> Message:
    """Write it down and make `uploads` its files; raises ConflictError for one that is somebody's already."""
    message = Message(request_id=request.id, side=side, person_id=person.id, body=body, at=at)
    db.add(message)
    db.flush()
    for upload in uploads:
        files.claim(db, upload=upload, subject_ref=message.subject_ref, now=now)
    return message


def find_twin(
    db: Session, *, request: Request, person: Person, body: str, uploads: Sequence[Upload], at: datetime
) -> Message | None:
    """The message that the same form has become already: a button is easily pressed twice.

    Known within a minute by its author, its words, and the names and sizes of its files; the request
    is locked.
    """
    query = select(Message).where(
        Message.request_id == request.id,
        Message.person_id == person.id,
        Message.body == body,
        Message.at.between(at - _PRESSED_TWICE, at + _PRESSED_TWICE),
    )
    for known in db.scalars(query.order_by(Message.id.desc())):
        if _outlines(files.list_uploads(db, subject_ref=known.subject_ref)) == _outlines(uploads):
            return known
    return None


def _outlines(uploads: Sequence[Upload]) -> list[tuple[str, int]]:
    return sorted((upload.name, upload.size) for upload in uploads)


def note(
    db: Session, *, request: Request, verb: str, staff: StaffMember | None, message: Message, now: datetime
) -> None:
    """Write to the audit log who has said something; never what."""
    actor = f"staff:{staff.person_id}" if staff is not None else "customer"
    record(
        db,
        actor=actor,
        verb=f"request.{verb}",
        subject=f"request:{request.reference}",
        after={"message": message.id},
        now=now,
    )
