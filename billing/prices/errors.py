"""What prices refuse."""

from __future__ import annotations

from services.core.errors import InvalidError, NotFoundError


class NoPriceError(NotFoundError):
    """The seller sells no such service on that day; facts: service, seller, on."""


class NoStepPriceError(NotFoundError):
    """A service longer than its first period has no price for more; facts: minutes."""


class PriceListError(InvalidError):
    """A new price list breaks a rule.

    Codes: `price_list_past` (it would be valid from a day that is over), `price_negative`,
    `price_step` (step minutes without a step price or the reverse), `price_currency`,
    `factor_range` (below ×1 or above ×10), `factor_condition`, `price_unknown_service`.
    """
