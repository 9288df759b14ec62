"""The files of a conversation: of each message what has arrived, and what may be handed out again."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from services.core.errors import NotFoundError
from services.core.files import StoredFile, Upload
from services.support.requests.models import Message

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from services.support.requests.models import Request


@dataclass(frozen=True)
class Attachment:
    """One file: `state` as an upload's (`judging`, `accepted`, `quarantined`, `refused`).

    `verdict` is what the judgement found, as `Upload.verdict`.
    """

    reference: str
    name: str
    size: int
    state: str
    verdict: Mapping[str, Any] | None = None


def list_attachments(db: Session, *, request: Request) -> Mapping[int, Sequence[Attachment]]:
    """The files of a request by the ids of its messages, oldest first; those of forms and of letters."""
    subjects = {message.subject_ref: message.id for message in _messages(db, request)}
    found: dict[int, list[Attachment]] = defaultdict(list)
    known = set()
    sent = select(Upload).where(Upload.subject_ref.in_(subjects)).order_by(Upload.id)
    for upload in db.scalars(sent):
        known.add(upload.reference)
        found[subjects[upload.subject_ref or ""]].append(
            Attachment(upload.reference, upload.name, upload.size, upload.state, upload.verdict)
        )
    stored = select(StoredFile).where(StoredFile.subject_ref.in_(subjects)).order_by(StoredFile.id)
    for file in db.scalars(stored):
        if file.reference not in known:
            found[subjects[file.subject_ref]].append(
                Attachment(file.reference, file.name, file.size, file.verdict)
            )
    return found


def get_attachment(db: Session, *, request: Request, reference: str, quarantined: bool = False) -> StoredFile:
    """A file of this request and no other; raises NotFoundError, for a quarantined one unless asked for."""
    subjects = [message.subject_ref for message in _messages(db, request)]
    query = select(StoredFile).where(StoredFile.reference == reference, StoredFile.subject_ref.in_(subjects))
    found = db.scalar(query)
    if found is None or (found.verdict != "accepted" and not quarantined):
        raise NotFoundError(kind="file")
    return found


def _messages(db: Session, request: Request) -> Sequence[Message]:
    return db.scalars(select(Message).where(Message.request_id == request.id)).all()
