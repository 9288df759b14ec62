"""Names of states and reasons of the money side."""

from __future__ import annotations

from typing import Any

from webapp.i18n import lazy_gettext as _l

ORDER_STATES: dict[str, Any] = {
    "draft": _l("being filled in"),
    "awaiting_payment": _l("waits for payment"),
    "confirmed": _l("confirmed"),
    "completed": _l("carried out"),
    "closed": _l("closed"),
    "expired": _l("not paid in time"),
    "cancelled": _l("cancelled"),
}
BILL_STATES: dict[str, Any] = {
    "open": _l("open"),
    "covered": _l("paid"),
    "void": _l("void"),
}
ATTEMPT_STATES: dict[str, Any] = {
    "created": _l("being prepared"),
    "open": _l("page is open"),
    "processing": _l("money is on its way"),
    "captured": _l("paid"),
    "failed": _l("failed"),
    "expired": _l("page has closed"),
    "abandoned": _l("given up"),
}
REFUND_STATES: dict[str, Any] = {
    "requested": _l("waits for approval"),
    "approved": _l("approved"),
    "submitted": _l("given to the provider"),
    "pending": _l("on its way"),
    "succeeded": _l("given back"),
    "failed": _l("failed"),
    "cancelled": _l("called off"),
}
REFUND_REASONS: dict[str, Any] = {
    "cancelled": _l("the order was cancelled"),
    "cancelled_by_customer": _l("the customer cancelled"),
    "cancelled_by_vendor": _l("we cancelled"),
    "no_show": _l("nobody came"),
    "surplus": _l("paid twice or too much"),
    "slot_gone": _l("the time was taken meanwhile"),
    "goodwill": _l("our own decision"),
    "sent_back": _l("paid for no order of ours"),
    "cut_short": _l("we cut the session short"),
    "credit_note": _l("a credit note lowered the price"),
}
ATTENTION: dict[str, Any] = {
    "paid_after_cancelling": _l("Paid after it was cancelled"),
    "paid_after_time_was_gone": _l("Paid after the time was given away"),
    "payment_differs": _l("The payment differs from the bill"),
    "match_reversed": _l("The money of a confirmed order was taken off its bill"),
}
TASKS: dict[str, Any] = {
    **ATTENTION,
    "paid_twice": _l("Paid twice: the second payment goes back"),
    "paid_in_part": _l("The time is over, and only a part of the money came: agree with the customer"),
    "delayed_payment_failed": _l("Money that was on its way never came: write to the customer"),
    "dispute": _l("A customer disputes a payment with his bank"),
    "fraud_warning": _l("The card's bank warns of fraud"),
    "partly_funded": _l("Only a part of a payment came"),
    "trust_waits": _l("A payment order or a wish for credit waits for over an hour"),
    "act_refused": _l("The customer objects to an act"),
    "glyphs_missing": _l("A document has characters that can’t be printed: correct the name and reissue it"),
    "refund_to_approve": _l("A large refund waits for a second person"),
    "refund_failed": _l("A refund failed: the money has to go another way"),
    "refund_cancelled": _l("The provider called a refund off"),
    "refund_differs": _l("A refund differs from what we asked for"),
    "page_is_missing": _l("The provider doesn't know a payment page of ours"),
    "page_differs": _l("A payment page differs from what we asked for"),
    "payment_of_unknown_page": _l("Money came by a page that isn't ours"),
    "unknown_provider_value": _l("The provider said something new"),
    "unknown_object": _l("The provider reports something we don't know"),
    "sums_differ": _l("The nightly check found sums that differ"),
}
RECEIPTS: dict[str, Any] = {
    "payment": _l("money that came"),
    "set_off": _l("advance set off against the act"),
    "refund": _l("money given back"),
}
KINDS = {
    "draft": "line",
    "awaiting_payment": "wait",
    "confirmed": "flow",
    "completed": "ok",
    "closed": "ok",
    "expired": "line",
    "cancelled": "line",
    "open": "wait",
    "covered": "ok",
    "void": "line",
    "created": "wait",
    "processing": "wait",
    "captured": "ok",
    "failed": "alarm",
    "abandoned": "line",
    "requested": "wait",
    "approved": "wait",
    "submitted": "wait",
    "pending": "wait",
    "succeeded": "ok",
}
"""How a state's label is drawn; its word says the same."""


def attention(code: str) -> Any:
    """What keeps the automatic steps away from an order."""
    return ATTENTION.get(code, code)


def task(code: str) -> Any:
    """What a task asks."""
    return TASKS.get(code, code)


def refund_reason(code: str) -> Any:
    """Why money goes back."""
    return REFUND_REASONS.get(code, code)
