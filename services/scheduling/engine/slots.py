"""Which starts can be booked: one pure engine for listing, holding, moving and dragging.

Instants below are UTC minutes (`services/core/clock.py`). The marks of the grid are looked at for
all specialists at once (`sheets.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from services.core.clock import (
    DAY,
    ceil_minute,
    floor_minute,
    instant_of,
    local_day,
    stretches,
)
from services.scheduling.engine.busy import columns_of
from services.scheduling.engine.sheets import sheets_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from services.scheduling.engine.busy import Busy
    from services.scheduling.engine.sheets import Sheet
    from services.scheduling.engine.working_time import Calendar


@dataclass(frozen=True, slots=True)
class ServiceRules:
    """How a service is booked; all lengths in whole minutes, `horizon_days` in local dates."""

    minutes: int
    grid_minutes: int
    buffer_before: int = 0
    buffer_after: int = 0
    notice_minutes: int = 0
    horizon_days: int = 60
    skills: frozenset[str] = frozenset()
    mode: Literal["any", "all"] = "any"

    @property
    def footprint_minutes(self) -> int:
        """The session with its buffers."""
        return self.buffer_before + self.minutes + self.buffer_after

    def end_of(self, start: datetime) -> datetime:
        """When a session that starts at `start` ends."""
        return start + timedelta(minutes=self.minutes)

    def as_promised(self) -> ServiceRules:
        """These rules for a start that was promised before: notice and horizon count no more."""
        return replace(self, notice_minutes=0, horizon_days=366)


@dataclass(frozen=True, slots=True)
class Query:
    """Starts asked for: `after <= start < before` (aware), seen from the customer's zone.

    Occupancies in `excluded` don't count: one's own hold, or the session being moved. What is
    closed doesn't count `for_desk`, for the free desk's own work; the share of all holds counts
    for those who choose without having said who they are, so staff, late money and moves ask
    without `held_share`.
    """

    after: datetime
    before: datetime
    customer_zone: str
    excluded: frozenset[int] = frozenset()
    for_desk: bool = False
    held_share: bool = True


class Closed(NamedTuple):
    """Starts in the UTC minutes `[start, end)` are closed for these specialists."""

    code: Literal["desk_reserve", "desk_closed", "held_share"]
    start: int
    end: int
    specialist_ids: frozenset[int]

    def counts(self, query: Query) -> bool:
        """Whether it is closed for this query too."""
        return not query.for_desk and (query.held_share or self.code != "held_share")


@dataclass(frozen=True)
class Slot:
    """A start that can be booked (aware, UTC), and who can take it.

    Who it is, is only looked up when somebody asks: a page of times doesn't.
    """

    start: datetime
    end: datetime
    takers: Takers = field(repr=False, compare=False)

    @property
    def specialist_ids(self) -> tuple[int, ...]:
        """All who could take it, in the order of the pool; for `all`, everyone."""
        return self.takers.at(floor_minute(self.start))


class Takers(NamedTuple):
    """The grids that were looked at, and the specialists in the order of the pool."""

    sheets: tuple[Sheet, ...]
    pool: tuple[int, ...]

    def at(self, minute: int) -> tuple[int, ...]:
        """Name those who can start at this UTC minute."""
        able = {who for sheet in self.sheets for who in sheet.able_at(minute)}
        return tuple(who for who in self.pool if who in able)


class Line(NamedTuple):
    """The UTC days one search looks at, and the ranges of minutes in which it may offer starts."""

    first_day: int
    last_day: int
    allowed: tuple[tuple[int, int], ...]


def find_slots(
    calendars: Sequence[Calendar],
    busy: Iterable[Busy],
    service: ServiceRules,
    query: Query,
    now: datetime,
    *,
    closed: Iterable[Closed] = (),
) -> list[Slot]:
    """List the starts that can be booked, earliest first.

    A slot of an `any` service names all who could take it; of an `all` service, everyone.
    `closed` are starts that the quotas close.
    """
    pool = [calendar for calendar in calendars if service.skills <= calendar.skills]
    line = line_of(service, query, now)
    if not pool or not line.allowed:
        return []
    taken = columns_of(busy).counted(query.excluded, now)
    shut = [one for one in closed if one.counts(query)]
    together = service.mode == "all"
    sheets = tuple(sheets_of(pool, taken, service, line, shut))
    takers = Takers(sheets, tuple(calendar.specialist_id for calendar in pool))
    starts = [sheet.starts(line.allowed, together=together) for sheet in sheets]
    minutes = starts[0] if len(starts) == 1 else np.unique(np.concatenate(starts))
    length = timedelta(minutes=service.minutes)
    return [Slot(at, at + length, takers) for at in map(instant_of, minutes.tolist())]


def line_of(service: ServiceRules, query: Query, now: datetime) -> Line:
    """Bound a search by its query, the notice and the horizon."""
    notice = now + timedelta(minutes=service.notice_minutes)
    earliest = max(ceil_minute(query.after), ceil_minute(notice), floor_minute(now) + 1)
    last_local = local_day(query.customer_zone, floor_minute(now)) + service.horizon_days
    # One spare day: no wall clock is further than that from UTC.
    latest = min(ceil_minute(query.before), (last_local + 2) * DAY)
    if earliest >= latest:
        return Line(0, 0, ())
    first_day, last_day = earliest // DAY, -(-(latest + service.minutes) // DAY)
    # By stretches, since a clock that goes back at midnight shows a date twice.
    near = (
        (max(piece.start, earliest), min(piece.end, latest, (last_local + 1) * DAY - piece.offset))
        for piece in stretches(query.customer_zone, first_day, last_day)
    )
    return Line(first_day, last_day, tuple((start, end) for start, end in near if start < end))
