"""Who had a paid relation when his request came, and how much of our time each group's answers took."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from services.support.statistics import FEWEST
from webapp.staff.comparison.permutation import p_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from billing.orders import FirstConfirmed
    from services.support.requests.clocks import Target
    from services.support.statistics import Answer

GROUPS: Final = ("none", "session", "contract")
TARGETS: Final[tuple[Target, ...]] = ("response", "resolution")


@dataclass(frozen=True)
class Group:
    """The answers of one group to one target: the shares of the target used, and how many were in time."""

    shares: list[float] = field(default_factory=list)
    met: int = 0

    @property
    def median(self) -> float | None:
        """In percent of the target; None of fewer than ten."""
        return self._percentile(50)

    @property
    def ninth(self) -> float | None:
        """What nine of ten didn't exceed, in percent of the target; None of fewer than ten."""
        return self._percentile(90)

    def _percentile(self, share: int) -> float | None:
        if len(self.shares) < FEWEST:
            return None
        return round(float(np.percentile(self.shares, share, method="inverted_cdf")) * 100, 1)


@dataclass(frozen=True)
class Comparison:
    """A target by group, and how often chance alone makes a difference as large (None: too few)."""

    groups: Mapping[str, Group]
    by_chance: float | None


def compare(answers: Iterable[Answer], paid: FirstConfirmed) -> dict[Target, Comparison]:
    """Each target's answers by group; those without a paid relation are tested against all others."""
    found: dict[Target, dict[str, list[Answer]]] = {
        target: {group: [] for group in GROUPS} for target in TARGETS
    }
    for one in answers:
        found[one.target][_group_of(one, paid)].append(one)
    return {target: _comparison(groups) for target, groups in found.items()}


def _group_of(answer: Answer, paid: FirstConfirmed) -> str:
    """The group at the moment of receipt. No contracts are kept yet, only enquiries: that one is empty."""
    known = paid.is_before(
        answer.received_at, organisation_id=answer.organisation_id, email=answer.author_email
    )
    return "session" if known else "none"


def _comparison(answers: Mapping[str, list[Answer]]) -> Comparison:
    groups = {
        name: Group([one.share for one in some], sum(one.outcome == "met" for one in some))
        for name, some in answers.items()
    }
    others = [share for name, group in groups.items() if name != "none" for share in group.shares]
    return Comparison(groups, p_value(groups["none"].shares, others))
