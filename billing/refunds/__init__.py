"""Money that goes back to where it came from."""

from billing.refunds.cancellation import cancel_order, step_on_cancelling
from billing.refunds.closing import close_settled
from billing.refunds.commands import approve_refund, refund_surplus, request_refund
from billing.refunds.crediting import credit
from billing.refunds.delivery import accept_delivery
from billing.refunds.late import give_back_late, take_money_back
from billing.refunds.no_show import charge_no_show
from billing.refunds.queries import find_refund, get_refund, left_of, list_refunds, refundable
from billing.refunds.syncing import (
    poll_refunds,
    submit_refund,
    sync_provider_refund,
    sync_refund,
)
from billing.refunds.transfers import (
    fail_transfer,
    submit_transfer,
    succeed_transfer,
    withdraw_refund,
)

__all__ = [
    "accept_delivery",
    "approve_refund",
    "cancel_order",
    "charge_no_show",
    "close_settled",
    "credit",
    "fail_transfer",
    "find_refund",
    "get_refund",
    "give_back_late",
    "left_of",
    "list_refunds",
    "poll_refunds",
    "refund_surplus",
    "refundable",
    "request_refund",
    "step_on_cancelling",
    "submit_refund",
    "submit_transfer",
    "succeed_transfer",
    "sync_provider_refund",
    "sync_refund",
    "take_money_back",
    "withdraw_refund",
]
