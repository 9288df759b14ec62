"""How often chance alone makes two medians differ so much."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from services.support.statistics import FEWEST

if TYPE_CHECKING:
    from collections.abc import Sequence

ROUNDS: Final = 5_000
_AT_ONCE: Final = 500
_SEED: Final = 5
# Sums of the same numbers in another order differ by less.
_SAME: Final = 1e-12


def p_value(one: Sequence[float], other: Sequence[float]) -> float | None:
    """The share of 5,000 random divisions whose medians differ at least as much as these, either way.

    The division that is there counts as one more, so it's never 0. The same numbers give the same
    share each time. None when one side has fewer than ten: then nothing is claimed.
    """
    if min(len(one), len(other)) < FEWEST:
        return None
    both, size = np.array([*one, *other]), len(one)
    seen = abs(np.median(both[:size]) - np.median(both[size:]))
    chance, as_large = np.random.default_rng(_SEED), 0
    for _round in range(ROUNDS // _AT_ONCE):
        mixed = chance.permuted(np.tile(both, (_AT_ONCE, 1)), axis=1)
        apart = np.abs(np.median(mixed[:, :size], axis=1) - np.median(mixed[:, size:], axis=1))
        as_large += int(np.count_nonzero(apart >= seen - _SAME))
    return (as_large + 1) / (ROUNDS + 1)
