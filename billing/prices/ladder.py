"""The cancellation ladder: what is kept and what goes back, by the time left before the start."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from services.core.errors import InvalidError
from services.core.money import Money

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Base = Literal["total", "first_period"]
_WHOLE = 100
_SCHEMA = 1


class PolicyError(InvalidError):
    """The rows make no ladder: codes `policy_empty`, `policy_hours`, `policy_percent`."""


@dataclass(frozen=True, slots=True)
class Rung:
    """Cancelled at least `hours` before the start, `percent` of `of` is kept."""

    hours: int
    percent: int
    of: Base = "total"


@dataclass(frozen=True, slots=True)
class Policy:
    """The ladder as the vendor wrote it and as it is frozen on an order.

    Rungs go from the earliest threshold to the last, whose `hours` are 0 and which holds for
    everything later: also for nobody coming within `grace_minutes` of the start.
    """

    rungs: tuple[Rung, ...]
    grace_minutes: int = 15
    free_moves: int = 2

    def __post_init__(self) -> None:
        if not self.rungs or self.rungs[-1].hours != 0:
            raise PolicyError("policy_empty", field="policy")
        hours = [rung.hours for rung in self.rungs]
        if hours != sorted(set(hours), reverse=True):
            raise PolicyError("policy_hours", field="policy")
        if any(not 0 <= rung.percent <= _WHOLE for rung in self.rungs):
            raise PolicyError("policy_percent", field="policy")

    def to_json(self) -> dict[str, Any]:
        """The shape that is stored with a price list and frozen on an order."""
        return {
            "schema": _SCHEMA,
            "rungs": [asdict(rung) for rung in self.rungs],
            "grace_minutes": self.grace_minutes,
            "free_moves": self.free_moves,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Policy:
        """Read the stored shape back."""
        return cls(
            rungs=tuple(Rung(**rung) for rung in value["rungs"]),
            grace_minutes=value["grace_minutes"],
            free_moves=value["free_moves"],
        )


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the ladder for one order: `refund` + `kept` is the whole sum.

    `until_at` is the last instant that still counts (exactly N hours before the start is in
    time); None is everything later and the no-show.
    """

    until_at: datetime | None
    refund: Money
    kept: Money
    hours: int


def ladder(policy: Policy, *, total: Money, first_period: Money, start: datetime) -> list[Step]:
    """The steps for an order of `total` (tax included) that starts at `start` (aware).

    `first_period` is the price of the first period with its factor and tax, at most `total`.
    """
    return [_step(rung, total=total, first_period=first_period, start=start) for rung in policy.rungs]


def current_step(steps: Sequence[Step], at: datetime) -> Step:
    """The step that holds for a cancellation at the instant `at`."""
    return next(step for step in steps if step.until_at is None or at <= step.until_at)


def refund_due(policy: Policy, *, total: Money, first_period: Money, start: datetime, at: datetime) -> Money:
    """What goes back when the customer cancels at `at`; the rest of `total` is kept."""
    steps = ladder(policy, total=total, first_period=first_period, start=start)
    return current_step(steps, at).refund


def _step(rung: Rung, *, total: Money, first_period: Money, start: datetime) -> Step:
    base = total if rung.of == "total" else min(first_period, total)
    # Rounded down: the odd kopeck goes back to the customer.
    kept = Money(base.minor * rung.percent // _WHOLE, total.currency)
    until_at = start - timedelta(hours=rung.hours) if rung.hours else None
    return Step(until_at, total - kept, kept, rung.hours)
