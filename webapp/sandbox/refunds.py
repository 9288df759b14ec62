"""Refunds: never more than is left of a charge; they succeed, wait or fail as the controls say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.sandbox import forms, objects, parameters
from webapp.sandbox.errors import ApiError, wrong

if TYPE_CHECKING:
    from webapp.sandbox.keys import Account
    from webapp.sandbox.state import State, Thing

_CREATE = frozenset({"amount", "charge", "payment_intent", "reason", "metadata", "expand"})
_REASONS = ("duplicate", "fraudulent", "requested_by_customer")


def create(state: State, account: Account, params: Thing) -> Thing:
    """Give back a part or the rest of a captured charge."""
    parameters.refuse_unknown(params, _CREATE)
    reason = params.get("reason")
    if reason is not None and reason not in _REASONS:
        raise wrong("Invalid reason", "reason")
    extra = forms.metadata(params.get("metadata"))
    charge = _charge(state, account, params)
    rest = charge["amount_captured"] - charge["amount_refunded"]
    amount = forms.integer(params["amount"], "amount") if "amount" in params else rest
    if rest == 0:
        message = f"Charge {charge['id']} has already been refunded."
        raise ApiError(400, message, code="charge_already_refunded", kept=True)
    if amount < 1:
        raise wrong("Invalid positive integer", "amount", "parameter_invalid_integer")
    if amount > rest:
        message = f"Refund amount ({amount}) is greater than unrefunded amount on charge ({rest})"
        raise ApiError(400, message, param="amount", kept=True)
    thing = objects.refund(state, charge, amount=amount, reason=reason, metadata=extra)
    state.add(thing, account.account)
    _take(charge, amount)
    outcome = state.refund_outcomes.pop(0) if state.refund_outcomes else "succeeded"
    if outcome == "succeeded":
        _pay_out(state, thing)
    state.emit("refund.created", thing)
    state.emit("charge.refunded", charge)
    if outcome == "failed":
        fail(state, thing)
    return thing


def _charge(state: State, account: Account, params: Thing) -> Thing:
    reference = params.get("charge")
    if reference is None:
        named = forms.text(params.get("payment_intent"), "payment_intent")
        reference = state.get("payment_intent", named, account, "payment_intent")["latest_charge"]
    charge = state.get("charge", reference or "", account, "charge")
    if not charge["paid"]:
        message = f"Charge {charge['id']} was never paid."
        raise ApiError(400, message, code="charge_not_refundable", kept=True)
    return charge


def _take(charge: Thing, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]


def _pay_out(state: State, thing: Thing) -> None:
    line = objects.balance_transaction(state, thing, amount=-thing["amount"], fee=0)
    thing["balance_transaction"] = state.add(line, state.owners[thing["id"]])["id"]
    thing["status"] = "succeeded"


def succeed(state: State, thing: Thing) -> Thing:
    """Let a waiting refund reach the customer."""
    if thing["status"] != "pending":
        raise ApiError(400, f"This refund is {thing['status']}.")
    _pay_out(state, thing)
    state.emit("refund.updated", thing)
    return thing


def fail(state: State, thing: Thing) -> Thing:
    """Let a refund fail, also one that had succeeded: the money is with the shop again."""
    if thing["status"] == "failed":
        raise ApiError(400, "This refund has failed already.")
    charge = state.things["charge"][thing["charge"]]
    _take(charge, -thing["amount"])
    thing.update(status="failed", failure_reason="expired_or_canceled_card")
    state.emit("refund.failed", thing)
    return thing
