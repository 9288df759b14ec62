"""Checkout sessions: open one, or close it before its time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.sandbox import forms, parameters
from webapp.sandbox.errors import ApiError

if TYPE_CHECKING:
    from webapp.sandbox.keys import Account
    from webapp.sandbox.parameters import Item
    from webapp.sandbox.state import State, Thing

_EXTRAS = frozenset({"metadata", "description", "capture_method", "statement_descriptor_suffix"})


def create(state: State, account: Account, params: Thing) -> Thing:
    """Open a page to pay on; nothing else than one payment of priced lines is known here."""
    parameters.refuse_unknown(params, parameters.CREATE)
    if params.get("mode") != "payment":
        message = "The sandbox knows `mode=payment` only."
        raise ApiError(400, message, code="parameter_invalid", param="mode")
    lines = parameters.items(params)
    extra = params.get("payment_intent_data", {})
    parameters.refuse_unknown(extra, _EXTRAS)
    extra["metadata"] = forms.metadata(extra.get("metadata"), "payment_intent_data[metadata]")
    thing = _session(state, account, params, lines)
    state.line_items[thing["id"]] = [_line(state, thing, line, place) for place, line in enumerate(lines)]
    state.intents[thing["id"]] = extra
    return state.add(thing, account.account)


def _session(state: State, account: Account, params: Thing, lines: list[Item]) -> Thing:
    reference = state.new_id("checkout.session", livemode=account.livemode)
    total = sum(line.unit_amount * line.quantity for line in lines)
    adaptive = params.get("adaptive_pricing", {}).get("enabled", "false")
    offered = parameters.methods(params)
    return _NOTHING | {
        "id": reference,
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": adaptive == "true"},
        "allowed_payment_method_types": params.get("allowed_payment_method_types"),
        "amount_subtotal": total,
        "amount_total": total,
        "cancel_url": parameters.address(params, "cancel_url") if "cancel_url" in params else None,
        "client_reference_id": _reference(params),
        "created": state.now(),
        "currency": lines[0].currency,
        "expires_at": parameters.expiry(params, state.now()),
        "livemode": account.livemode,
        "locale": params.get("locale"),
        "metadata": forms.metadata(params.get("metadata")),
        "payment_method_types": offered,
        "submit_type": params.get("submit_type"),
        "success_url": parameters.address(params, "success_url"),
        "url": f"{state.public_url}/pay/{reference}",
    }


def _reference(params: Thing) -> str | None:
    given = params.get("client_reference_id")
    return None if given is None else forms.text(given, "client_reference_id", 200)


_NOTHING: Thing = {
    "after_expiration": None,
    "allow_promotion_codes": None,
    "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
    "billing_address_collection": None,
    "client_secret": None,
    "collected_information": None,
    "consent": None,
    "consent_collection": None,
    "currency_conversion": None,
    "custom_fields": [],
    "custom_text": {
        "after_submit": None,
        "shipping_address": None,
        "submit": None,
        "terms_of_service_acceptance": None,
    },
    "customer": None,
    "customer_creation": "if_required",
    "customer_details": None,
    "customer_email": None,
    "discounts": [],
    "invoice": None,
    "invoice_creation": {
        "enabled": False,
        "invoice_data": {
            "account_tax_ids": None,
            "custom_fields": None,
            "description": None,
            "footer": None,
            "issuer": None,
            "metadata": {},
            "rendering_options": None,
        },
    },
    "mode": "payment",
    "origin_context": None,
    "payment_intent": None,
    "payment_link": None,
    "payment_method_collection": "if_required",
    "payment_method_configuration_details": None,
    "payment_method_options": {},
    "payment_status": "unpaid",
    "permissions": None,
    "phone_number_collection": {"enabled": False},
    "recovered_from": None,
    "saved_payment_method_options": None,
    "setup_intent": None,
    "shipping_address_collection": None,
    "shipping_cost": None,
    "shipping_options": [],
    "status": "open",
    "subscription": None,
    "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
    "ui_mode": "hosted_page",
    "wallet_options": None,
}


def _line(state: State, checkout: Thing, item: Item, place: int) -> Thing:
    total = item.unit_amount * item.quantity
    suffix = f"{checkout['id'][-16:]}{place}"
    return {
        "id": f"li_{suffix}",
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": total,
        "amount_tax": 0,
        "amount_total": total,
        "currency": item.currency,
        "description": item.name,
        "metadata": {},
        "price": {
            "id": f"price_{suffix}",
            "object": "price",
            "active": False,
            "billing_scheme": "per_unit",
            "created": state.now(),
            "currency": item.currency,
            "custom_unit_amount": None,
            "livemode": checkout["livemode"],
            "lookup_key": None,
            "metadata": {},
            "nickname": None,
            "product": f"prod_{suffix}",
            "recurring": None,
            "tax_behavior": "unspecified",
            "tiers_mode": None,
            "transform_quantity": None,
            "type": "one_time",
            "unit_amount": item.unit_amount,
            "unit_amount_decimal": str(item.unit_amount),
        },
        "quantity": item.quantity,
    }


def expire(state: State, account: Account, reference: str) -> Thing:
    """Close an open page before its time; a page that is no longer open is refused."""
    checkout = state.get("checkout.session", reference, account)
    if checkout["status"] != "open":
        status = checkout["status"]
        message = f'Only Checkout Sessions with a status in ["open"] can be expired. This one is {status}.'
        raise ApiError(400, message, kept=True)
    return close(state, checkout)


def close(state: State, checkout: Thing) -> Thing:
    """Close a page that nobody has paid on, and say so in an event."""
    checkout.update(status="expired", url=None)
    state.emit("checkout.session.expired", checkout)
    return checkout
