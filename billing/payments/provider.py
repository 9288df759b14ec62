"""The port to a card provider: what we ask of one, and its answers as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from services.core.money import Money


@dataclass(frozen=True, kw_only=True)
class Checkout:
    """A payment page as the provider knows it now.

    `status` is open, complete or expired; `payment_status` paid, unpaid or no_payment_required.
    `received` is the money that is really there; `intent_status` tells how a delayed payment
    stands. `flags` name values we don't know, which count as "not sure".
    """

    reference: str
    status: str
    payment_status: str
    amount: Money | None
    received: Money | None
    livemode: bool
    attempt_reference: str | None
    url: str | None
    expires_at: datetime
    intent_ref: str | None = None
    intent_status: str | None = None
    charge_ref: str | None = None
    method: str | None = None
    flags: tuple[str, ...] = ()

    @property
    def is_paid(self) -> bool:
        """Whether money is there: said by the page and by the payment behind it."""
        return self.payment_status == "paid" and self.received is not None and bool(self.received)


@dataclass(frozen=True, kw_only=True)
class ProviderRefund:
    """A refund as the provider knows it now.

    `status` is pending, requires_action, succeeded, failed or canceled; `failure` is a code.
    """

    reference: str
    status: str
    amount: Money
    intent_ref: str | None
    refund_reference: str | None
    failure: str | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ProviderEvent:
    """That something happened to an object; what exactly is fetched, never read from here."""

    reference: str
    kind: str
    object_ref: str
    livemode: bool
    happened_at: datetime


class Provider(Protocol):
    """What a card provider can do for us.

    Every method talks to the provider: none may be called while a transaction is open. All
    raise ProviderUnavailableError when nothing is known and ProviderRefusedError when it said no.
    """

    livemode: bool

    def create_checkout(self, params: dict[str, Any], *, key: str) -> Checkout:
        """Open a payment page with these parameters; the same `key` gives the same page."""

    def fetch_checkout(self, reference: str) -> Checkout:
        """The page as it is now, with the payment behind it."""

    def expire_checkout(self, reference: str) -> Checkout:
        """Close an open page and return it as it is then; a completed page stays completed."""

    def find_checkout(self, attempt_reference: str, *, created_at: datetime) -> Checkout | None:
        """The page that carries our reference, if one was opened within an hour of `created_at`."""

    def create_refund(
        self, *, intent_ref: str, amount: Money, refund_reference: str, key: str
    ) -> ProviderRefund:
        """Give back a part of a payment; the same `key` gives the same refund."""

    def fetch_refund(self, reference: str) -> ProviderRefund:
        """The refund as it is now."""

    def list_events(self, *, since: datetime) -> Iterator[ProviderEvent]:
        """What happened since then, newest first."""
