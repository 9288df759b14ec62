"""Payments: attempts to pay a bill by card, money that came by card or by bank, and its bills."""

from billing.payments.applying import free_bill, lock_bill, put_to_bill, take_off_bill
from billing.payments.attempts import close_attempt, open_attempt, pay_page, start_checkout
from billing.payments.errors import (
    AlreadyTakenOffError,
    ChoiceOverError,
    DearerTimeError,
    NotEnoughUnappliedError,
    NothingToPayError,
    PaymentUnderWayError,
    ProviderError,
    ProviderRefusedError,
    ProviderUnavailableError,
)
from billing.payments.lapsing import close_lapsed_pages, let_lapse, look_at_lapsed
from billing.payments.late import late_payment, may_choose, take_new_time
from billing.payments.ordering import close_order, is_settling, open_page, provider_of, sync_order
from billing.payments.page import PageWishes
from billing.payments.queries import (
    find_attempt,
    find_live_attempt,
    get_attempt,
    get_payment,
    has_live_attempt,
    is_paid_in_part,
    list_attempts,
    list_payments,
    list_standing,
    lock_payment,
    open_amount,
    order_of,
    unapplied,
)
from billing.payments.syncing import poll_attempts, sync_attempt, sync_page
from billing.payments.transfers import take_transfer

__all__ = [
    "AlreadyTakenOffError",
    "ChoiceOverError",
    "DearerTimeError",
    "NotEnoughUnappliedError",
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
    "free_bill",
    "get_attempt",
    "get_payment",
    "has_live_attempt",
    "is_paid_in_part",
    "is_settling",
    "late_payment",
    "let_lapse",
    "list_attempts",
    "list_payments",
    "list_standing",
    "lock_bill",
    "lock_payment",
    "look_at_lapsed",
    "may_choose",
    "open_amount",
    "open_attempt",
    "open_page",
    "order_of",
    "pay_page",
    "poll_attempts",
    "provider_of",
    "put_to_bill",
    "start_checkout",
    "sync_attempt",
    "sync_order",
    "sync_page",
    "take_new_time",
    "take_off_bill",
    "take_transfer",
    "unapplied",
]
