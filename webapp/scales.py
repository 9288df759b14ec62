"""Round heights for the lines of a chart."""

from __future__ import annotations

_TIMES = (1, 2, 5)
_MOST = 4


def round_step(span: int, unit: int = 1) -> int:
    """A round height between lines, so that there are at most five; never less than one whole unit."""
    step = unit
    while True:
        for times in _TIMES:
            if span <= step * times * _MOST:
                return step * times
        step *= 10
