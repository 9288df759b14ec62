"""Confirmations before the money: payment orders that are attached, and credit for companies."""

from billing.trust.answering import alarm_trust, grant_trust, lapse_after, lapse_trust, refuse_trust
from billing.trust.asking import (
    SHOWN,
    attach_payment_order,
    subject_of,
    submit_by_payment_order,
    submit_on_credit,
)
from billing.trust.errors import (
    CreditLimitError,
    CreditLineError,
    PaymentOrderError,
    RequestNotFoundError,
    TooLateToAskError,
    TrustAnsweredError,
)
from billing.trust.lines import (
    add_credit_line,
    close_credit_line,
    edit_credit_line,
    find_credit_line,
    get_credit_line,
    list_credit_lines,
    open_with,
)
from billing.trust.offering import METHODS, Method, Offer, offers
from billing.trust.queries import find_request, find_waiting, get_request, list_waiting

__all__ = [
    "METHODS",
    "SHOWN",
    "CreditLimitError",
    "CreditLineError",
    "Method",
    "Offer",
    "PaymentOrderError",
    "RequestNotFoundError",
    "TooLateToAskError",
    "TrustAnsweredError",
    "add_credit_line",
    "alarm_trust",
    "attach_payment_order",
    "close_credit_line",
    "edit_credit_line",
    "find_credit_line",
    "find_request",
    "find_waiting",
    "get_credit_line",
    "get_request",
    "grant_trust",
    "lapse_after",
    "lapse_trust",
    "list_credit_lines",
    "list_waiting",
    "offers",
    "open_with",
    "refuse_trust",
    "subject_of",
    "submit_by_payment_order",
    "submit_on_credit",
]
