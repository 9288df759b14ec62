"""`make bench`: seeds the workloads, measures every aim of speed beside its floor, prints a table.

Ends with 1 when an answer was wrong or an invariant broke (then no figure counts); a missed aim of
speed is printed as missed and, with --strict, ends with 2.
"""

from __future__ import annotations

import argparse
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.load import aims_articles, aims_clocks, aims_holds, aims_money, aims_pages, aims_queue
from tests.load.bench import Bench
from tests.load.report import Report
from tests.load.sites import open_ground

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PARTS: dict[str, Callable[[Bench], None]] = {
    "small page": aims_pages.small_page,
    "big page": aims_pages.big_page,
    "history": aims_pages.history,
    "traffic": aims_pages.traffic,
    "hold rate": aims_holds.hold_rate,
    "whole order": aims_holds.whole_order,
    "races": aims_holds.race,
    "clocks": aims_clocks.clocks,
    "documents": aims_money.documents,
    "statement": aims_money.statement,
    "articles": aims_articles.searching,
    "queue": aims_queue.order,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--past", type=int, default=1_000_000, help="H, the past sessions")
    parser.add_argument("--race-past", type=int, default=100_000, help="past sessions of the races")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of every figure")
    parser.add_argument("--races", type=int, default=300, help="rounds of 64 clients on one start")
    parser.add_argument("--other-races", type=int, default=40, help="rounds of the other races")
    parser.add_argument("--seconds", type=float, default=20, help="of bookings at 10 a second")
    parser.add_argument("--only", default="", help=f"some parts, by commas: {','.join(PARTS)}")
    parser.add_argument("--strict", action="store_true", help="fail when an aim is missed")
    parser.add_argument("--json", type=Path, default=Path("var/bench.json"))
    options = parser.parse_args()
    chosen = options.only.split(",") if options.only else list(PARTS)
    report = Report()
    with open_ground() as ground:
        bench = Bench(ground, report, options)
        for name in chosen:
            with _timed(report, name):
                PARTS[name](bench)
    settings = {name: str(value) for name, value in vars(options).items()}
    report.write(options.json, settings=settings)
    print(f"\n{report.table()}\n")
    print(f"{time.perf_counter() - report.began:.0f} s; raw samples in {options.json}.")
    if report.wrong:
        print("WRONG ANSWERS, so no figure above counts:", *report.wrong, sep="\n  ")
        return 1
    return 2 if options.strict and report.missed() else 0


@contextmanager
def _timed(report: Report, name: str) -> Iterator[None]:
    print(f"→ {name}", flush=True)
    began = time.perf_counter()
    yield
    report.took[name] = time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
