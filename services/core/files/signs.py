"""What bytes say of a file: programs and installers, archives, and what its media type is."""

from __future__ import annotations

from typing import IO

HEAD = 4_096
ENDS = 66 * 1024
"""How much of both ends of a file is looked at."""

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
_MEDIA: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"SQLite format 3\0", "application/vnd.sqlite3"),
    (_OLE, "application/x-ole-storage"),
)
_SCRIPT_ENDINGS = (
    ".bat", ".cmd", ".ps1", ".vbs", ".vbe", ".js", ".jse", ".wsf", ".wsh", ".hta", ".scr", ".lnk",
)  # fmt: skip
PACKED: tuple[tuple[bytes, str], ...] = (
    (b"\x1f\x8b", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\0", "application/x-xz"),
)
"""One stream of bytes, packed."""
CLOSED: tuple[tuple[bytes, str], ...] = (
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
)
"""Archives that we can't open."""


def find_program(head: bytes, tail: bytes, name: str) -> str | None:
    """Say what kind of program or installer the two ends of a file belong to, if to any."""
    kind = next((kind for magic, kind in _PROGRAMS if head.startswith(magic)), None)
    if kind is None and head.startswith(_OLE) and _MSI_CLSID in head:
        kind = "windows_installer"
    if kind is None and tail[-512:].startswith(_DMG_TRAILER):
        kind = "mac_installer"
    # Windows drops dots and blanks at the end of a name.
    if kind is None and name.lower().rstrip(". ").endswith(_SCRIPT_ENDINGS):
        kind = "script"
    return kind


def is_installer(file: IO[bytes], head: bytes) -> bool:
    """Whether a compound file is a Windows installer: its directory may stand anywhere ([MS-CFB])."""
    if not head.startswith(_OLE) or len(head) < 52:
        return False
    shift = int.from_bytes(head[30:32], "little")
    if shift not in {9, 12}:
        return False
    sector = int.from_bytes(head[48:52], "little")
    file.seek((sector + 1) << shift)
    return file.read(128)[80:96] == _MSI_CLSID


def find_media(signs: tuple[tuple[bytes, str], ...], head: bytes) -> str | None:
    """The media type that one of `signs` gives a file that begins with `head`."""
    return next((media for magic, media in signs if head.startswith(magic)), None)


def is_tar(head: bytes) -> bool:
    """Whether a file that begins so is a tar archive."""
    return head[257:262] == b"ustar"


def media_of(head: bytes) -> str:
    """The media type of a file that begins with `head`, as far as its bytes say."""
    known = find_media(_MEDIA, head)
    if known is not None:
        return known
    head = head[:HEAD]
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        # A letter cut at the end of the sample is no sign of a binary file.
        if error.start < HEAD - 4:
            return "application/octet-stream"
    return "text/plain" if b"\0" not in head else "application/octet-stream"
