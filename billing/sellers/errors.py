"""What sellers refuse."""

from __future__ import annotations

from services.core.errors import ConflictError, InvalidError, NotFoundError


class NoSellerError(NotFoundError):
    """Nobody sells to payers of this country; facts: country."""


class NoVatRateError(NotFoundError):
    """No VAT row of the seller is in force on the date of supply; facts: seller, on."""


class CountryTakenError(ConflictError):
    """Two sellers would sell to the same country; facts: countries, seller."""


class SellerError(InvalidError):
    """Codes: `seller_zone`, `seller_hours`, `vat_regime` (a rate for an exempt seller)."""
