"""How much of a document may still be credited, rate by rate; sums without a database."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from billing.sellers.vat import WHOLE, share

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from billing.invoices.content import Line


@dataclass(frozen=True)
class Left:
    """What is left of one rate: `line` says what it was for; minor units."""

    line: Line
    net: int
    vat: int

    @property
    def gross(self) -> int:
        """With tax."""
        return self.net + self.vat


def left_by_rate(whole: Iterable[Line], given: Iterable[Line]) -> dict[int | None, Left]:
    """What of a document's lines no credit note has taken yet, by rate (None: without VAT)."""
    left: dict[int | None, Left] = {}
    for line in whole:
        known = left.get(line.vat_rate, Left(line, 0, 0))
        left[line.vat_rate] = Left(known.line, known.net + line.net, known.vat + line.vat)
    for line in given:
        known = left[line.vat_rate]
        left[line.vat_rate] = Left(known.line, known.net - line.net, known.vat - line.vat)
    return left


def credit_lines(left: Mapping[int | None, Left], gross: int) -> list[Line]:
    """Spread `gross` over the rates by what is left of each; the last of a rate takes its remainder.

    So no series of credit notes ever exceeds the document, in no rate, neither net nor tax.
    Raises ValueError when more is asked for than is left.
    """
    whole = sum(one.gross for one in left.values())
    if not 0 < gross <= whole:
        raise ValueError(gross)
    lines, rest, behind = [], gross, whole
    for rate, one in left.items():
        part = share(rest, one.gross, behind) if behind else 0
        rest, behind = rest - part, behind - one.gross
        if part:
            vat = _tax_of(part, rate, one)
            lines.append(replace(one.line, quantity=1, net=part - vat, vat=vat, gross=part))
    return lines


def _tax_of(part: int, rate: int | None, left: Left) -> int:
    if part == left.gross or rate is None:
        return left.vat if part == left.gross else 0
    exact = share(part, rate, WHOLE + rate)
    return min(max(exact, part - left.net), left.vat)
