"""Sets of minutes as integers: bit i stands for the i-th minute of a line.

A line is the range of UTC minutes of the days `[first_day, last_day)` of one search.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from services.scheduling.clock import DAY, stretches

DAY_BYTES = DAY // 8


def span(start: int, end: int) -> int:
    """Set the bits `[start, end)`; none when the range is empty."""
    return (1 << end) - (1 << start) if start < end else 0


def union(ranges: Iterable[tuple[int, int]], length: int) -> int:
    """Set the bits of all ranges, each cut to `[0, length)`.

    Disjoint ranges are added up as two numbers, their ends and their starts, whose difference
    has exactly their bits: one subtraction instead of one big number a range.
    """
    ends, starts = bytearray(length // 8 + 1), bytearray(length // 8 + 1)
    begin, until = 0, 0
    for start, end in sorted(ranges):
        if end <= until or start >= length or end <= start:
            continue
        if start > until:
            starts[begin >> 3] ^= 1 << (begin & 7)
            ends[until >> 3] ^= 1 << (until & 7)
            begin = start
        until = min(end, length)
    starts[begin >> 3] ^= 1 << (begin & 7)
    ends[until >> 3] ^= 1 << (until & 7)
    return int.from_bytes(ends, "little") - int.from_bytes(starts, "little")


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


@lru_cache(maxsize=256)
def grid_line(zone: str, interval: int, first_day: int, last_day: int) -> int:
    """Set the minutes whose wall-clock minute of the day is a multiple of `interval`.

    The grid restarts at every local midnight.
    """
    day = sum(1 << minute for minute in range(0, DAY, interval))
    return project(day_line([day] * (last_day - first_day + 2)), zone, first_day, last_day)


def dates_line(zone: str, days: Iterable[int], first_day: int, last_day: int) -> int:
    """Set the minutes at which the zone's wall clock shows one of the dates (as days)."""
    wanted = frozenset(days)
    full = (1 << DAY) - 1
    walls = (full if day in wanted else 0 for day in range(first_day - 1, last_day + 1))
    return project(day_line(walls), zone, first_day, last_day)
