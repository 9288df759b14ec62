"""What an order refuses."""

from __future__ import annotations

from services.core.errors import ConflictError, InvalidError


class HoldOverError(ConflictError):
    """The time is no longer kept for this order; choose one again. Facts: reference."""


class SlotGoneError(ConflictError):
    """Late money, and the time is no longer free: the order needs a person. Facts: reference."""


class OrderEndedError(ConflictError):
    """The order was cancelled before this money came. Facts: reference."""


class ConsentMissingError(InvalidError):
    """A document that must be accepted was not; `field` is the document's kind."""


class MethodNotOfferedError(InvalidError):
    """This seller doesn't take this kind of payment; code `method`."""


class UnpaidAddendumError(InvalidError):
    """Further time of an earlier session is unpaid: nothing new is ordered; code `unpaid_addendum`."""
