"""VAT arithmetic: one rate or one reason why there is none, rounded half up line by line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from services.core.money import Money

if TYPE_CHECKING:
    from services.core.texts import Texts

Regime = Literal["on_top", "inclusive", "exempt"]
WHOLE = 10_000
"""One hundred percent in hundredths of a percent, the unit of every rate here."""


@dataclass(frozen=True, slots=True)
class Vat:
    """What the law asks of one supply.

    `rate` is in hundredths of a percent (2200 is 22 %, 0 is the zero rate); None is a supply
    without VAT, which is not the same as 0 % and always has its `reason`.
    """

    rate: int | None
    reason: Texts | None = None

    def __post_init__(self) -> None:
        if (self.rate is None) == (self.reason is None):
            message = "a supply has either a rate or a reason to have none"
            raise ValueError(message)
        if self.rate is not None and not 0 <= self.rate <= WHOLE:
            message = f"{self.rate} hundredths of a percent is no VAT rate"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Taxed:
    """One amount split by its tax: `net` + `vat` = `gross`, to the kopeck."""

    net: Money
    vat: Money
    gross: Money


def share(minor: int, numerator: int, denominator: int) -> int:
    """`minor` × numerator / denominator, rounded half up, for amounts that are not negative."""
    if minor < 0:
        message = "shares are taken of amounts that are not negative"
        raise ValueError(message)
    return (2 * minor * numerator + denominator) // (2 * denominator)


def tax(amount: Money, vat: Vat, *, inclusive: bool) -> Taxed:
    """Split `amount` by `vat`: tax within the amount when `inclusive`, else on top of it.

    One call is one line: the rounded half kopeck goes to the tax (НК РФ ст. 168), and the
    other part is what remains, so that nothing is lost.
    """
    if vat.rate is None:
        return Taxed(amount, Money.zero(amount.currency), amount)
    if inclusive:
        part = Money(share(amount.minor, vat.rate, WHOLE + vat.rate), amount.currency)
        return Taxed(amount - part, part, amount)
    part = Money(share(amount.minor, vat.rate, WHOLE), amount.currency)
    return Taxed(amount, part, amount + part)
