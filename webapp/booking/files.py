"""Files that a customer adds to his order: kept even when the rest of the form is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.datastructures import FileStorage

from services.core import files
from services.core.db import record_refusal
from services.core.errors import InvalidError, NotFoundError
from webapp.request import db
from webapp.wrongs import sentence_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from services.core.files import StoredFile
    from services.sessions.models import RemoteSession


def subject_of(session: RemoteSession) -> str:
    """What the files of a session are filed under."""
    return f"session:{session.reference}"


def files_of(session: RemoteSession) -> Sequence[StoredFile]:
    """The session's files, oldest first."""
    return files.list_files(db(), subject_ref=subject_of(session))


def keep_files(session: RemoteSession, uploads: Iterable[object], *, now: datetime) -> list[str]:
    """Store what is acceptable in a transaction of its own; say why the others are not."""
    refusals = []
    for upload in uploads:
        # A form that was sent without its files holds their names as text.
        if not isinstance(upload, FileStorage) or not upload.filename:
            continue
        try:
            with record_refusal(db()) as own:
                files.store(
                    own,
                    content=upload.stream.read(files.LARGEST + 1),
                    name=upload.filename,
                    subject_ref=subject_of(session),
                    now=now,
                )
        except InvalidError as error:
            refusals.append(sentence_of(error))
    return refusals


def drop_file(session: RemoteSession, reference: str) -> None:
    """Remove a file of this session; one that isn't there is gone already."""
    try:
        stored = files.get_file(db(), reference=reference, subject_ref=subject_of(session))
    except NotFoundError:
        return
    files.remove(db(), stored=stored)
