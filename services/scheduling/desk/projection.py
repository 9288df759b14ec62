"""Whether the free desk gets its open work done in time: a walk through the queue, pure.

The queue is walked in the order of its deadlines. Each piece goes to the specialist who is free
first, and takes his free minutes one after another, over breaks and nights, until it is done. All
times are UTC minutes, ranges half open.
"""

from __future__ import annotations

import heapq
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from services.core.clock import DAY, instant_of
from services.scheduling.engine.busy import OWN_KINDS
from services.scheduling.engine.working_time import working_minutes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from services.scheduling.engine.busy import Busy
    from services.scheduling.engine.working_time import Calendar


class DeskWork(NamedTuple):
    """A piece of open work: whole minutes to be done by `due_at` (aware)."""

    key: str
    due_at: datetime
    minutes: int


class Projection(NamedTuple):
    """When each piece will be done (None: not in the time looked at), and which will be late."""

    finishes: dict[str, int | None]
    missed: tuple[DeskWork, ...]


def free_time(
    calendar: Calendar, busy: Iterable[Busy], *, since: int, until: int
) -> tuple[tuple[int, int], ...]:
    """List the stretches of working time in `[since, until)` that nothing takes.

    `busy` are rows of this specialist that count by now; own sessions take their buffers too.
    """
    first_day, last_day = since // DAY, -(-until // DAY)
    base = first_day * DAY
    free = working_minutes(calendar, first_day, last_day)
    free[: since - base] = free[until - base :] = False
    for row in busy:
        before, after = (row.buffer_before, row.buffer_after) if row.kind in OWN_KINDS else (0, 0)
        free[max(row.start - before - base, 0) : max(row.end + after - base, 0)] = False
    edges = np.flatnonzero(np.diff(free, prepend=False, append=False)) + base
    return tuple(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def project(free: Mapping[int, Sequence[tuple[int, int]]], work: Iterable[DeskWork]) -> Projection:
    """Walk the open work over the free time of each specialist (by id)."""
    left = {who: deque(stretches) for who, stretches in free.items() if stretches}
    queue = [(stretches[0][0], who) for who, stretches in left.items()]
    heapq.heapify(queue)
    finishes: dict[str, int | None] = {}
    missed = []
    for piece in sorted(work, key=lambda one: (one.due_at, one.key)):
        finish = None
        if queue:
            _, who = heapq.heappop(queue)
            finish = _work_off(left[who], piece.minutes)
            if left[who]:
                heapq.heappush(queue, (left[who][0][0], who))
        finishes[piece.key] = finish
        if finish is None or instant_of(finish) > piece.due_at:
            missed.append(piece)
    return Projection(finishes, tuple(missed))


def _work_off(stretches: deque[tuple[int, int]], minutes: int) -> int | None:
    """Take so many minutes off the front; give the minute at which they are done."""
    while stretches:
        start, end = stretches.popleft()
        if end - start > minutes:
            stretches.appendleft((start + minutes, end))
        if end - start >= minutes:
            return start + minutes
        minutes -= end - start
    return None
