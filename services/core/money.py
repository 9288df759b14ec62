"""Money as an integer number of minor units with its currency.

Exponents follow ISO 4217 (by Babel's CLDR data), except where the payment provider
counts otherwise: Stripe takes ISK and UGX with two digits and wants amounts of
three-digit currencies to end in 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import total_ordering

from babel.numbers import get_currency_precision

_STRIPE_TWO_DIGITS = frozenset({"ISK", "UGX"})


class CurrencyMismatchError(TypeError):
    """Two currencies were added or compared: a mistake of the program, not of a person."""


def exponent(currency: str) -> int:
    """Digits after the point in `currency`: 2 for RUB and EUR, 0 for JPY, 3 for KWD."""
    return int(get_currency_precision(currency))


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (kopecks, cents) of one ISO 4217 currency; may be negative."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            message = f"minor units are an int, not {type(self.minor).__name__}"
            raise TypeError(message)
        if len(self.currency) != 3 or not self.currency.isupper():
            message = f"{self.currency!r} is no ISO 4217 code"
            raise ValueError(message)

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Nothing, in `currency`."""
        return cls(0, currency)

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            message = f"{self.currency} and {other.currency} don't mix"
            raise CurrencyMismatchError(message)

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __mul__(self, times: int) -> Money:
        return Money(self.minor * times, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.minor < other.minor

    def __bool__(self) -> bool:
        return self.minor != 0


def to_stripe(amount: Money) -> int:
    """The integer that Stripe's API expects for `amount`."""
    if amount.currency in _STRIPE_TWO_DIGITS and exponent(amount.currency) == 0:
        return amount.minor * 100
    if exponent(amount.currency) == 3 and amount.minor % 10:
        message = f"{amount} must end in 0 for Stripe"
        raise ValueError(message)
    return amount.minor


def from_stripe(minor: int, currency: str) -> Money:
    """The amount behind Stripe's integer; `currency` in either case."""
    code = currency.upper()
    if code in _STRIPE_TWO_DIGITS and exponent(code) == 0:
        whole, rest = divmod(minor, 100)
        if rest:
            message = f"{minor} {code} is no whole amount"
            raise ValueError(message)
        return Money(whole, code)
    return Money(minor, code)
