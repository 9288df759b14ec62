"""Stripe behind the port: the one place that knows its library, loaded when it is first used.

API 2026-10-28.endive, as the library speaks it. Nothing here opens a transaction or logs a key.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import structlog

from billing.payments.errors import ProviderRefusedError, ProviderUnavailableError
from billing.payments.reading import read_checkout, read_event, read_refund
from services.core.money import Money, to_stripe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from stripe import StripeClient

    from billing.payments.provider import Checkout, ProviderEvent, ProviderRefund
    from billing.settings import ProviderSettings

_log = structlog.get_logger()
_EXPAND = ["payment_intent.latest_charge"]
_AROUND = timedelta(hours=1)
# (seconds to connect, seconds to wait, tries after the first): a visitor waits less than a job.
_PATIENCE = {"web": (3.0, 8.0, 1), "worker": (3.0, 20.0, 2)}


class StripeGateway:
    """A card provider that is Stripe, or its double at `settings.api_base`."""

    def __init__(
        self,
        settings: ProviderSettings,
        *,
        patience: Literal["web", "worker"] = "worker",
        timeout: tuple[float, float] | None = None,
    ) -> None:
        self.livemode = settings.livemode
        self._settings = settings
        connect, wait, self._retries = _PATIENCE[patience]
        self._timeout = timeout or (connect, wait)

    @cached_property
    def _client(self) -> StripeClient:
        import stripe

        stripe.enable_telemetry = False
        address = self._settings.api_base
        return stripe.StripeClient(
            self._settings.secret_key,
            base_addresses={"api": address} if address else None,
            # Without this the library never tries again, and waits 80 seconds.
            max_network_retries=self._retries,
            http_client=stripe.RequestsClient(timeout=self._timeout),
        )

    def create_checkout(self, params: dict[str, Any], *, key: str) -> Checkout:
        """Open a payment page with these parameters; the same `key` gives the same page."""
        with _translated("create_checkout"):
            asked: Any = {**params, "expand": _EXPAND}
            thing = self._client.v1.checkout.sessions.create(asked, {"idempotency_key": key})
            return read_checkout(thing.to_dict())

    def fetch_checkout(self, reference: str) -> Checkout:
        """The page as it is now, with the payment behind it."""
        with _translated("fetch_checkout"):
            thing = self._client.v1.checkout.sessions.retrieve(reference, {"expand": _EXPAND})
            return read_checkout(thing.to_dict())

    def expire_checkout(self, reference: str) -> Checkout:
        """Close an open page and return it as it is then; a completed page stays completed."""
        try:
            with _translated("expire_checkout"):
                self._client.v1.checkout.sessions.expire(reference)
        except ProviderRefusedError as refusal:
            # Refused unless open: complete, or expired by itself. Which, the page itself says.
            if refusal.is_missing:
                raise
        return self.fetch_checkout(reference)

    def find_checkout(self, attempt_reference: str, *, created_at: datetime) -> Checkout | None:
        """The page that carries our reference, if one was opened within an hour of `created_at`."""
        window = {
            "gte": int((created_at - _AROUND).timestamp()),
            "lte": int((created_at + _AROUND).timestamp()),
        }
        with _translated("find_checkout"):
            asked: Any = {"created": window, "limit": 100}
            for thing in self._client.v1.checkout.sessions.list(asked).auto_paging_iter():
                if thing.client_reference_id == attempt_reference:
                    return self.fetch_checkout(thing.id)
        return None

    def create_refund(
        self, *, intent_ref: str, amount: Money, refund_reference: str, key: str
    ) -> ProviderRefund:
        """Give back a part of a payment; the same `key` gives the same refund."""
        with _translated("create_refund"):
            thing = self._client.v1.refunds.create(
                {
                    "payment_intent": intent_ref,
                    "amount": to_stripe(amount),
                    "reason": "requested_by_customer",
                    "metadata": {"refund": refund_reference},
                },
                {"idempotency_key": key},
            )
            return read_refund(thing.to_dict())

    def fetch_refund(self, reference: str) -> ProviderRefund:
        """The refund as it is now."""
        with _translated("fetch_refund"):
            return read_refund(self._client.v1.refunds.retrieve(reference).to_dict())

    def list_events(self, *, since: datetime) -> Iterator[ProviderEvent]:
        """What happened since then, newest first."""
        with _translated("list_events"):
            asked: Any = {"created": {"gte": int(since.timestamp())}, "limit": 100}
            for thing in self._client.v1.events.list(asked).auto_paging_iter():
                yield read_event(thing.to_dict())


@contextmanager
def _translated(call: str) -> Iterator[None]:
    """Turn the library's errors into two: nothing is known, or the provider said no."""
    import stripe

    try:
        yield
    except (stripe.InvalidRequestError, stripe.IdempotencyError, stripe.CardError) as error:
        _log.warning("provider_refused", call=call, code=error.code, status=error.http_status)
        raise ProviderRefusedError(
            code=error.code or type(error).__name__,
            status=error.http_status,
            message=error.user_message,
        ) from error
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        # A wrong key says nothing about the payment: it is ours to mend, and then to try again.
        _log.error("provider_key_refused", call=call, status=error.http_status)
        raise ProviderUnavailableError(why="key_refused") from error
    except stripe.StripeError as error:
        _log.warning("provider_unavailable", call=call, why=type(error).__name__, status=error.http_status)
        raise ProviderUnavailableError(why=type(error).__name__) from error
