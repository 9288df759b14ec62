"""What a payment page is asked for: pure, so that it can be frozen and repeated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from services.core.money import Money, to_stripe

if TYPE_CHECKING:
    from datetime import datetime

    from billing.orders.models import Bill

_LONGEST_NAME = 250


@dataclass(frozen=True, kw_only=True)
class PageWishes:
    """Where the page leads and how it speaks.

    `success_url` holds `{CHECKOUT_SESSION_ID}` where the page's id shall stand. With `delayed`
    methods whose money comes days later are offered too, if there is time for that.
    """

    locale: str
    success_url: str
    cancel_url: str
    delayed: bool = False


def page_params(
    *, reference: str, bill: Bill, amount: Money, wishes: PageWishes, expires_at: datetime
) -> dict[str, Any]:
    """The parameters of a Checkout Session for `amount` of `bill`, tax included.

    Our invoice is the tax document, so that the page gets gross sums and no tax of its own.
    Metadata holds references only: no personal data leaves with it.
    """
    facts = {"attempt": reference, "bill": bill.reference, "order": bill.order.reference}
    params: dict[str, Any] = {
        "mode": "payment",
        "line_items": _lines(bill, amount, wishes.locale),
        "client_reference_id": reference,
        "metadata": facts,
        "payment_intent_data": {"metadata": facts},
        "locale": wishes.locale,
        "submit_type": "book",
        "adaptive_pricing": {"enabled": False},
        "expires_at": int(expires_at.timestamp()),
        "success_url": wishes.success_url,
        "cancel_url": wishes.cancel_url,
    }
    if not wishes.delayed:
        params["allowed_payment_method_types"] = ["card"]
    return params


def _lines(bill: Bill, amount: Money, locale: str) -> list[dict[str, Any]]:
    lines = [(line.text.of(locale), line.gross_minor) for line in bill.lines]
    if sum(minor for _, minor in lines) != amount.minor or any(minor < 0 for _, minor in lines):
        # A rest, or a discount as a line of its own: the page only takes lines that add up.
        lines = [(lines[0][0] if lines else bill.reference, amount.minor)]
    return [_line(name, Money(minor, amount.currency)) for name, minor in lines]


def _line(name: str, amount: Money) -> dict[str, Any]:
    price = {
        "currency": amount.currency.lower(),
        "unit_amount": to_stripe(amount),
        "product_data": {"name": name[:_LONGEST_NAME]},
    }
    return {"price_data": price, "quantity": 1}
