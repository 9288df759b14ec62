"""Judging a file by its bytes: programs and installers are refused, also inside archives.

A name proves nothing. ZIP archives (office documents are such, too) are looked into, archive
in archive, within bounds that all archives of one upload share; what can't be looked into is
quarantined rather than trusted. Pure: bytes in, verdict out.
"""

from __future__ import annotations

import io
import lzma
import tarfile
import zipfile
import zlib
from dataclasses import dataclass
from typing import IO, Literal

from services.core.errors import InvalidError

Verdict = Literal["accepted", "quarantined"]

DEEPEST = 4
MOST_MEMBERS = 2_000
LARGEST_UNPACKED = 200 * 2**20
STEEPEST_RATIO = 200
HELD_AT_ONCE = 16 * 2**20
"""Larger members are read through and not kept: of them the two ends are judged."""
_HEAD = 4_096
_ENDS = 66 * 1024
_DAMAGES = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, tarfile.TarError,
    NotImplementedError, OSError, ValueError, EOFError,
)  # fmt: skip

_PROGRAMS: tuple[tuple[bytes, str], ...] = (
    (b"MZ", "windows_program"),
    (b"\x7fELF", "linux_program"),
    (b"\xfe\xed\xfa\xce", "mac_program"),
    (b"\xfe\xed\xfa\xcf", "mac_program"),
    (b"\xce\xfa\xed\xfe", "mac_program"),
    (b"\xcf\xfa\xed\xfe", "mac_program"),
    (b"\xca\xfe\xba\xbe", "mac_program"),
    (b"#!", "script"),
    (b"MSCF", "cabinet"),
    (b"dex\n", "android_program"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# The class id of an installer stands in the root entry of its compound file.
_MSI_CLSID = bytes.fromhex("8410 0c00 0000 0000 c000 0000 0000 0046".replace(" ", ""))
_DMG_TRAILER = b"koly"
_OPAQUE: tuple[tuple[bytes, str], ...] = (
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\x1f\x8b", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\0", "application/x-xz"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
)
_MEDIA: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"SQLite format 3\0", "application/vnd.sqlite3"),
    (_OLE, "application/x-ole-storage"),
)
_INSTALLER_MEMBERS = {
    "AndroidManifest.xml": "android_package",
    "META-INF/MANIFEST.MF": "java_program",
}
_SCRIPT_ENDINGS = (".bat", ".cmd", ".ps1", ".vbs", ".js", ".jse", ".wsf", ".hta", ".scr", ".lnk")


class FileRefusedError(InvalidError):
    """The file is or holds a program or installer, is empty, or would unpack without end.

    Codes: `file_program` (fact `kind`), `file_empty`, `file_bomb`, `file_damaged`.
    """


@dataclass(frozen=True)
class Judged:
    """What a file is: its media type as its bytes say, and whether it may be handed on."""

    media: str
    verdict: Verdict


@dataclass
class _Room:
    """What one upload may still unpack to, all its archives together."""

    members: int = MOST_MEMBERS
    unpacked: int = LARGEST_UNPACKED

    def take(self, members: int, unpacked: int, *, packed: int, name: str) -> None:
        """Make room for the members of one archive; raises FileRefusedError when there is none."""
        self.members -= members
        self.unpacked -= unpacked
        steep = unpacked > 2**20 and unpacked > packed * STEEPEST_RATIO
        if self.members < 0 or self.unpacked < 0 or steep:
            raise FileRefusedError("file_bomb", field="files", name=name)


def judge(content: bytes, *, name: str) -> Judged:
    """Judge `content` by its bytes; `name` only adds suspicion. Raises FileRefusedError."""
    if not content:
        raise FileRefusedError("file_empty", field="files", name=name)
    return _judge(content, name, _Room(), depth=0)


def _judge(content: bytes, name: str, room: _Room, *, depth: int) -> Judged:
    _refuse_programs(content, name)
    if depth >= DEEPEST:
        return Judged("application/octet-stream", "quarantined")
    if _is_zip(content):
        return _judge_zip(content, name, room, depth=depth)
    if _is_tar(content):
        return _judge_tar(content, name, room, depth=depth)
    for magic, media in _OPAQUE:
        if content.startswith(magic):
            return Judged(media, "quarantined")
    return Judged(_media(content), "accepted")


