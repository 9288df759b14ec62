"""Reading the provider's objects (plain dicts) into our values; what is unknown is flagged."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from billing.payments.provider import Checkout, ProviderEvent, ProviderRefund
from services.core.money import Money, from_stripe

Thing = dict[str, Any]

_STATUSES = frozenset({"open", "complete", "expired"})
_PAYMENT_STATUSES = frozenset({"paid", "unpaid", "no_payment_required"})
_INTENT_STATUSES = frozenset(
    {
        "canceled", "processing", "requires_action", "requires_capture", "requires_confirmation",
        "requires_payment_method", "succeeded",
    }
)  # fmt: skip
_REFUND_STATUSES = frozenset({"pending", "requires_action", "succeeded", "failed", "canceled"})


def read_checkout(thing: Thing) -> Checkout:
    """Read a Checkout Session whose payment intent and charge were asked to come along."""
    intent = thing.get("payment_intent")
    whole = intent if isinstance(intent, dict) else {}
    charge = whole.get("latest_charge")
    taken = charge if isinstance(charge, dict) else {}
    flags = [
        *_flag("status", thing.get("status"), _STATUSES),
        *_flag("payment_status", thing.get("payment_status"), _PAYMENT_STATUSES),
        *(_flag("intent.status", whole.get("status"), _INTENT_STATUSES) if whole else []),
    ]
    return Checkout(
        reference=thing["id"],
        status=str(thing.get("status")),
        payment_status=str(thing.get("payment_status")),
        amount=_amount(thing.get("amount_total"), thing.get("currency")),
        received=_amount(whole.get("amount_received"), whole.get("currency")),
        livemode=bool(thing["livemode"]),
        attempt_reference=thing.get("client_reference_id"),
        url=thing.get("url"),
        expires_at=_moment(thing["expires_at"]),
        intent_ref=whole.get("id") or (intent if isinstance(intent, str) else None),
        intent_status=whole.get("status"),
        charge_ref=taken.get("id") or (charge if isinstance(charge, str) else None),
        method=(taken.get("payment_method_details") or {}).get("type"),
        flags=tuple(flags),
    )


def read_refund(thing: Thing) -> ProviderRefund:
    """Read a Refund."""
    intent = thing.get("payment_intent")
    return ProviderRefund(
        reference=thing["id"],
        status=str(thing.get("status")),
        amount=from_stripe(thing["amount"], thing["currency"]),
        intent_ref=intent.get("id") if isinstance(intent, dict) else intent,
        refund_reference=(thing.get("metadata") or {}).get("refund"),
        failure=thing.get("failure_reason"),
        flags=tuple(_flag("status", thing.get("status"), _REFUND_STATUSES)),
    )


def read_event(thing: Thing) -> ProviderEvent:
    """Read an Event; raises KeyError, TypeError or ValueError when it is none."""
    inner = thing["data"]["object"]
    return ProviderEvent(
        reference=_text(thing["id"]),
        kind=_text(thing["type"]),
        object_ref=_text(inner.get("id", "")),
        livemode=bool(thing["livemode"]),
        happened_at=_moment(thing["created"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > 255:
        raise ValueError(value)
    return value


def _flag(name: str, value: object, known: frozenset[str]) -> list[str]:
    return [] if value in known else [f"{name}={value}"]


def _amount(minor: object, currency: object) -> Money | None:
    if isinstance(minor, int) and isinstance(currency, str):
        return from_stripe(minor, currency)
    return None


def _moment(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)
