"""What keeps paid sessions from starving the free desk, as numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date

HELD_PERCENT = 30


class Closure(NamedTuple):
    """Starts in the UTC minutes `[start, end)` are closed for desk specialists.

    `reason` is the coordinator's own words; a projection has none.
    """

    start: int
    end: int
    reason: str


@dataclass(frozen=True)
class DeskRules:
    """The desk's rules for a range of starts.

    `zone` is the vendor's (IANA); `reserve` are percents from local dates of that zone on, in
    their order, one a date; `held_percent` is the share that unverified holds may take together.
    """

    zone: str
    reserve: tuple[tuple[date, int], ...] = ()
    closures: tuple[Closure, ...] = ()
    held_percent: int = HELD_PERCENT

    def reserve_on(self, on: date) -> int:
        """The percent in force on a local date of the zone; 0 before the first version."""
        percents = [percent for since, percent in self.reserve if since <= on]
        return percents[-1] if percents else 0
