"""A sealed file that arrives in pieces: blocks of one size, so that any of them can be read alone.

The file begins with a key of its own, sealed with the ring; each block is AES-256-GCM with a random
nonce, bound to its number. The file's length says how much has arrived: only whole blocks are kept,
and the end of the file.
"""

from __future__ import annotations

import fcntl
import io
import os
import secrets
from typing import IO, TYPE_CHECKING, Final, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.core.crypto import UnreadableError
from services.core.errors import ConflictError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from services.core.crypto import KeyRing

BLOCK: Final = 256 * 1024
READ_AT_ONCE: Final = 8 * 2**20
_MAGIC: Final = b"\0PB1"
_NONCE, _TAG = 12, 16
_SEALED: Final = BLOCK + _NONCE + _TAG


class OffsetError(ConflictError):
    """A piece doesn't follow on what is there already; fact `offset`: where the next one begins."""


class ReadTooMuchError(OSError):
    """Somebody wants to hold more of a file at once than its honest readers need."""


def is_in_pieces(path: Path) -> bool:
    """Whether the file at `path` is kept in blocks."""
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


def make_empty(path: Path, keys: KeyRing) -> None:
    """Make an empty file; it must not be there yet."""
    sealed = keys.encrypt(secrets.token_bytes(32))
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("xb") as file:
        file.write(_MAGIC + len(sealed).to_bytes(2, "big") + sealed)


def arrived(path: Path, *, total: int) -> int:
    """How many bytes of `total` have arrived; raises NotFoundError when the file is gone."""
    with _opened(path, "rb") as file:
        return _arrived(file, _header(file), total)


def append(
    path: Path, keys: KeyRing, stream: IO[bytes], *, offset: int, total: int, first: Callable[[bytes], None]
) -> int:
    """Add what `stream` holds from `offset` on and give the new offset; `first` looks at the first block.

    A broken stream loses less than a block. Of two writers one goes on, the other one gets
    OffsetError; what reaches beyond `total` is not read. Raises NotFoundError when the file is gone.
    """
    with _opened(path, "r+b") as file:
        header = _header(file)
        cipher = _cipher(file, keys)
        if _arrived(file, header, total) != offset:
            raise OffsetError(offset=_arrived(file, header, total))
        while offset < total and len(block := _read(stream, min(BLOCK, total - offset))) == min(
            BLOCK, total - offset
        ):
            if offset == 0:
                first(block)
            _add(file, header, cipher, block, offset=offset, total=total)
            offset += len(block)
        os.fsync(file.fileno())
    return offset


def _opened(path: Path, mode: Literal["rb", "r+b"]) -> IO[bytes]:
    """Whoever gives an upload up removes its file under the hands of who sends it."""
    try:
        return path.open(mode)
    except FileNotFoundError as error:
        raise NotFoundError(kind="upload") from error


def _read(stream: IO[bytes], size: int) -> bytes:
    """A block as a network gives it: in small parts, and perhaps cut off."""
    parts = []
    try:
        while size and (part := stream.read(min(size, 64 * 1024))):
            parts.append(part)
            size -= len(part)
    except OSError:
        return b""  # the sender is gone: what is whole stays
    return b"".join(parts)


def _add(file: IO[bytes], header: int, cipher: AESGCM, block: bytes, *, offset: int, total: int) -> None:
    nonce = secrets.token_bytes(_NONCE)
    number = offset // BLOCK
    sealed = nonce + cipher.encrypt(nonce, block, number.to_bytes(8, "big"))
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        there = _arrived(file, header, total)
        if there != offset:
            raise OffsetError(offset=there)
        # What a crash left half written goes.
        file.truncate(header + number * _SEALED)
        file.seek(header + number * _SEALED)
        file.write(sealed)
        file.flush()
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


def _header(file: IO[bytes]) -> int:
    file.seek(0)
    start = file.read(len(_MAGIC) + 2)
    return len(start) + int.from_bytes(start[-2:], "big")


def _cipher(file: IO[bytes], keys: KeyRing) -> AESGCM:
    end = _header(file)
    file.seek(len(_MAGIC) + 2)
    return AESGCM(keys.decrypt(file.read(end - len(_MAGIC) - 2)))


def _arrived(file: IO[bytes], header: int, total: int) -> int:
    whole, rest = divmod(file.seek(0, io.SEEK_END) - header, _SEALED)
    last = total - whole * BLOCK
    return total if 0 < last < BLOCK and rest == last + _NONCE + _TAG else whole * BLOCK


class SealedFile(io.RawIOBase):
    """The plain bytes of a file that is kept in blocks, one block in memory; can be sought in.

    Raises UnreadableError for a block that was altered, ReadTooMuchError for a read of over 8 MiB.
    """

    def __init__(self, path: Path, keys: KeyRing) -> None:
        self._file = path.open("rb")
        self._start = _header(self._file)
        self._cipher = _cipher(self._file, keys)
        whole, rest = divmod(self._file.seek(0, io.SEEK_END) - self._start, _SEALED)
        self.size = whole * BLOCK + max(0, rest - _NONCE - _TAG)
        self._at = 0
        self._number, self._block = -1, b""

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def seekable(self) -> bool:
        """Archives are read from their end."""
        return True

    def tell(self) -> int:
        """Where the next read begins."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go there; before the start is an OSError, beyond the end reads nothing."""
        place = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        if place < 0:
            raise OSError("before the start of the file")
        self._at = place
        return place

    def read(self, size: int | None = -1, /) -> bytes:
        """Read `size` bytes, fewer at the end only."""
        left = max(0, self.size - self._at)
        wanted = left if size is None or size < 0 else min(size, left)
        if wanted > READ_AT_ONCE:
            raise ReadTooMuchError(wanted)
        parts = []
        while wanted:
            number, within = divmod(self._at, BLOCK)
            part = self._opened(number)[within : within + wanted]
            parts.append(part)
            self._at += len(part)
            wanted -= len(part)
        return b"".join(parts)

    def _opened(self, number: int) -> bytes:
        if number != self._number:
            self._file.seek(self._start + number * _SEALED)
            sealed = self._file.read(_SEALED)
            try:
                nonce, rest = sealed[:_NONCE], sealed[_NONCE:]
                self._block = self._cipher.decrypt(nonce, rest, number.to_bytes(8, "big"))
            except InvalidTag as error:
                raise UnreadableError("a block was altered") from error
            self._number = number
        return self._block

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
        super().close()
