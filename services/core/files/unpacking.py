"""Unpacking what strangers packed, within bounds that all archives of one file share."""

from __future__ import annotations

import bz2
import io
import lzma
import zlib
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Protocol

from services.core.errors import InvalidError

if TYPE_CHECKING:
    from collections.abc import Callable

STEEPEST_RATIO = 200
MOST_MEMBERS = 2_000
LARGEST_UNPACKED = 200 * 2**20
_MOST_MEMBERS_OF_LARGE = 20_000
_FOR_EACH_BYTE = 20
_LARGEST_OF_ALL = 8 * 2**30
_DICTIONARY = 128 * 2**20
_CHUNK = 64 * 1024


class FileRefusedError(InvalidError):
    """The file is or holds a program or installer, is empty, or would unpack without end.

    Codes: `file_program` (fact `kind`), `file_empty`, `file_bomb`, `file_damaged`.
    """


@dataclass
class Room:
    """What one file may still unpack to, all its archives together."""

    members: int = MOST_MEMBERS
    unpacked: int = LARGEST_UNPACKED

    @classmethod
    def for_large(cls, size: int) -> Room:
        """Room for a file of `size` bytes that is read from the disk: databases shrink well."""
        unpacked = min(_LARGEST_OF_ALL, max(LARGEST_UNPACKED, size * _FOR_EACH_BYTE))
        return cls(_MOST_MEMBERS_OF_LARGE, unpacked)

    def take(self, members: int, unpacked: int, *, packed: int, name: str) -> None:
        """Make room for the members of one archive; raises FileRefusedError when there is none."""
        self.members -= members
        self.unpacked -= unpacked
        steep = unpacked > 2**20 and unpacked > packed * STEEPEST_RATIO
        if self.members < 0 or self.unpacked < 0 or steep:
            raise FileRefusedError("file_bomb", field="files", name=name)


class _Engine(Protocol):
    """The decompressors of bz2 and lzma, and ours for gzip."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    @property
    def needs_input(self) -> bool: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Gunzip:
    """zlib with the same manners as bz2 and lzma."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(31)

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data

    @property
    def needs_input(self) -> bool:
        return not self._zlib.unconsumed_tail

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return self._zlib.decompress(self._zlib.unconsumed_tail + data, max_length)


_ENGINES: dict[str, Callable[[], _Engine]] = {
    "application/gzip": _Gunzip,
    "application/x-bzip2": bz2.BZ2Decompressor,
    # A dictionary of gigabytes would be ours to hold.
    "application/x-xz": lambda: lzma.LZMADecompressor(memlimit=_DICTIONARY),
}


class Unpacked(io.RawIOBase):
    """The bytes of a packed file (gzip, bzip2, xz), read forward; each takes its room.

    Damage raises what the libraries raise, a file that breaks off EOFError.
    """

    def __init__(self, file: IO[bytes], media: str, room: Room, *, packed: int, name: str) -> None:
        self._file, self._room, self._packed, self._name = file, room, packed, name
        self._make = _ENGINES[media]
        self._engine = self._make()
        self._given = 0

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        """Read exactly `size` bytes, fewer at the end only."""
        if size is None or size < 0:
            raise OSError("an unpacked stream is read in parts")
        parts = []
        while size and (part := self._more(size)):
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def _more(self, most: int) -> bytes:
        while True:
            fresh = b""
            if self._engine.eof:
                fresh = self._engine.unused_data or self._file.read(_CHUNK)
                if not fresh.strip(b"\0"):
                    return b""  # some writers fill up with zeros
                self._engine = self._make()
            elif self._engine.needs_input:
                fresh = self._file.read(_CHUNK)
                if not fresh:
                    raise EOFError("the packed stream breaks off")
            part = self._engine.decompress(fresh, most)
            if part:
                self._take(len(part))
                return part

    def _take(self, count: int) -> None:
        self._given += count
        self._room.take(0, count, packed=count, name=self._name)
        if self._given > max(2**20, self._packed * STEEPEST_RATIO):
            raise FileRefusedError("file_bomb", field="files", name=self._name)
