"""Files of up to 2 GiB that arrive in pieces: announced, received, judged, claimed by what they are for."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import shutil
from datetime import timedelta
from typing import IO, TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import delete, event, func, select

from services.core import locks
from services.core.db import core_of
from services.core.errors import ConflictError, InvalidError, NotFoundError
from services.core.files import pieces
from services.core.files.judgement import refuse_programs
from services.core.files.models import StoredFile, Upload
from services.core.files.storage import clean_name, path_of
from services.core.jobs import defer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.core.files.unpacking import FileRefusedError
    from services.core.settings import CoreSettings

LARGEST_UPLOAD: Final = 2 * 2**30
MOST_AN_HOUR: Final = 40
MOST_BYTES_A_DAY: Final = 8 * 2**30
"""Both for one network address."""
_LEFT_FREE: Final = 2 * 2**30
_KEPT_UNCLAIMED: Final = timedelta(hours=24)
_REMEMBERED: Final = timedelta(days=30)
JUDGED: Final = frozenset({"accepted", "quarantined"})


class Announced(NamedTuple):
    """An upload, and the token that its sender needs for everything else; it is not stored."""

    upload: Upload
    token: str


def announce(db: Session, *, name: str, size: int, network: str, now: datetime) -> Announced:
    """Begin an upload of `size` bytes from `network`; it expires a day after its last piece.

    Raises InvalidError `upload_size`, `upload_many` (too many or too much from this network) and
    `upload_room` (the disk is full).
    """
    core = core_of(db)
    if not 0 < size <= LARGEST_UPLOAD:
        raise InvalidError("upload_size", field="files", name=clean_name(name))
    key = core.keys.mac("upload network", network)
    _check_network(db, key, size, now)
    if shutil.disk_usage(core.data_dir).free < size + _LEFT_FREE:
        raise InvalidError("upload_room", field="files")
    token = secrets.token_urlsafe(24)
    upload = Upload(
        reference=secrets.token_hex(16),
        token_hash=_hash(token),
        network=key,
        name=clean_name(name),
        size=size,
        created_at=now,
        touched_at=now,
        expires_at=now + _KEPT_UNCLAIMED,
    )
    db.add(upload)
    db.flush()
    pieces.make_empty(path_of(core, upload.reference), core.keys)
    return Announced(upload, token)


def _check_network(db: Session, key: bytes, size: int, now: datetime) -> None:
    locks.wait_for(db, locks.ADDRESS, [int.from_bytes(key[:4], "big", signed=True)])
    lately = func.count().filter(Upload.created_at > now - timedelta(hours=1))
    # What a draft keeps longer than a day counts as long as it is kept.
    counted = (Upload.created_at > now - timedelta(days=1)) | (Upload.expires_at > now)
    count, total = db.execute(
        select(lately, func.coalesce(func.sum(Upload.size), 0)).where(Upload.network == key, counted)
    ).one()
    if count >= MOST_AN_HOUR or total + size > MOST_BYTES_A_DAY:
        raise InvalidError("upload_many", field="files")


def get_upload(db: Session, *, reference: str, token: str, now: datetime) -> Upload:
    """The upload for whoever has its token; raises NotFoundError, also when it is gone or expired."""
    if not reference.isalnum():  # keys come from forms, where anything may stand
        raise NotFoundError(kind="upload")
    found = db.scalar(select(Upload).where(Upload.reference == reference))
    known = found is not None and hmac.compare_digest(found.token_hash, _hash(token))
    if found is None or not known or found.state == "gone":
        raise NotFoundError(kind="upload")
    if found.expires_at is not None and found.expires_at <= now:
        raise NotFoundError(kind="upload")
    return found


def offset_of(core: CoreSettings, upload: Upload) -> int:
    """How many of its bytes have arrived."""
    if upload.state != "receiving":
        return upload.received
    return pieces.arrived(path_of(core, upload.reference), total=upload.size)


def receive(core: CoreSettings, upload: Upload, stream: IO[bytes], *, offset: int) -> int:
    """Write what `stream` holds from `offset` on to the disk; give the new offset.

    Asks no database, so that a slow sender keeps no connection. Raises OffsetError when the piece
    doesn't follow, ConflictError when nothing more is awaited, and FileRefusedError for a program,
    at its first block.
    """
    if upload.state != "receiving":
        raise ConflictError(kind="upload", state=upload.state)
    return pieces.append(
        path_of(core, upload.reference),
        core.keys,
        stream,
        offset=offset,
        total=upload.size,
        first=lambda block: refuse_programs(block, b"", upload.name),
    )


def note_arrival(db: Session, *, upload: Upload, received: int, now: datetime) -> None:
    """Remember how far it is; whole, it waits for its judgement by the job `judge_upload`."""
    _lock(db, upload)
    if upload.state != "receiving":
        return
    upload.received, upload.touched_at = max(upload.received, received), now
    if upload.expires_at is not None:
        upload.expires_at = max(upload.expires_at, now + _KEPT_UNCLAIMED)
    if upload.received == upload.size:
        upload.state = "judging"
        defer(db, "judge_upload", queue="free", upload_id=upload.id)


def refuse(db: Session, *, upload: Upload, error: FileRefusedError, now: datetime) -> None:
    """Refuse it with the reason; its bytes go with the commit."""
    upload.state, upload.touched_at = "refused", now
    upload.verdict = {"code": error.code, "kind": error.facts.get("kind"), "name": error.facts.get("name")}
    _drop_bytes(db, upload)


def claim(db: Session, *, upload: Upload, subject_ref: str, now: datetime) -> None:
    """Say what it belongs to; from then on it doesn't expire. Raises ConflictError when that is said.

    One that is still being judged becomes a file of the thing afterwards.
    """
    _lock(db, upload)
    if upload.subject_ref is not None or upload.state not in JUDGED | {"judging"}:
        raise ConflictError(kind="upload", state=upload.state)
    upload.subject_ref, upload.touched_at, upload.expires_at = subject_ref, now, None
    file_away(db, upload, now)


def file_away(db: Session, upload: Upload, now: datetime) -> None:
    """Make it a file of the thing it belongs to, if it is judged and belongs to one."""
    if upload.subject_ref is None or upload.state not in JUDGED or upload.verdict is None:
        return
    db.add(
        StoredFile(
            reference=upload.reference,
            subject_ref=upload.subject_ref,
            name=upload.name,
            sha256=bytes.fromhex(upload.verdict["sha256"]),
            size=upload.size,
            media=upload.verdict["media"],
            verdict=upload.state,
            stored_at=now,
        )
    )
    db.flush()


def keep(db: Session, *, upload: Upload, until: datetime) -> None:
    """Let it lie unclaimed until `until` at least: a draft speaks of it."""
    _lock(db, upload)
    if upload.expires_at is not None:
        upload.expires_at = max(upload.expires_at, until)


def withdraw(db: Session, *, upload: Upload, now: datetime) -> None:
    """Give it up, its bytes included; raises ConflictError when it belongs to something already."""
    _lock(db, upload)
    if upload.subject_ref is not None:
        raise ConflictError(kind="upload", state=upload.state)
    _let_go(db, upload, now)


def list_uploads(db: Session, *, subject_ref: str) -> Sequence[Upload]:
    """What was sent in pieces about one thing, oldest first; also what is judged yet or was refused."""
    return db.scalars(select(Upload).where(Upload.subject_ref == subject_ref).order_by(Upload.id)).all()


def expire_uploads(db: Session, *, now: datetime) -> None:
    """Remove what nobody claimed within a day, and after 30 days the memory of it."""
    lapsed = select(Upload).where(Upload.expires_at <= now, Upload.state != "judging")
    for upload in db.scalars(lapsed.limit(200).with_for_update(skip_locked=True)):
        _let_go(db, upload, now)
    old = Upload.touched_at <= now - _REMEMBERED
    db.execute(delete(Upload).where(old, Upload.state == "gone"))


def _let_go(db: Session, upload: Upload, now: datetime) -> None:
    upload.state, upload.touched_at, upload.expires_at = "gone", now, None
    _drop_bytes(db, upload)


def _drop_bytes(db: Session, upload: Upload) -> None:
    path = path_of(core_of(db), upload.reference)
    db.flush()
    event.listen(db, "after_commit", lambda _db: path.unlink(missing_ok=True), once=True)


def _lock(db: Session, upload: Upload) -> None:
    db.refresh(upload, with_for_update=True)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
