"""The two charts of the statistics in the numbers that they are drawn of, each wide and narrow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from webapp.scales import round_step

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDE: Final = 720
NARROW: Final = 300
_LEFT, _TOP, _FLOOR, _HEIGHT = 36, 20, 214, 242
_LEAST: Final = 4.0
"""So high a miss is drawn at least: one of a thousand must be seen."""


@dataclass(frozen=True)
class Bar:
    """One month: what came in time from the floor up, what came late above it; `label` may be empty."""

    x: float
    width: float
    met_y: float
    met_height: float
    missed_y: float
    missed_height: float
    missed: int
    middle: float
    label: str
    last: bool


@dataclass(frozen=True)
class MonthChart:
    """Bars by month; `lines` are heights with their figures."""

    width: int
    height: int
    left: int
    lines: tuple[tuple[float, int], ...]
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Share:
    """How many took so much of their time; the last bar of a chart stands for what came late."""

    x: float
    width: float
    y: float
    height: float
    count: int
    middle: float
    late: bool


@dataclass(frozen=True)
class ShareChart:
    """Bars by the share of the time that was used; `marks` are percentages under the floor."""

    width: int
    height: int
    floor: int
    bars: tuple[Share, ...]
    marks: tuple[tuple[float, int], ...]
    deadline: float


def month_chart(rows: Sequence[tuple[str, int, int]], *, width: int, every: int) -> MonthChart:
    """A chart of (label, in time, late); every n-th label is written, counted from the last."""
    highest = max((met + missed for _label, met, missed in rows), default=0)
    step = round_step(max(highest, 1))
    top = -(-max(highest, 1) // step) * step
    scale, slot = (_FLOOR - _TOP) / top, (width - _LEFT) / max(len(rows), 1)
    wide = min(18.0, slot * 0.6)
    bars = []
    for n, (label, met, missed) in enumerate(rows):
        middle = _LEFT + slot * (n + 0.5)
        met_height = met * scale
        missed_height = max(missed * scale, _LEAST) if missed else 0.0
        gap = 2.0 if met and missed else 0.0
        bars.append(
            Bar(
                x=round(middle - wide / 2, 1),
                width=round(wide, 1),
                met_y=round(_FLOOR - met_height, 1),
                met_height=round(met_height, 1),
                missed_y=round(_FLOOR - met_height - gap - missed_height, 1),
                missed_height=round(missed_height, 1),
                missed=missed,
                middle=round(middle, 1),
                label=label if (len(rows) - 1 - n) % every == 0 else "",
                last=n == len(rows) - 1,
            )
        )
    lines = tuple((round(_FLOOR - at * scale, 1), at) for at in range(0, top + 1, step))
    return MonthChart(width, _HEIGHT, _LEFT, lines, tuple(bars))


def share_chart(counts: Sequence[int], *, width: int, every: int) -> ShareChart:
    """A chart of how many took up to each share of their time; the last count is of what came late."""
    left, floor, height = 8, 200, 228
    slot = (width - left) / len(counts)
    scale = (floor - 40) / max(*counts, 1)
    bars = tuple(
        Share(
            x=round(left + slot * n + 1, 1),
            width=round(slot - 2, 1),
            y=round(floor - count * scale, 1),
            height=round(count * scale, 1),
            count=count,
            middle=round(left + slot * (n + 0.5), 1),
            late=n == len(counts) - 1,
        )
        for n, count in enumerate(counts)
    )
    bins = len(counts) - 1
    marks = tuple((round(left + slot * n, 1), n * 100 // bins) for n in range(0, bins + 1, every))
    return ShareChart(width, height, floor, bars, marks, round(left + slot * bins, 1))
