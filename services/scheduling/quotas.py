"""Starts that are closed although somebody is free: the free desk's share, and that of all holds.

Pure: dates are those of the vendor's zone, ranges are UTC minutes, half open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.scheduling.slots import Closed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from services.scheduling.busy import Busy
    from services.scheduling.desk_rules import DeskRules
    from services.scheduling.slots import Query, ServiceRules
    from services.scheduling.working_time import Calendar


def is_reserving(rules: DeskRules) -> bool:
    """Whether any of these dates keeps a part of the working time free for the desk."""
    return any(percent for _, percent in rules.reserve)


def closed_starts(
    calendars: Sequence[Calendar],
    busy: Iterable[Busy],
    service: ServiceRules,
    query: Query,
    *,
    desk: DeskRules,
    now: datetime,
) -> list[Closed]:
    """List what is closed for a query; nothing for the desk's own work."""
    if query.for_desk:
        return []
    serving = frozenset(calendar.specialist_id for calendar in calendars if calendar.desk)
    return [Closed("desk_closed", one.start, one.end, serving) for one in desk.closures]
