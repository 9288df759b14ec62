"""What can go wrong between us and the payment provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.core.errors import ConflictError

if TYPE_CHECKING:
    from services.core.money import Money


class ProviderError(ConflictError):
    """The provider gave us no page, object or answer that we could go on with."""


class ProviderUnavailableError(ProviderError):
    """The provider didn't answer, or not sensibly: nothing is known, try again. Facts: why."""


class ProviderRefusedError(ProviderError):
    """The provider refused the request for good. Facts: code, status, message (in English)."""

    @property
    def is_missing(self) -> bool:
        """Whether the provider says that there is no such object."""
        return self.facts.get("code") == "resource_missing"


class NoProviderError(ProviderError):
    """This installation has no payment provider: nobody can pay by card."""


class NothingToPayError(ConflictError):
    """The bill is covered or void. Facts: bill, state."""


class NotEnoughUnappliedError(ConflictError):
    """Less of the payment is free than was to be put to a bill. Facts: payment, left (minor units)."""


class AlreadyTakenOffError(ConflictError):
    """This match was taken back before. Facts: payment, bill."""


class PaymentUnderWayError(ConflictError):
    """An earlier page was completed and its money is on its way: no second page. Facts: bill."""


class PageRefusedError(ProviderError):
    """The provider would not open a payment page. Facts: attempt, code."""


class ChoiceOverError(ConflictError):
    """The customer has nothing to choose (any more): no money lies here without a time. Facts: order."""


class DearerTimeError(ConflictError):
    """This time costs more than what came: `price`, with its tax. Facts: order."""

    def __init__(self, price: Money, *, order: str) -> None:
        """Keep the price, which is told to the customer."""
        self.price = price
        super().__init__(order=order)
