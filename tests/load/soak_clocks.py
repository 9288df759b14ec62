"""`make soak`: a hundred thousand random deadlines agree with a reading of every quarter of an hour."""

from __future__ import annotations

import argparse
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from tests.clock_cases import HORIZON, SlowReading, draw

_CHUNK = 500


def main() -> int:
    """Read them all both ways, and end with 1 when one differs."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=0, help="the seed of the first case")
    options = parser.parse_args()
    began = time.perf_counter()
    last = options.first + options.cases
    chunks = [range(seed, min(seed + _CHUNK, last)) for seed in range(options.first, last, _CHUNK)]
    with ProcessPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        differing = [seed for found in pool.map(differ, chunks) for seed in found]
    took = time.perf_counter() - began
    print(f"{options.cases:,} random deadlines in {took:.0f} s, read both ways: {len(differing)} differ")
    if differing:
        print("their seeds:", *differing[:20])
    return 1 if differing else 0


def differ(seeds: range) -> list[int]:
    """The seeds whose two readings differ."""
    return [seed for seed in seeds if not agrees(seed)]


def agrees(seed: int) -> bool:
    """Whether both readings of a random case say the same."""
    clock, moments = draw(seed)
    slow = SlowReading(clock)
    due = clock.due()
    beyond = due is not None and due > clock.started_at + HORIZON
    return (None if beyond else due) == slow.due() and all(
        (clock.elapsed(at), clock.is_paused(at)) == (slow.elapsed(at), slow.is_paused(at)) for at in moments
    )


if __name__ == "__main__":
    sys.exit(main())
