"""The workload's free times found minute by minute: what every measured answer has to equal."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from tests.load.workload import BUFFER, CELL, CLOSES, GRID, MINUTES, OPENS, Workload, moment

_DAY = 24 * 60


def free_starts(workload: Workload, *, now: datetime) -> dict[datetime, tuple[int, ...]]:
    """Who can take each start within the horizon, by place in the workload (0 the first specialist)."""
    last_on = _local_date(now) + timedelta(days=workload.days)
    found: dict[datetime, tuple[int, ...]] = {}
    on = workload.first_on
    while on <= last_on:
        lines = [_taken(workload, number, on) for number in range(workload.specialists)]
        for minute in range(0, _DAY, GRID):
            start = moment(on, minute)
            takers = tuple(n for n, line in enumerate(lines) if start > now and _fits(line, minute))
            if takers:
                found[start] = takers
        on += timedelta(days=1)
    return found


def _taken(workload: Workload, number: int, on: date) -> bytearray:
    """A byte for each minute of the date: 1 where a session or its buffers take it."""
    line = bytearray(_DAY)
    day = (on - workload.first_on).days
    if day < workload.days:
        for cell in workload.booked[number][day]:
            start = OPENS + cell * CELL
            for minute in range(start - BUFFER, start + MINUTES + BUFFER):
                line[minute] = 1
    return line


def _fits(line: bytearray, start: int) -> bool:
    works = all(OPENS <= minute < CLOSES for minute in range(start, start + MINUTES))
    return works and not any(line[start - BUFFER : start + MINUTES + BUFFER])


def _local_date(now: datetime) -> date:
    return (now + timedelta(hours=3)).date()
