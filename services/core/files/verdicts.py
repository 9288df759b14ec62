"""Judging what has arrived whole: looked through without a transaction, then written down."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import IO, TYPE_CHECKING, cast

from services.core.crypto import UnreadableError
from services.core.db import core_of
from services.core.files.clamd import scanned
from services.core.files.judgement import Judged, judge_file
from services.core.files.models import Upload
from services.core.files.pieces import SealedFile
from services.core.files.storage import path_of
from services.core.files.unpacking import FileRefusedError, Room
from services.core.files.uploads import file_away, refuse

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.core.settings import CoreSettings

JUDGED_AT_ONCE = 16 * 2**20


@dataclass(frozen=True)
class Examined:
    """A judged file and its SHA-256."""

    judged: Judged
    sha256: bytes


def find_to_judge(db: Session, *, upload_id: int) -> Upload | None:
    """The upload if it still waits for its judgement."""
    found = db.get(Upload, upload_id)
    return found if found is not None and found.state == "judging" else None


def examine(core: CoreSettings, upload: Upload) -> Examined | FileRefusedError:
    """Look through the file on the disk, which takes a while; asks no database."""
    try:
        with SealedFile(path_of(core, upload.reference), core.keys) as file:
            plain = cast("IO[bytes]", file)
            judged = judge_file(plain, name=upload.name, room=Room.for_large(upload.size))
            return Examined(scanned(core, plain, judged, name=upload.name), _sha256(file))
    except FileRefusedError as refusal:
        return refusal
    except UnreadableError:
        # The disk lost a part of it: nobody can use the rest.
        return FileRefusedError("file_damaged", field="files", name=upload.name)


def settle(db: Session, *, upload_id: int, found: Examined | FileRefusedError, now: datetime) -> None:
    """Write the verdict down, once; a claimed upload becomes a file of its thing."""
    upload = db.get(Upload, upload_id, with_for_update=True, populate_existing=True)
    if upload is None or upload.state != "judging":
        return
    if isinstance(found, FileRefusedError):
        refuse(db, upload=upload, error=found, now=now)
        return
    upload.verdict = asdict(found.judged) | {"sha256": found.sha256.hex()}
    upload.state, upload.touched_at = found.judged.verdict, now
    file_away(db, upload, now)


def judge_small(db: Session, *, upload: Upload, now: datetime) -> None:
    """Judge a small upload at once, so that its sender needn't wait; the job finds it done."""
    if upload.state == "judging" and upload.size <= JUDGED_AT_ONCE:
        settle(db, upload_id=upload.id, found=examine(core_of(db), upload), now=now)


def _sha256(file: SealedFile) -> bytes:
    digest = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(2**20):
        digest.update(chunk)
    return digest.digest()
