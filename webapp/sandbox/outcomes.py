"""The outcomes that a page to pay on can have, at once or later; each page has one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.sandbox import objects
from webapp.sandbox.checkout import close
from webapp.sandbox.errors import ApiError

if TYPE_CHECKING:
    from webapp.sandbox.state import State, Thing


def run_due(state: State) -> None:
    """Do what time does: close pages whose time is over, settle delayed payments that are due."""
    now = state.now()
    for checkout in list(state.things["checkout.session"].values()):
        if checkout["status"] == "open" and checkout["expires_at"] <= now:
            close(state, checkout)
    for reference in [one for one, at in state.settle_at.items() if at <= now]:
        settle(state, state.things["checkout.session"][reference])


def pay(state: State, checkout: Thing) -> Thing:
    """Take the money by card, at once."""
    _demand_open(checkout)
    intent = _intent(state, checkout)
    _capture(state, intent, objects.charge(state, intent, method="card", status="succeeded"))
    checkout.update(status="complete", payment_status="paid", url=None)
    state.emit("payment_intent.succeeded", intent)
    state.emit("checkout.session.completed", checkout)
    return checkout


def decline(state: State, checkout: Thing) -> Thing:
    """Let the bank refuse the card; the page stays open for another try."""
    _demand_open(checkout)
    intent = _intent(state, checkout)
    _fail(state, intent, objects.charge(state, intent, method="card", status="failed"))
    return checkout


def pay_later(state: State, checkout: Thing) -> Thing:
    """Complete the page by a delayed method: the money is promised, not there."""
    _demand_open(checkout)
    intent = _intent(state, checkout)
    charge = state.add(
        objects.charge(state, intent, method="sepa_debit", status="pending"), _owner(state, intent)
    )
    intent.update(status="processing", latest_charge=charge["id"], payment_method=charge["payment_method"])
    checkout.update(status="complete", payment_status="unpaid", url=None)
    if state.settle_after is not None:
        state.settle_at[checkout["id"]] = state.now() + state.settle_after
    state.emit("payment_intent.processing", intent)
    state.emit("checkout.session.completed", checkout)
    return checkout


def settle(state: State, checkout: Thing) -> Thing:
    """Let the money of a delayed payment arrive."""
    intent, charge = _pending(state, checkout)
    charge.update(status="succeeded", paid=True)
    _capture(state, intent, charge)
    checkout["payment_status"] = "paid"
    state.emit("payment_intent.succeeded", intent)
    state.emit("checkout.session.async_payment_succeeded", checkout)
    return checkout


def fail_later(state: State, checkout: Thing) -> Thing:
    """Let a delayed payment fail: the page stays complete, the money never comes."""
    intent, charge = _pending(state, checkout)
    charge.update(status="failed", captured=False, amount_captured=0, failure_code="insufficient_funds")
    _fail(state, intent, charge)
    state.emit("checkout.session.async_payment_failed", checkout)
    return checkout


def _demand_open(checkout: Thing) -> None:
    if checkout["status"] != "open":
        raise ApiError(400, f"This page is {checkout['status']}.", code="page_is_over")


def _owner(state: State, thing: Thing) -> str:
    return state.owners[thing["id"]]


def _intent(state: State, checkout: Thing) -> Thing:
    if checkout["payment_intent"] is not None:
        return state.things["payment_intent"][checkout["payment_intent"]]
    intent = objects.payment_intent(state, checkout, state.intents[checkout["id"]])
    state.add(intent, _owner(state, checkout))
    checkout["payment_intent"] = intent["id"]
    state.emit("payment_intent.created", intent)
    return intent


def _pending(state: State, checkout: Thing) -> tuple[Thing, Thing]:
    intent = state.things["payment_intent"].get(checkout["payment_intent"] or "")
    if intent is None or intent["status"] != "processing":
        raise ApiError(400, "Nothing of this page waits for its money.", code="nothing_pending")
    state.settle_at.pop(checkout["id"], None)
    return intent, state.things["charge"][intent["latest_charge"]]


def _capture(state: State, intent: Thing, charge: Thing) -> None:
    owner = _owner(state, intent)
    fee = 25 + charge["amount"] * 3 // 200
    line = objects.balance_transaction(state, charge, amount=charge["amount"], fee=fee)
    charge["balance_transaction"] = state.add(line, owner)["id"]
    state.add(charge, owner)
    intent.update(
        status="succeeded",
        amount_received=charge["amount"],
        latest_charge=charge["id"],
        payment_method=charge["payment_method"],
        last_payment_error=None,
    )
    state.emit("charge.succeeded", charge)


def _fail(state: State, intent: Thing, charge: Thing) -> None:
    state.add(charge, _owner(state, intent))
    intent.update(
        status="requires_payment_method",
        latest_charge=charge["id"],
        last_payment_error={
            "type": "card_error",
            "code": charge["failure_code"],
            "message": "The payment was declined.",
            "charge": charge["id"],
        },
    )
    state.emit("charge.failed", charge)
    state.emit("payment_intent.payment_failed", intent)
