"""Judging a file by its bytes: programs and installers are refused, also inside archives.

A name proves nothing. ZIP (office documents are such, too), tar, gzip, bzip2 and xz are looked into,
archive in archive, within bounds that all archives of one file share; what can't be looked into is
quarantined rather than trusted. Pure: a file that can be sought in, verdict out.
"""

from __future__ import annotations

import io
import lzma
import tarfile
import zipfile
import zlib
from copy import copy
from dataclasses import dataclass
from typing import IO, Literal

from services.core.files.signs import (
    CLOSED,
    ENDS,
    PACKED,
    find_media,
    find_program,
    is_installer,
    is_tar,
    media_of,
)
from services.core.files.unpacking import LARGEST_UNPACKED, MOST_MEMBERS, FileRefusedError, Room, Unpacked

__all__ = ["LARGEST_UNPACKED", "MOST_MEMBERS", "FileRefusedError", "Judged", "judge", "judge_file"]

Verdict = Literal["accepted", "quarantined"]
Reason = Literal["password", "closed", "deep", "sparse", "unscanned"]
"""Why nobody could look: a password, a kind that we can't open, too many archives in one another,
holes, a virus scanner that doesn't answer."""

DEEPEST = 4
HELD_AT_ONCE = 16 * 2**20
"""Larger members are read through and not kept: of them the two ends are judged."""
_DAMAGES = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, tarfile.TarError,
    NotImplementedError, OSError, ValueError, EOFError,
)  # fmt: skip
_INSTALLER_MEMBERS = {
    "AndroidManifest.xml": "android_package",
    "META-INF/MANIFEST.MF": "java_program",
}


@dataclass(frozen=True)
class Judged:
    """What a file is: its media type as its bytes say, and whether it may be handed on, or why not."""

    media: str
    verdict: Verdict
    reason: Reason | None = None


def judge(content: bytes, *, name: str) -> Judged:
    """Judge `content` by its bytes; `name` only adds suspicion. Raises FileRefusedError."""
    return judge_file(io.BytesIO(content), name=name, room=Room())


def judge_file(file: IO[bytes], *, name: str, room: Room) -> Judged:
    """Judge a file that can be sought in, holding little of it. Raises FileRefusedError."""
    if not file.seek(0, io.SEEK_END):
        raise FileRefusedError("file_empty", field="files", name=name)
    return _judge(file, name, room, depth=0)


def refuse_programs(head: bytes, tail: bytes, name: str) -> None:
    """Raise FileRefusedError when the two ends of a file are those of a program or installer."""
    kind = find_program(head, tail, name)
    if kind is not None:
        raise _program(kind, name)


def _program(kind: str, name: str) -> FileRefusedError:
    return FileRefusedError("file_program", field="files", kind=kind, name=name)


def _judge(file: IO[bytes], name: str, room: Room, *, depth: int) -> Judged:
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    head = file.read(ENDS)
    file.seek(max(0, size - ENDS))
    refuse_programs(head, file.read(ENDS), name)
    if is_installer(file, head):
        raise _program("windows_installer", name)
    if depth >= DEEPEST:
        return Judged("application/octet-stream", "quarantined", "deep")
    return _look_into(file, head, name, room, size=size, depth=depth)


def _look_into(file: IO[bytes], head: bytes, name: str, room: Room, *, size: int, depth: int) -> Judged:
    try:
        if head.startswith(b"PK\x03\x04") or zipfile.is_zipfile(file):
            return _judge_zip(file, name, room, size=size, depth=depth)
        file.seek(0)
        if is_tar(head):
            with tarfile.open(fileobj=file, mode="r:") as archive:
                return Judged("application/x-tar", *_walk_tar(archive, room, name, depth=depth))
        packed = find_media(PACKED, head)
        if packed is not None:
            return _judge_packed(file, packed, name, room, size=size, depth=depth)
    except _DAMAGES as error:
        raise FileRefusedError("file_damaged", field="files", name=name) from error
    closed = find_media(CLOSED, head)
    return Judged(closed, "quarantined", "closed") if closed else Judged(media_of(head), "accepted")


