"""`make soak`: long random free queues are the same to the byte whoever has paid."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests import cluster
from tests.fakes.shop import NOW, Shop
from tests.fakes.stripe_double import running_double
from tests.riches import compare

if TYPE_CHECKING:
    from services.core.embedded import Server
    from tests.riches import Compared

_TOGETHER = 20
"""Queues of one database: those who pay differ from one to the next."""


def main() -> int:
    """Work them all twice, and end with 1 when one differs or the planted fault goes unnoticed."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--queues", type=int, default=40)
    parser.add_argument("--steps", type=int, default=30, help="how long each queue is worked")
    parser.add_argument("--first", type=int, default=0, help="the seed of the first queue")
    options = parser.parse_args()
    began, last = time.perf_counter(), options.first + options.queues
    home = cluster.folder()
    try:
        server = cluster.start(home, now=NOW)
        found = [
            batch(server, range(seed, min(seed + _TOGETHER, last)), options.steps)
            for seed in range(options.first, last, _TOGETHER)
        ]
    finally:
        cluster.stop(home)
    differing = [seed for one in found for seed in one.differing]
    noticed = sum(len(one.noticed) for one in found)
    took = time.perf_counter() - began
    print(
        f"{options.queues} random free queues of {options.steps} steps in {took:.0f} s, "
        f"poor and rich: {len(differing)} differ; «contract first» was noticed in {noticed}"
    )
    if differing:
        print("their seeds:", *differing[:20])
    return 1 if differing or not noticed else 0


def batch(server: Server, seeds: range, steps: int) -> Compared:
    """Some queues in a database of their own, with customers drawn to be rich."""
    chance = random.Random(seeds.start)
    rich = chance.sample(range(6), chance.randint(1, 5))
    with tempfile.TemporaryDirectory() as folder, running_double() as double:
        demo = cluster.create(server, name=f"soak_{seeds.start}", template=cluster.DEMO, home=Path(folder))
        try:
            return compare(demo, Shop(demo, double), seeds=seeds, rich=rich, steps=steps)
        finally:
            cluster.drop(demo)


if __name__ == "__main__":
    sys.exit(main())
