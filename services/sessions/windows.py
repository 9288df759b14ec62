"""What a wish asks for: dates of the customer's calendar and a part of his day. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from services.core.wording import N_
from services.sessions.errors import WishError

if TYPE_CHECKING:
    from collections.abc import Mapping

_HOURS: Final[Mapping[str, tuple[int, int]]] = {
    "any": (0, 24),
    "morning": (6, 12),
    "day": (12, 18),
    "evening": (18, 24),
}
PARTS: Final = {
    "any": N_("At any time"),
    "morning": N_("In the morning, 6 to 12"),
    "day": N_("In the afternoon, 12 to 18"),
    "evening": N_("In the evening, 18 to 24"),
}
"""The parts of the day, as the page of times groups them; their names are to be translated."""


@dataclass(frozen=True)
class Window:
    """Dates `[from_on, until_on]`, both whole, and a part of the day, on the clock of `zone` (IANA)."""

    from_on: date
    until_on: date
    part: str
    zone: str

    @property
    def after(self) -> datetime:
        """The first moment of the window's first date."""
        return _midnight(self.from_on, self.zone)

    @property
    def before(self) -> datetime:
        """The moment at which the window's last date is over."""
        return _midnight(self.until_on + timedelta(days=1), self.zone)

    def suits(self, start: datetime) -> bool:
        """Tell whether a session that begins at `start` (aware) is what is asked for."""
        there = start.astimezone(ZoneInfo(self.zone))
        first, last = _HOURS[self.part]
        return self.from_on <= there.date() <= self.until_on and first <= there.hour < last


def check_window(window: Window, *, horizon_days: int, now: datetime) -> None:
    """Pass silently if the window can bring a time; else raise WishError with the field it belongs to."""
    today = now.astimezone(ZoneInfo(window.zone)).date()
    last = today + timedelta(days=horizon_days)
    if window.from_on < today:
        raise WishError("wish_past", field="from_on", first=today)
    if window.until_on < window.from_on:
        raise WishError("wish_order", field="until_on")
    if window.until_on > last:
        raise WishError("wish_far", field="until_on", last=last)


def _midnight(day: date, zone: str) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
