"""Factors: what makes one time dearer than another. The largest applies, alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from billing.prices.working import WorkingTime

FactorKind = Literal["urgent", "after_hours", "night", "weekend", "holiday"]
KINDS: tuple[FactorKind, ...] = ("holiday", "weekend", "night", "after_hours", "urgent")
"""All kinds; of two equal factors the earlier one here is named."""

HUNDRED = 100
_HOUR = 60


@dataclass(frozen=True, slots=True)
class Factor:
    """One row of a price list: `hundredths` 150 is ×1.5.

    `after_hours` and `night` hold from `from_minute` to before `until_minute` of the seller's
    day (a night may reach past midnight); `urgent` holds for starts within `within_minutes`
    of working time from the order, that instant included.
    """

    kind: FactorKind | Literal["ordinary"]
    hundredths: int
    from_minute: int | None = None
    until_minute: int | None = None
    within_minutes: int | None = None

    def conditions(self) -> dict[str, int]:
        """The conditions this factor has, as facts."""
        named = {
            "from_minute": self.from_minute,
            "until_minute": self.until_minute,
            "within_minutes": self.within_minutes,
        }
        return {name: value for name, value in named.items() if value is not None}


ORDINARY = Factor("ordinary", HUNDRED)


def factor_at(factors: Iterable[Factor], *, start: datetime, now: datetime, working: WorkingTime) -> Factor:
    """The one factor of a session that starts at `start` and is chosen at `now`.

    It goes by the start alone, for the whole session, on the seller's clock and calendar.
    """
    fitting = [factor for factor in factors if _fits(factor, start=start, now=now, working=working)]
    order: dict[str, int] = {kind: -place for place, kind in enumerate(KINDS)}
    return max(
        (factor for factor in fitting if factor.hundredths > HUNDRED),
        key=lambda factor: (factor.hundredths, order.get(factor.kind, -HUNDRED)),
        default=ORDINARY,
    )


def _fits(factor: Factor, *, start: datetime, now: datetime, working: WorkingTime) -> bool:
    wall = working.local(start)
    if factor.kind in {"weekend", "holiday"}:
        return working.kind_of(wall.date()) == factor.kind
    if factor.kind == "urgent":
        limit = working.after(now, factor.within_minutes or 0)
        return limit is not None and start <= limit
    return _inside(factor, wall.hour * _HOUR + wall.minute)


def _inside(factor: Factor, minute: int) -> bool:
    if factor.from_minute is None or factor.until_minute is None:
        return False
    if factor.from_minute < factor.until_minute:
        return factor.from_minute <= minute < factor.until_minute
    return minute >= factor.from_minute or minute < factor.until_minute
