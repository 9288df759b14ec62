"""What takes a specialist's time: his sessions with their buffers, absences, imported events.

A row is a `Busy`; a whole search reads thousands of them, so there they are columns of numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

import numpy as np

from services.core.clock import EPOCH, ceil_minute, floor_minute

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from services.scheduling.engine.grid import Flags, Ints

Kind: TypeAlias = Literal["hold", "reservation", "booking", "overbooked", "absence", "external"]
OWN_KINDS: frozenset[str] = frozenset({"hold", "reservation", "booking", "overbooked"})

_LETTERS: dict[int, Kind] = {
    ord(kind[0]): kind for kind in ("hold", "reservation", "booking", "overbooked", "absence", "external")
}
HOLD, ABSENCE, EXTERNAL = ord("h"), ord("a"), ord("e")
NEVER = 2**63 - 1
_MICROSECOND = timedelta(microseconds=1)


class Busy(NamedTuple):
    """Time that one specialist doesn't have, in UTC minutes, `[start, end)`.

    Own sessions (`OWN_KINDS`) carry their buffers in minutes and the id of their occupancy;
    absences and imported events have neither. A hold is over at `expires_at`. `desk` marks a
    session that is the free desk's own work.
    """

    specialist_id: int
    kind: Kind
    start: int
    end: int
    buffer_before: int = 0
    buffer_after: int = 0
    expires_at: datetime | None = None
    occupancy_id: int = 0
    desk: bool = False

    @property
    def own(self) -> bool:
        """Whether this is a session of ours."""
        return self.kind in OWN_KINDS


def busy_between(specialist_id: int, kind: Kind, starts_at: datetime, ends_at: datetime) -> Busy | None:
    """Round busy time outwards to whole minutes; an empty interval blocks nothing (None)."""
    if ends_at <= starts_at:
        return None
    return Busy(specialist_id, kind, floor_minute(starts_at), ceil_minute(ends_at))


@dataclass(frozen=True, eq=False)
class BusyColumns:
    """Rows of `Busy` as columns of one length: UTC minutes, `[first, until)` with the buffers.

    `kind` is the first letter of the kind, `expires` counts microseconds since 1970 (`NEVER`).
    """

    specialist_id: Ints
    kind: NDArray[np.uint8]
    start: Ints
    end: Ints
    first: Ints
    until: Ints
    expires: Ints
    occupancy_id: Ints
    desk: Flags

    def __len__(self) -> int:
        return len(self.start)

    def __iter__(self) -> Iterator[Busy]:
        columns = (getattr(self, name).tolist() for name in _COLUMNS)
        for who, letter, start, end, first, until, expires, occupancy_id, desk in zip(*columns, strict=True):
            over_at = None if expires == NEVER else EPOCH + expires * _MICROSECOND
            buffers = start - first, until - end
            yield Busy(who, _LETTERS[letter], start, end, *buffers, over_at, occupancy_id, desk)

    @property
    def own(self) -> Flags:
        """Which rows are sessions of ours."""
        return np.not_equal(self.kind, ABSENCE) & np.not_equal(self.kind, EXTERNAL)

    def lapsed(self, now: datetime) -> frozenset[int]:
        """Name the specialists who have a hold whose time is over."""
        return frozenset(self.specialist_id[self.expires <= microseconds(now)].tolist())

    def where(self, flags: Flags) -> BusyColumns:
        """Keep the rows that are flagged."""
        if flags.all():
            return self
        return BusyColumns(*(getattr(self, name)[flags] for name in _COLUMNS))

    def joined(self, other: BusyColumns) -> BusyColumns:
        """Put other rows behind these."""
        if not len(other):
            return self
        pairs = ((getattr(self, name), getattr(other, name)) for name in _COLUMNS)
        return BusyColumns(*(np.concatenate(pair) for pair in pairs))

    def counted(self, excluded: frozenset[int], now: datetime) -> BusyColumns:
        """Keep what counts: no lapsed holds, none of the sessions left out, nothing empty."""
        counts = (self.expires > microseconds(now)) & (self.start < self.end)
        if excluded:
            counts &= ~(np.isin(self.occupancy_id, list(excluded)) & self.own)
        return self.where(counts)


_COLUMNS = tuple(one.name for one in fields(BusyColumns))


def columns_of(busy: Iterable[Busy]) -> BusyColumns:
    """Turn rows into columns; columns come back as they are."""
    if isinstance(busy, BusyColumns):
        return busy
    table = [
        (
            row.specialist_id,
            ord(row.kind[0]),
            row.start,
            row.end,
            row.start - row.buffer_before,
            row.end + row.buffer_after,
            NEVER if row.expires_at is None else microseconds(row.expires_at),
            row.occupancy_id,
            row.desk,
        )
        for row in busy
    ]
    numbers = np.array(table, dtype=np.int64).reshape(len(table), 9).T
    who, kind, start, end, first, until, expires, occupancy_id, desk = numbers
    letters = kind.astype(np.uint8)
    return BusyColumns(who, letters, start, end, first, until, expires, occupancy_id, desk.astype(bool))


def microseconds(instant: datetime) -> int:
    """Count the microseconds since 1970 (aware)."""
    return (instant - EPOCH) // _MICROSECOND
