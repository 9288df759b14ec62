"""Prices of many starts of one service at one moment: what differs is worked out once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing.prices.factors import ORDINARY, factor_at
from billing.prices.quote import charge
from billing.sellers.vat import tax

if TYPE_CHECKING:
    from datetime import datetime

    from billing.prices.factors import Factor
    from billing.prices.sale import Offer
    from billing.sellers.vat import Vat
    from services.core.money import Money

URGENT_MINUTES = 120
"""Working time within which a start is «as soon as possible», whatever the price list calls urgent."""


@dataclass(frozen=True, slots=True)
class StartPrice:
    """What a session costs with its tax, and the one factor that makes it so."""

    factor: Factor
    gross: Money

    @property
    def is_ordinary(self) -> bool:
        """Whether it costs what the service usually costs."""
        return self.factor is ORDINARY


class StartPrices:
    """Prices as `quote_for` would say them, without their explanations."""

    def __init__(self, offer: Offer, *, minutes: int, now: datetime) -> None:
        """Price sessions of `minutes` chosen at `now` (aware); raises NoPriceError."""
        self._offer, self._minutes, self._now = offer, minutes, now
        self._price = offer.unit_price()
        self._gross: dict[tuple[int, Vat], Money] = {}
        self.vat = offer.vat_on(offer.working.local(now).date())
        """The tax of today."""
        self.ordinary = self._charged(ORDINARY, self.vat)
        """What an ordinary time costs today, tax included."""
        self.urgent_until = offer.working.after(now, URGENT_MINUTES)
        """Until when a start is as soon as possible (UTC); None if the office doesn't open for long."""

    def at(self, start: datetime) -> StartPrice:
        """The price of a start (aware); raises NoVatRateError, NoStepPriceError."""
        working = self._offer.working
        factor = factor_at(self._price.factors, start=start, now=self._now, working=working)
        vat = self._offer.vat_on(working.local(start).date())
        return StartPrice(factor, self._charged(factor, vat))

    def _charged(self, factor: Factor, vat: Vat) -> Money:
        known = self._gross.get((factor.hundredths, vat))
        if known is None:
            net = charge(self._price, self._minutes, factor.hundredths)
            known = tax(net, vat, inclusive=self._offer.inclusive).gross
            self._gross[factor.hundredths, vat] = known
        return known
