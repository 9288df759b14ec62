"""Payments by card: attempts to pay a bill, and the money that comes of them."""

from billing.payments.attempts import close_attempt, open_attempt, pay_page, start_checkout
from billing.payments.errors import (
    NothingToPayError,
    PaymentUnderWayError,
    ProviderError,
    ProviderRefusedError,
    ProviderUnavailableError,
)
from billing.payments.lapsing import close_lapsed_pages, let_lapse
from billing.payments.ordering import close_order, is_settling, open_page, provider_of, sync_order
from billing.payments.page import PageWishes
from billing.payments.queries import (
    find_attempt,
    find_live_attempt,
    get_attempt,
    has_live_attempt,
    list_attempts,
    list_payments,
    open_amount,
)
from billing.payments.syncing import poll_attempts, sync_attempt, sync_page

__all__ = [
    "NothingToPayError",
    "PageWishes",
    "PaymentUnderWayError",
    "ProviderError",
    "ProviderRefusedError",
    "ProviderUnavailableError",
    "close_attempt",
    "close_lapsed_pages",
    "close_order",
    "find_attempt",
    "find_live_attempt",
    "get_attempt",
    "has_live_attempt",
    "is_settling",
    "let_lapse",
    "list_attempts",
    "list_payments",
    "open_amount",
    "open_attempt",
    "open_page",
    "pay_page",
    "poll_attempts",
    "provider_of",
    "start_checkout",
    "sync_attempt",
    "sync_order",
    "sync_page",
]
