"""Keeping files: judged first, written under random names, sealed with the field key."""

from __future__ import annotations

import hashlib
import io
import os
import secrets
from typing import IO, TYPE_CHECKING, cast

from sqlalchemy import event, select

from services.core.db import core_of
from services.core.errors import InvalidError, NotFoundError
from services.core.files.clamd import scanned
from services.core.files.judgement import judge
from services.core.files.models import StoredFile
from services.core.files.pieces import SealedFile, is_in_pieces

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session

    from services.core.settings import CoreSettings

LARGEST = 10 * 2**20
MOST_PER_SUBJECT = 10
_NAME_LENGTH = 150


def store(db: Session, *, content: bytes, name: str, subject_ref: str, now: datetime) -> StoredFile:
    """Judge and keep one file about `subject_ref` (at most 10 MiB, ten of them).

    The bytes are written before the row is committed: a rolled back row leaves an orphan
    that nothing names, a committed row always has its bytes. Raises FileRefusedError and
    InvalidError `file_size`, `file_count`.
    """
    if len(content) > LARGEST:
        raise InvalidError("file_size", field="files", name=name, largest=LARGEST)
    if len(list_files(db, subject_ref=subject_ref)) >= MOST_PER_SUBJECT:
        raise InvalidError("file_count", field="files", most=MOST_PER_SUBJECT)
    judged = scanned(core_of(db), io.BytesIO(content), judge(content, name=name), name=name)
    stored = StoredFile(
        reference=secrets.token_hex(16),
        subject_ref=subject_ref,
        name=clean_name(name),
        sha256=hashlib.sha256(content).digest(),
        size=len(content),
        media=judged.media,
        verdict=judged.verdict,
        stored_at=now,
    )
    _write(core_of(db), stored.reference, content)
    db.add(stored)
    db.flush()
    return stored


def list_files(db: Session, *, subject_ref: str) -> Sequence[StoredFile]:
    """The files about one thing, oldest first."""
    return db.scalars(
        select(StoredFile).where(StoredFile.subject_ref == subject_ref).order_by(StoredFile.id)
    ).all()


def get_file(db: Session, *, reference: str, subject_ref: str) -> StoredFile:
    """A file of this thing and no other; raises NotFoundError."""
    found = db.scalar(
        select(StoredFile).where(StoredFile.reference == reference, StoredFile.subject_ref == subject_ref)
    )
    if found is None:
        raise NotFoundError(kind="file")
    return found


def read(db: Session, *, stored: StoredFile) -> bytes:
    """The file's bytes; raises NotFoundError when they are gone."""
    with open_file(db, stored=stored) as file:
        return b"".join(iter(lambda: file.read(2**20), b""))


def open_file(db: Session, *, stored: StoredFile) -> IO[bytes]:
    """Open the file for reading, a part at a time; raises NotFoundError when its bytes are gone."""
    core = core_of(db)
    path = path_of(core, stored.reference)
    try:
        if is_in_pieces(path):
            return cast("IO[bytes]", SealedFile(path, core.keys))
        return io.BytesIO(core.keys.decrypt(path.read_bytes()))
    except FileNotFoundError as error:
        raise NotFoundError(kind="file") from error


def remove(db: Session, *, stored: StoredFile) -> None:
    """Forget a file; its bytes go once that is committed, so that a row always has its bytes."""
    path = path_of(core_of(db), stored.reference)
    db.delete(stored)
    db.flush()
    event.listen(db, "after_commit", lambda _db: path.unlink(missing_ok=True), once=True)


def clean_name(name: str) -> str:
    """The sender's name of a file without folders and signs that no person typed, nor dots at its end."""
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(sign for sign in last if sign.isprintable()).strip().rstrip(". ")
    return shown[-_NAME_LENGTH:] or "file"


def path_of(core: CoreSettings, reference: str) -> Path:
    """Where the bytes of a file lie."""
    return core.data_dir / "files" / reference[:2] / reference


def _write(core: CoreSettings, reference: str, content: bytes) -> None:
    path = path_of(core, reference)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_suffix(".new")
    with beside.open("xb") as file:
        file.write(core.keys.encrypt(content))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
