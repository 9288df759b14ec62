"""The grid of starts on a line of UTC days: its marks, and where a minute stands among them."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from services.core.clock import DAY, stretches

Ints: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]


class Grid(NamedTuple):
    """The minutes at which a zone's wall clock shows a multiple of the interval, ascending.

    `first` is the line's first UTC minute; `before` has, for each minute of the line and for its
    end, the number of marks before it.
    """

    first: int
    marks: Ints
    before: NDArray[np.int32]

    def place(self, minutes: Ints) -> NDArray[np.int32]:
        """Give for each minute the index of the first mark at or after it."""
        return self.before[np.minimum(np.maximum(minutes - self.first, 0), len(self.before) - 1)]

    def span(self, start: int, end: int) -> slice:
        """Give the marks in `[start, end)` as a slice."""
        first, until = self.place(np.array([start, end]))
        return slice(int(first), int(until))


@lru_cache(maxsize=32)
def grid_of(zone: str, interval: int, first_day: int, last_day: int) -> Grid:
    """Lay a grid on the UTC days `[first_day, last_day)`; it restarts at every local midnight."""
    first = first_day * DAY
    is_mark = np.zeros((last_day - first_day) * DAY, dtype=bool)
    for piece in stretches(zone, first_day, last_day):
        wall = np.arange(piece.start, piece.end) + piece.offset
        is_mark[piece.start - first : piece.end - first] = wall % DAY % interval == 0
    before = np.zeros(len(is_mark) + 1, dtype=np.int32)
    np.cumsum(is_mark, out=before[1:])
    return Grid(first, np.flatnonzero(is_mark) + first, before)


def local_days(zone: str, minutes: Ints, first_day: int, last_day: int) -> Ints:
    """Tell which local dates (as days) a zone's clock shows at minutes of the UTC days given."""
    pieces = stretches(zone, first_day, last_day)
    if len(pieces) == 1:
        return (minutes + pieces[0].offset) // DAY
    since = np.array([piece.start for piece in pieces])
    offsets = np.array([piece.offset for piece in pieces])
    days: Ints = (minutes + offsets[np.searchsorted(since, minutes, side="right") - 1]) // DAY
    return days
