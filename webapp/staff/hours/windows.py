"""Working windows as people write them: «9:00–13:00, 14–18»."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from webapp.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable

Window = tuple[int, int]
"""Minutes of the day; an end before the start belongs to the next date."""

_DAY = 1440
_WINDOW = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*[-–—]\s*(\d{1,2})(?:[:.](\d{2}))?")


def read_windows(text: str) -> list[Window]:
    """The windows in `text`, in order; raises ValueError with a sentence about what is wrong."""
    windows = [_window(part.strip()) for part in re.split(r"[,;\n]", text) if part.strip()]
    windows.sort()
    _refuse_overlap(windows)
    return windows


def _window(text: str) -> Window:
    found = _WINDOW.fullmatch(text)
    if found is None:
        raise ValueError(_("“%(text)s” is no span of time. Write it like 9:00–13:00.", text=text))
    start = _minute(text, found[1], found[2], last=_DAY - 1)
    end = _minute(text, found[3], found[4], last=_DAY)
    if start == end:
        raise ValueError(_("“%(text)s” begins and ends at the same time.", text=text))
    return start, end


def _minute(text: str, hours: str, minutes: str | None, *, last: int) -> int:
    minute = int(hours) * 60 + int(minutes or 0)
    if int(minutes or 0) > 59 or minute > last:
        raise ValueError(_("There is no such time in “%(text)s”.", text=text))
    return minute


def _refuse_overlap(windows: list[Window]) -> None:
    """Windows of one date may touch but not overlap; one past midnight is the last."""
    for earlier, later in pairwise(windows):
        if _end(earlier) > later[0]:
            raise ValueError(
                _(
                    "%(one)s and %(other)s overlap. Join them or part them.",
                    one=write_windows([earlier]),
                    other=write_windows([later]),
                )
            )


def _end(window: Window) -> int:
    return window[1] if window[1] > window[0] else window[1] + _DAY


def write_windows(windows: Iterable[Iterable[int]]) -> str:
    """Windows as they are typed: «9:00–13:00, 14:00–18:00»."""
    pairs = [tuple(window) for window in windows]
    return ", ".join(f"{_clock(start)}–{_clock(end)}" for start, end in pairs)


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"


def overlaps_next_day(week: dict[int, list[Window]]) -> tuple[int, int] | None:
    """Two weekdays (0 is Monday) whose windows overlap over midnight, if there are any."""
    for weekday, windows in week.items():
        following = week.get((weekday + 1) % 7, [])
        over = [end for start, end in windows if end < start]
        if over and following and max(over) > following[0][0]:
            return weekday, (weekday + 1) % 7
    return None
