"""Dates of their own that the production calendar suggests to specialists (rule 16).

Nothing changes by itself: a coordinator accepts a proposal, which makes it a date of its own,
or dismisses it, and then it doesn't come back.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple

from services.core.production_days import SATURDAY
from services.scheduling.engine.working_time import in_order, weekly

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from services.core.production_days import DayKind
    from services.scheduling.engine.working_time import Calendar, Window

Reason = Literal["short", "day_off", "working"]

_DAY, _SHORTER = 1440, 60


class Proposal(NamedTuple):
    """What one specialist might work on one local date of his, and what he works now.

    `short`: an hour less; `day_off`: nothing; `working`: a working Saturday or Sunday on which
    he has no hours, a hint that opens nothing: there is nothing to accept. Windows are in
    minutes of the day, an end before the start is on the next date.
    """

    specialist_id: int
    on: date
    reason: Reason
    windows: tuple[Window, ...]
    present: tuple[Window, ...]


def propose_dates(calendar: Calendar, days: Mapping[date, DayKind]) -> list[Proposal]:
    """List what the odd dates of a production calendar suggest to one specialist, by date.

    Neither a date of his own nor a day off of his holiday set gets a proposal: both are decided.
    """
    found = (_proposal(calendar, on, kind) for on, kind in sorted(days.items()))
    return [proposal for proposal in found if proposal is not None]


def _proposal(calendar: Calendar, on: date, kind: DayKind) -> Proposal | None:
    if on in calendar.holidays or any(own_on == on for own_on, _windows in calendar.own_dates):
        return None
    # A date of its own would also cut what reaches into it from the night before.
    tail, own = _tail(calendar, on), _joined(_weekly(calendar, on))
    present = (*tail, *_written(own))
    if kind in {"holiday", "weekend"}:
        return Proposal(calendar.specialist_id, on, "day_off", (), present) if present else None
    if not own:
        hint = on.weekday() >= SATURDAY
        return Proposal(calendar.specialist_id, on, "working", (), ()) if hint else None
    if kind == "short":
        return Proposal(calendar.specialist_id, on, "short", (*tail, *_written(_shorten(own))), present)
    return None


def _shorten(stretches: list[Window]) -> list[Window]:
    """Cut an hour off the last stretch, where it ends: on the next date if it ends there."""
    *others, (start, end) = stretches
    return [*others, (start, end - _SHORTER)] if end - _SHORTER > start else others


def _joined(windows: tuple[Window, ...]) -> list[Window]:
    """Windows of one date as stretches apart from each other, ends on the next date beyond 1440."""
    joined: list[Window] = []
    for start, end in sorted((start, end if end > start else end + _DAY) for start, end in windows):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _written(stretches: list[Window]) -> tuple[Window, ...]:
    """Stretches as windows again; one of a day and more over midnight takes two, which overlap."""
    windows: list[Window] = []
    for start, end in stretches:
        if end > _DAY and end - start >= _DAY:
            windows += [(start, _DAY), (_DAY - 1, end - _DAY)]
        else:
            windows.append((start, end if end <= _DAY else end - _DAY))
    return tuple(windows)


def _tail(calendar: Calendar, on: date) -> tuple[Window, ...]:
    """What the windows of the date before leave to a date."""
    before = on - timedelta(days=1)
    own = [windows for own_on, windows in calendar.own_dates if own_on == before]
    if own:
        windows = tuple(window for some in own for window in some)
    else:
        windows = () if before in calendar.holidays else _weekly(calendar, before)
    ends = [end for start, end in windows if 0 < end < start]
    return ((0, max(ends)),) if ends else ()


def _weekly(calendar: Calendar, on: date) -> tuple[Window, ...]:
    return tuple((start, end) for start, end in weekly(in_order(calendar.hours), on) if start != end)