def _is_zip(content: bytes) -> bool:
    return content.startswith(b"PK\x03\x04") or zipfile.is_zipfile(io.BytesIO(content))


def _is_tar(content: bytes) -> bool:
    return content[257:262] == b"ustar"


def _refuse_programs(content: bytes, name: str) -> None:
    head = content[:_HEAD]
    kind = next((kind for magic, kind in _PROGRAMS if head.startswith(magic)), None)
    if kind is None and head.startswith(_OLE) and _MSI_CLSID in content[: 64 * 1024]:
        kind = "windows_installer"
    if kind is None and content[-512:].startswith(_DMG_TRAILER):
        kind = "mac_installer"
    if kind is None and name.lower().endswith(_SCRIPT_ENDINGS):
        kind = "script"
    if kind is not None:
        raise FileRefusedError("file_program", field="files", kind=kind, name=name)


def _judge_zip(content: bytes, name: str, room: _Room, *, depth: int) -> Judged:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except _DAMAGES as error:
        raise FileRefusedError("file_damaged", field="files", name=name) from error
    members = archive.infolist()
    if not all(member.filename for member in members):
        raise FileRefusedError("file_damaged", field="files", name=name)
    room.take(len(members), sum(m.file_size for m in members), packed=len(content), name=name)
    for member in members:
        kind = _INSTALLER_MEMBERS.get(member.filename)
        if kind is None and member.filename.startswith("Payload/") and ".app/" in member.filename:
            kind = "ios_package"
        if kind is not None:
            raise FileRefusedError("file_program", field="files", kind=kind, name=name)
    verdicts = [_judge_member(archive, member, room, depth=depth) for member in members]
    office = any(member.filename == "[Content_Types].xml" for member in members)
    media = "application/vnd.openxmlformats-officedocument" if office else "application/zip"
    return Judged(media, "quarantined" if "quarantined" in verdicts else "accepted")


def _judge_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, room: _Room, *, depth: int) -> Verdict:
    if member.is_dir() or not member.file_size:
        return "accepted"
    if member.flag_bits & 1:  # encrypted: nobody can look inside
        return "quarantined"
    whole = member.file_size <= HELD_AT_ONCE
    try:
        with archive.open(member) as file:
            inner = file.read() if whole else _ends_of(file)
    except _DAMAGES as error:
        raise FileRefusedError("file_damaged", field="files", name=member.filename) from error
    if whole:
        return _judge(inner, member.filename, room, depth=depth + 1).verdict
    return _judge_ends(inner, member.filename)


def _ends_of(file: IO[bytes]) -> bytes:
    """The first and the last bytes of a file that is read through."""
    head, tail = file.read(_ENDS), b""
    while chunk := file.read(2**20):
        tail = (tail + chunk)[-_ENDS:]
    return head + tail


def _judge_ends(ends: bytes, name: str) -> Verdict:
    _refuse_programs(ends, name)
    closed = _is_zip(ends) or _is_tar(ends) or any(ends.startswith(magic) for magic, _ in _OPAQUE)
    return "quarantined" if closed else "accepted"


def _judge_tar(content: bytes, name: str, room: _Room, *, depth: int) -> Judged:
    verdict: Verdict = "accepted"
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
            members = archive.getmembers()
            room.take(len(members), sum(m.size for m in members), packed=len(content), name=name)
            for member in members:
                if member.issparse():  # its holes are not in the file, but would be in memory
                    verdict = "quarantined"
                    continue
                file = archive.extractfile(member) if member.isfile() else None
                inner = file.read() if file is not None else b""
                if inner and _judge(inner, member.name, room, depth=depth + 1).verdict != "accepted":
                    verdict = "quarantined"
    except _DAMAGES as error:
        raise FileRefusedError("file_damaged", field="files", name=name) from error
    return Judged("application/x-tar", verdict)


def _media(content: bytes) -> str:
    for magic, media in _MEDIA:
        if content.startswith(magic):
            return media
    try:
        content[:_HEAD].decode("utf-8")
    except UnicodeDecodeError as error:
        # A letter cut at the end of the sample is no sign of a binary file.
        if error.start < _HEAD - 4:
            return "application/octet-stream"
    return "text/plain" if b"\0" not in content[:_HEAD] else "application/octet-stream"
