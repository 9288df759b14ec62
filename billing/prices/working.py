"""The seller's working time, as far as prices need it: kinds of days and working hours ahead."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Mapping

DayKind = Literal["working", "short", "weekend", "holiday"]

_SATURDAY = 5
_HOUR = 60
_LONGEST_PAUSE = 40
"""Days that are looked through for open time; the longest holidays are about twelve."""


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """When the seller's office works: wall-clock minutes of the day in `zone`, and odd days.

    `days` holds the dates of the production calendar that differ from the plain week
    (holidays, moved days, working Saturdays, short days); all others go by their weekday.
    """

    zone: str
    opens: int = 9 * _HOUR
    closes: int = 18 * _HOUR
    days: Mapping[date, DayKind] = field(default_factory=dict)

    def local(self, at: datetime) -> datetime:
        """The wall clock of the seller at `at`."""
        return at.astimezone(ZoneInfo(self.zone))

    def kind_of(self, day: date) -> DayKind:
        """What the date `day` is in the seller's production calendar."""
        plain: DayKind = "weekend" if day.weekday() >= _SATURDAY else "working"
        return self.days.get(day, plain)

    def open_hours(self, day: date) -> tuple[datetime, datetime] | None:
        """The open interval of the date `day` in UTC, or None on a day off."""
        kind = self.kind_of(day)
        if kind not in {"working", "short"}:
            return None
        closes = self.closes - _HOUR if kind == "short" else self.closes
        opens_at, closes_at = self._instant(day, self.opens), self._instant(day, closes)
        return (opens_at, closes_at) if opens_at < closes_at else None

    def after(self, start: datetime, minutes: int) -> datetime | None:
        """The instant by which `minutes` of working time have passed since `start`.

        None when the next forty days don't hold so much.
        """
        left = timedelta(minutes=minutes)
        first = self.local(start).date()
        for offset in range(_LONGEST_PAUSE):
            hours = self.open_hours(first + timedelta(days=offset))
            if hours is None or hours[1] <= start:
                continue
            begin = max(hours[0], start)
            if begin + left <= hours[1]:
                return begin + left
            left -= hours[1] - begin
        return None

    def _instant(self, day: date, minute: int) -> datetime:
        wall = datetime.combine(day, time(), ZoneInfo(self.zone)) + timedelta(minutes=minute)
        return wall.astimezone(UTC)
