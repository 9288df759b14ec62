"""A date of the desk as the page shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from services.core.clock import instant_of
from services.core.wording import format_range
from webapp.i18n import gettext as _

if TYPE_CHECKING:
    from datetime import date

    from services.scheduling.desk.figures import DeskDay
    from services.scheduling.engine.desk_rules import Closure


class DayRow(NamedTuple):
    """One date in words and in shares of a hundred; `kind` is that of the label."""

    on: date
    working: str
    percent: int
    taken: str
    room: str
    taken_share: int
    kept_share: int
    kind: str
    state: str
    why: tuple[str, ...]


def day_row(day: DeskDay, shortest: int, zone: str) -> DayRow:
    """Show a date; `shortest` is the length of the shortest service, in minutes."""
    kind, state = _state(day, shortest)
    return DayRow(
        on=day.on,
        working=hours(day.working),
        percent=day.percent,
        taken=hours(day.taken),
        room=_room(day),
        taken_share=_share(day.taken, day.working),
        kept_share=_share(day.working - day.allowed, day.working),
        kind=kind,
        state=state,
        why=tuple(_said(one, zone, day) for one in day.closures),
    )


def hours(minutes: int) -> str:
    """Write minutes short: «34 ч 30 мин», “34 h 30 min”."""
    whole, rest = divmod(minutes, 60)
    if not rest:
        return _("%(hours)s h", hours=whole)
    if not whole:
        return _("%(minutes)s min", minutes=rest)
    return _("%(hours)s h %(minutes)s min", hours=whole, minutes=rest)


def _room(day: DeskDay) -> str:
    return hours(day.room) if day.room >= 0 else _("over by %(time)s", time=hours(-day.room))


def _share(part: int, whole: int) -> int:
    return min(100, part * 100 // whole) if whole else 0


def _state(day: DeskDay, shortest: int) -> tuple[str, str]:
    if day.closures:
        return "alarm", _("partly closed")
    if not day.working:
        return "line", _("nobody works")
    if day.percent and day.room < shortest:
        return "wait", _("the reserve is reached")
    return "ok", _("open for booking")


def _said(closure: Closure, zone: str, day: DeskDay) -> str:
    start, end = instant_of(max(closure.start, day.since)), instant_of(min(closure.end, day.until))
    why = closure.reason or _("free support would be late")
    return _("%(time)s: %(why)s", time=format_range(start, end, zone), why=why)
