"""Bars of a chart in the numbers that its picture is drawn of; widths in the picture's own units."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from services.core.money import exponent
from services.core.wording import format_number
from webapp.scales import round_step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.core.texts import Locale

_TOP, _BOTTOM, _HEIGHT = 16, 206, 234
_GUTTER: Final = 84
_WIDEST: Final = 48


@dataclass(frozen=True)
class Bar:
    """One bar with the words below it, empty where there is no room; `bad` is what should not be."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    label: str
    bad: bool
    last: bool


@dataclass(frozen=True)
class Chart:
    """A picture of bars; `lines` are its heights with their figures, `zero` is where bars stand."""

    width: int
    height: int
    left: int
    zero: float
    lines: tuple[tuple[float, str], ...]
    bars: tuple[Bar, ...]


def bars(
    values: Sequence[tuple[str, int, bool]], *, currency: str, width: int, locale: Locale, every: int = 1
) -> Chart:
    """A chart of (label, minor units, bad); every n-th label is written, counted from the last."""
    digits = exponent(currency)
    low, high = min(0, *(one[1] for one in values)), max(0, *(one[1] for one in values))
    step = round_step(high - low, 10**digits)
    top, floor = -(-high // step) * step or step, low // step * step
    scale = (_BOTTOM - _TOP) / (top - floor)

    def y(minor: int) -> float:
        return round(_BOTTOM - (minor - floor) * scale, 1)

    slot = (width - _GUTTER) / len(values)
    wide = min(slot * 0.6, _WIDEST)
    made = []
    for n, (label, minor, bad) in enumerate(values):
        middle = _GUTTER + slot * (n + 0.5)
        said = label if (len(values) - 1 - n) % every == 0 else ""
        height = round(abs(minor) * scale, 1)
        made.append(
            Bar(
                round(middle - wide / 2, 1),
                y(max(minor, 0)),
                round(wide, 1),
                max(height, 2.0) if minor else 0,
                round(middle, 1),
                said,
                bad,
                n == len(values) - 1,
            )
        )
    lines = tuple(
        (y(at), format_number(Decimal(at).scaleb(-digits), locale)) for at in range(floor, top + 1, step)
    )
    return Chart(width, _HEIGHT, _GUTTER, y(0), lines, tuple(made))
