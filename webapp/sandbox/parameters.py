"""What a request for a new checkout session may say, judged as Stripe judges it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from webapp.sandbox import forms
from webapp.sandbox.errors import ApiError, wrong

if TYPE_CHECKING:
    from webapp.sandbox.state import Thing

CREATE = frozenset(
    {
        "adaptive_pricing", "allowed_payment_method_types", "cancel_url", "client_reference_id",
        "currency", "customer_email", "expand", "expires_at", "line_items", "locale", "metadata",
        "mode", "payment_intent_data", "submit_type", "success_url", "ui_mode",
    }
)  # fmt: skip
METHODS = ("card", "sepa_debit")
SHORTEST, LONGEST = 30 * 60, 24 * 60 * 60


@dataclass(frozen=True)
class Item:
    """One line of what is bought: name, price of one in minor units, number of pieces."""

    name: str
    description: str | None
    unit_amount: int
    currency: str
    quantity: int


def refuse_unknown(params: Thing, known: frozenset[str]) -> None:
    """Refuse parameters that the operation does not have, as Stripe does (also those it had once)."""
    for name in params:
        if name not in known:
            message = f"Received unknown parameter: {name}"
            raise ApiError(400, message, code="parameter_unknown", param=name)


def expiry(params: Thing, now: int) -> int:
    """Return the second at which the page closes: 24 h from now unless a fit one is given."""
    if "expires_at" not in params:
        return now + LONGEST
    at = forms.integer(params["expires_at"], "expires_at")
    if at < now + SHORTEST:
        message = "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation."
        raise wrong(message, "expires_at")
    if at > now + LONGEST:
        message = "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation."
        raise wrong(message, "expires_at")
    return at


def items(params: Thing) -> list[Item]:
    """Return the lines; all have one currency, at least one and at most 100 of them."""
    lines = params.get("line_items")
    if not isinstance(lines, list) or not 1 <= len(lines) <= 100:
        raise wrong("You must pass 1 to 100 line items in `payment` mode.", "line_items", "parameter_missing")
    found = [_item(line, f"line_items[{place}]") for place, line in enumerate(lines)]
    if len({item.currency for item in found}) > 1:
        raise wrong("All line items must use one currency.", "line_items")
    return found


def _item(line: Any, param: str) -> Item:
    price = line.get("price_data") if isinstance(line, dict) else None
    product = price.get("product_data") if isinstance(price, dict) else None
    if not isinstance(price, dict) or not isinstance(product, dict):
        raise wrong("The sandbox knows `price_data` with `product_data` only.", param)
    unit = forms.integer(price.get("unit_amount"), f"{param}[price_data][unit_amount]")
    quantity = forms.integer(line.get("quantity", "1"), f"{param}[quantity]")
    if unit < 0 or quantity < 1:
        raise wrong("Invalid non-negative integer", param, "parameter_invalid_integer")
    description = product.get("description")
    return Item(
        name=forms.text(product.get("name"), f"{param}[price_data][product_data][name]"),
        description=forms.text(description, param, 40000) if description is not None else None,
        unit_amount=unit,
        currency=_currency(price.get("currency"), f"{param}[price_data][currency]"),
        quantity=quantity,
    )


def _currency(value: Any, param: str) -> str:
    code = forms.text(value, param, 3).lower()
    if len(code) != 3 or not code.isascii() or not code.isalpha():
        raise wrong(f"Invalid currency: {code}", param)
    return code


def methods(params: Thing) -> list[str]:
    """Return the methods on offer. A liberty: the delayed one is offered in every currency."""
    allowed = params.get("allowed_payment_method_types")
    if allowed is None:
        return list(METHODS)
    if not isinstance(allowed, list):
        raise wrong("Invalid array", "allowed_payment_method_types")
    offered = [method for method in METHODS if method in allowed]
    if not offered:
        raise wrong(
            "No valid payment method types for this Checkout Session.", "allowed_payment_method_types"
        )
    return offered


def address(params: Thing, name: str) -> str:
    """Return an http(s) address, at most 5,000 characters."""
    url = forms.text(params.get(name), name)
    if not url.startswith(("http://", "https://")):
        raise wrong("Not a valid URL", name, "url_invalid")
    return url
