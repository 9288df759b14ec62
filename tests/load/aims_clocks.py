"""The business-time clock: what a request costs that rested two hundred times within a year."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from services.core.business_time import BusinessCalendar
from services.core.clock_events import ClockEvent, fold
from tests.clock_cases import ODD

if TYPE_CHECKING:
    from services.core.business_clock import BusinessClock
    from tests.load.bench import Bench

PAUSES, COLD_MS, WARM_MS = 200, 5, 1
_ZONE = "Europe/Moscow"
_BEGUN = datetime(2026, 1, 12, 10, tzinfo=ZoneInfo(_ZONE))
_HOUR = timedelta(hours=1)
_ROUNDS = 21


def clocks(bench: Bench) -> None:
    """Cold with a calendar that nobody has asked before, warm with the same one again."""
    told, folded, cold, warm = _events(), [], [], []
    for n in range(_ROUNDS):
        week = (*((day, 540, 1080) for day in range(5)), (5, 600, 601 + n))
        began = perf_counter()
        clock = fold(told, BusinessCalendar(_ZONE, week, ODD)).resolution
        folded.append((perf_counter() - began) * 1000)
        first, due = _read(clock)
        # A clock of its own: it knows the calendar's openings, and none of the first one's answers.
        second, again = _read(replace(clock))
        bench.report.expect(due is not None and due == again, "a deadline is another one when asked again")
        cold.append(first)
        warm.append(second)
    what = f"a deadline and the time used, {PAUSES} pauses"
    bench.report.under("", f"{what}, cold", median(cold), limit=COLD_MS, unit=" ms")
    bench.report.under("", f"{what}, openings known", median(warm), limit=WARM_MS, unit=" ms")
    bench.report.fact("", f"their {len(told)} events read anew", f"{median(folded):.2f} ms")
    bench.report.samples["clocks, ms"] = {"cold": cold, "openings known": warm, "events": folded}


def _events() -> list[ClockEvent]:
    told = [ClockEvent(1, "received", _BEGUN, response=4 * _HOUR, resolution=900 * _HOUR)]
    for n in range(PAUSES):
        at = _BEGUN + (44 * n + 1) * _HOUR
        told += [
            ClockEvent(2 * n + 2, "asked", at, "person"),
            ClockEvent(2 * n + 3, "customer_wrote", at + 20 * _HOUR, "customer"),
        ]
    return told


def _read(clock: BusinessClock) -> tuple[float, datetime | None]:
    """Milliseconds for the solution's deadline and the time used a year later."""
    began = perf_counter()
    due = clock.due()
    clock.elapsed(_BEGUN + timedelta(days=400))
    return (perf_counter() - began) * 1000, due
