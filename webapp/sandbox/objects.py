"""The shapes of Stripe's objects, with every member that its answers carry for our use of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from webapp.sandbox.state import State, Thing

_NO_ADDRESS = {
    "city": None,
    "country": None,
    "line1": None,
    "line2": None,
    "postal_code": None,
    "state": None,
}
_NOBODY = {"address": _NO_ADDRESS, "email": None, "name": None, "phone": None, "tax_id": None}


def payment_intent(state: State, checkout: Thing, extra: Thing) -> Thing:
    """Build the payment intent behind a checkout session, before anything was tried."""
    reference = state.new_id("payment_intent", livemode=checkout["livemode"])
    return {
        "id": reference,
        "object": "payment_intent",
        "allowed_payment_method_types": checkout["allowed_payment_method_types"],
        "amount": checkout["amount_total"],
        "amount_capturable": 0,
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic_async",
        "client_secret": None,
        "confirmation_method": "automatic",
        "created": state.now(),
        "currency": checkout["currency"],
        "customer": None,
        "description": extra.get("description"),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": checkout["livemode"],
        "metadata": extra["metadata"],
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {},
        "payment_method_types": checkout["payment_method_types"],
        "processing": None,
        "receipt_email": None,
        "review": None,
        "setup_future_usage": None,
        "shipping": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": None,
    }


def charge(state: State, intent: Thing, *, method: str, status: str) -> Thing:
    """Build one try to take the money of an intent; `status` is succeeded, pending or failed."""
    paid = status == "succeeded"
    failed = status == "failed"
    return {
        "id": state.new_id("charge", livemode=intent["livemode"]),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": 0 if failed else intent["amount"],
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": _NOBODY,
        "calculated_statement_descriptor": "SANDBOX",
        "captured": not failed,
        "created": state.now(),
        "currency": intent["currency"],
        "customer": None,
        "description": intent["description"],
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": "card_declined" if failed else None,
        "failure_message": "Your card was declined." if failed else None,
        "fraud_details": {},
        "livemode": intent["livemode"],
        "metadata": intent["metadata"],
        "on_behalf_of": None,
        "outcome": None,
        "paid": paid,
        "payment_intent": intent["id"],
        "payment_method": "pm_sandbox",
        "payment_method_details": _method_details(method, intent["amount"]),
        "receipt_email": None,
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        "review": None,
        "shipping": None,
        "source_transfer": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": status,
        "transfer_data": None,
        "transfer_group": None,
    }


def _method_details(method: str, amount: int) -> Thing:
    if method != "card":
        return {"type": method, method: {"last4": "3000", "country": "DE"}}
    card = {"brand": "visa", "last4": "4242", "exp_month": 12, "exp_year": 2034, "amount_authorized": amount}
    return {"type": "card", "card": card | {"country": "US", "funding": "credit", "network": "visa"}}


def refund(
    state: State, charge: Thing, *, amount: int, reason: str | None, metadata: dict[str, str]
) -> Thing:
    """Build a refund of a part of a charge; its status is set by whoever runs it."""
    return {
        "id": state.new_id("refund", livemode=charge["livemode"]),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": state.now(),
        "currency": charge["currency"],
        "customer": None,
        "destination_details": {"type": "card", "card": {"type": "refund"}},
        "metadata": metadata,
        "payment_intent": charge["payment_intent"],
        "payment_method": "pm_sandbox",
        "reason": reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "pending",
        "transfer_reversal": None,
    }


def balance_transaction(state: State, source: Thing, *, amount: int, fee: int) -> Thing:
    """Build the line of the account's balance for a charge (positive) or a refund (negative)."""
    kind = source["object"]
    return {
        "id": state.new_id("balance_transaction", livemode=True),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": state.now(),
        "balance_type": "payments",
        "created": state.now(),
        "currency": source["currency"],
        "description": None,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": [_fee(source, fee)] if fee else [],
        "net": amount - fee,
        "reporting_category": kind,
        "source": source["id"],
        "status": "available",
        "type": kind,
    }


def _fee(source: Thing, fee: int) -> Thing:
    return {
        "amount": fee,
        "application": None,
        "currency": source["currency"],
        "description": "Processing fee",
        "type": "stripe_fee",
    }
