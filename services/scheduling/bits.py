"""Sets of minutes as integers: bit i stands for the i-th minute of a line.

A line is the range of UTC minutes of the days `[first_day, last_day)` of one search.
"""

from __future__ import annotations

from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING

from services.scheduling.clock import DAY, stretches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

DAY_BYTES = DAY // 8
_VALUES = bytes.maketrans(b"01", b"\x00\x01")


def span(start: int, end: int) -> int:
    """Set the bits `[start, end)`; none when the range is empty."""
    return (1 << end) - (1 << start) if start < end else 0


def erode(bits: int, length: int) -> int:
    """Keep a bit where it and the `length - 1` bits above it are all set."""
    reach = 1
    while reach < length:
        step = min(reach, length - reach)
        bits &= bits >> step
        reach += step
    return bits


def positions(bits: int) -> Iterator[int]:
    """List the set bits, lowest first."""
    text = format(bits, "b")[::-1]
    at = text.find("1")
    while at >= 0:
        yield at
        at = text.find("1", at + 1)


def day_line(days: Iterable[int]) -> int:
    """Join day sets (1,440 bits each) into one line."""
    return int.from_bytes(b"".join(day.to_bytes(DAY_BYTES, "little") for day in days), "little")


def project(wall: int, zone: str, first_day: int, last_day: int) -> int:
    """Turn a set of wall minutes into the UTC minutes at which the zone's clock shows them.

    Bit 0 of `wall` is local midnight of `first_day - 1`; it reaches to the end of `last_day`.
    Wall minutes that the zone skips vanish, those that come twice are set twice.
    """
    line = 0
    for piece in stretches(zone, first_day, last_day):
        shown = wall >> (piece.start + piece.offset - (first_day - 1) * DAY)
        shown &= (1 << (piece.end - piece.start)) - 1
        line |= shown << (piece.start - first_day * DAY)
    return line


@lru_cache(maxsize=64)
def grid_marks(zone: str, interval: int, first_day: int, last_day: int) -> tuple[int, ...]:
    """List the UTC minutes whose wall-clock minute of the day is a multiple of `interval`.

    Ascending; the grid restarts at every local midnight.
    """
    day = sum(1 << minute for minute in range(0, DAY, interval))
    wall = day_line([day] * (last_day - first_day + 2))
    base = first_day * DAY
    return tuple(base + at for at in positions(project(wall, zone, first_day, last_day)))


def pick(line: int, places: Sequence[int]) -> bytes:
    """Gather the bits of a line at these places (ascending), as a byte 0 or 1 each."""
    if not places:
        return b""
    signs = format(line, "b")[::-1].ljust(places[-1] + 1, "0").encode().translate(_VALUES)
    found = itemgetter(*places)(signs)
    return bytes(found) if len(places) > 1 else bytes([found])