def _judge_zip(file: IO[bytes], name: str, room: Room, *, size: int, depth: int) -> Judged:
    archive = zipfile.ZipFile(file)
    members = archive.infolist()
    if not all(member.filename for member in members):
        raise FileRefusedError("file_damaged", field="files", name=name)
    room.take(len(members), sum(m.file_size for m in members), packed=size, name=name)
    for member in members:
        kind = _INSTALLER_MEMBERS.get(member.filename)
        if kind is None and member.filename.startswith("Payload/") and ".app/" in member.filename:
            kind = "ios_package"
        if kind is not None:
            raise _program(kind, name)
    reason = _first([_judge_member(archive, member, room, depth=depth) for member in members])
    office = any(member.filename == "[Content_Types].xml" for member in members)
    media = "application/vnd.openxmlformats-officedocument" if office else "application/zip"
    return Judged(media, "quarantined" if reason else "accepted", reason)


def _judge_member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, room: Room, *, depth: int
) -> Reason | None:
    if not (member.file_size or member.compress_size):
        return None
    if member.flag_bits & 1:
        return "password"
    if member.compress_type == zipfile.ZIP_LZMA and member.file_size > HELD_AT_ONCE:
        return "closed"  # its dictionary may be as large as itself
    try:
        with archive.open(_with_room_beyond(member)) as file:
            reason = _judge_stream(file, member.filename, room, size=member.file_size, depth=depth)
            if file.tell() > member.file_size:
                raise zipfile.BadZipFile("larger than it says")
            return reason
    except _DAMAGES as error:
        raise FileRefusedError("file_damaged", field="files", name=member.filename) from error


def _with_room_beyond(member: zipfile.ZipInfo) -> zipfile.ZipInfo:
    """The member with a byte more than it says: reading ends at what it says, others unpack all of it."""
    longer = copy(member)
    longer.file_size += 1
    return longer


def _walk_tar(
    archive: tarfile.TarFile, room: Room, name: str, *, depth: int
) -> tuple[Verdict, Reason | None]:
    """Judge the members of a tar one by one: nobody knows beforehand how many there are."""
    reason: Reason | None = None
    while (member := archive.next()) is not None:
        room.take(1, 0, packed=0, name=name)
        if member.issparse():  # its holes are not in the file, but would be in memory
            reason = reason or "sparse"
            continue
        file = archive.extractfile(member) if member.isfile() and member.size else None
        if file is not None:
            found = _judge_stream(file, member.name, room, size=member.size, depth=depth)
            reason = reason or found
    return ("quarantined" if reason else "accepted"), reason


def _judge_packed(file: IO[bytes], media: str, name: str, room: Room, *, size: int, depth: int) -> Judged:
    def unpacked() -> IO[bytes]:
        file.seek(0)
        return Unpacked(file, media, room, packed=size, name=name)  # type: ignore[return-value]

    stream = unpacked()
    inner = stream.read(HELD_AT_ONCE + 1)
    within = name.rpartition(".")[0] or name
    if len(inner) > HELD_AT_ONCE and is_tar(inner):
        del inner
        with tarfile.open(fileobj=unpacked(), mode="r|") as archive:
            return Judged(media, *_walk_tar(archive, room, name, depth=depth + 1))
    if len(inner) > HELD_AT_ONCE:
        reason = _judge_ends(inner, stream, within)
    else:
        reason = _judge(io.BytesIO(inner), within, room, depth=depth + 1).reason if inner else None
    return Judged(media, "quarantined" if reason else "accepted", reason)


def _judge_stream(file: IO[bytes], name: str, room: Room, *, size: int, depth: int) -> Reason | None:
    start = file.read(HELD_AT_ONCE if size <= HELD_AT_ONCE else ENDS)
    if size <= HELD_AT_ONCE:
        return _judge(io.BytesIO(start), name, room, depth=depth + 1).reason
    return _judge_ends(start, file, name)


def _judge_ends(start: bytes, rest: IO[bytes], name: str) -> Reason | None:
    """Judge what is too large to be held by its ends; `start` was read of it already."""
    head, tail = start[:ENDS], start[-ENDS:]
    while chunk := rest.read(2**20):
        tail = (tail + chunk)[-ENDS:]
    refuse_programs(head, tail, name)
    closed = is_tar(head) or find_media(CLOSED + PACKED, head) or zipfile.is_zipfile(io.BytesIO(head + tail))
    return "closed" if closed or head.startswith(b"PK\x03\x04") else None


def _first(reasons: list[Reason | None]) -> Reason | None:
    return next((reason for reason in reasons if reason), None)
