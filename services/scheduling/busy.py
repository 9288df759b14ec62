"""What takes a specialist's time: his sessions with their buffers, absences, imported events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from services.scheduling.clock import ceil_minute, floor_minute, local_day

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from services.scheduling.working_time import Calendar

Kind: TypeAlias = Literal["hold", "reservation", "booking", "overbooked", "absence", "external"]
OWN_KINDS: frozenset[str] = frozenset({"hold", "reservation", "booking", "overbooked"})


class Busy(NamedTuple):
    """Time that one specialist doesn't have, in UTC minutes, `[start, end)`.

    Own sessions (`OWN_KINDS`) carry their buffers in minutes and the id of their occupancy;
    absences and imported events have neither. A hold is over at `expires_at`. `desk` marks a
    session that is the free desk's own work.
    """

    specialist_id: int
    kind: Kind
    start: int
    end: int
    buffer_before: int = 0
    buffer_after: int = 0
    expires_at: datetime | None = None
    occupancy_id: int = 0
    desk: bool = False

    @property
    def own(self) -> bool:
        """Whether this is a session of ours."""
        return self.kind in OWN_KINDS


def busy_between(specialist_id: int, kind: Kind, starts_at: datetime, ends_at: datetime) -> Busy | None:
    """Round busy time outwards to whole minutes; an empty interval blocks nothing (None)."""
    if ends_at <= starts_at:
        return None
    return Busy(specialist_id, kind, floor_minute(starts_at), ceil_minute(ends_at))


def full_days(calendar: Calendar, ours: Iterable[Busy]) -> frozenset[int]:
    """Name the local dates (as days) on which the specialist's daily limit is reached."""
    if calendar.daily_limit is None:
        return frozenset()
    started: dict[int, int] = {}
    for row in ours:
        day = local_day(calendar.zone, row.start)
        started[day] = started.get(day, 0) + 1
    return frozenset(day for day, count in started.items() if count >= calendar.daily_limit)
