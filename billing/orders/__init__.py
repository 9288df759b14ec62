"""Orders of paid sessions, and the bills that belong to them."""

from billing.orders.addenda import has_unpaid_addendum
from billing.orders.attention import settle_attention
from billing.orders.completing import complete_delivered
from billing.orders.confirming import confirm_on_trust, confirm_paid, need_attention
from billing.orders.correcting import correct_payer
from billing.orders.deadlines import KeepLimits
from billing.orders.details import (
    Contact,
    Payer,
    Trouble,
    extend_while_filling_in,
    fill_in,
    longer_until,
    name_payer,
)
from billing.orders.ending import expire, give_up, step_at, steps_ahead, steps_of
from billing.orders.errors import (
    ConsentMissingError,
    HoldOverError,
    MethodNotOfferedError,
    OrderEndedError,
    SlotGoneError,
    UnpaidAddendumError,
)
from billing.orders.keep_limits import edit_keep_limits, keep_limits
from billing.orders.offering import let_go, offer_next, offered_order, withdraw
from billing.orders.queries import (
    find_main_bill,
    find_order_of,
    get_bill,
    get_bill_by_reference,
    get_order,
    get_order_by_id,
    list_orders,
    notice_of,
    require_hold,
    today_of,
)
from billing.orders.reducing import reduce_bill
from billing.orders.relations import FirstConfirmed, first_confirmed
from billing.orders.starting import Begun, change_time, start
from billing.orders.submitting import (
    CONSENTS,
    Agreement,
    Term,
    keep_for_payment,
    kept_while_paying,
    submit,
)

__all__ = [
    "CONSENTS",
    "Agreement",
    "Begun",
    "ConsentMissingError",
    "Contact",
    "FirstConfirmed",
    "HoldOverError",
    "KeepLimits",
    "MethodNotOfferedError",
    "OrderEndedError",
    "Payer",
    "SlotGoneError",
    "Term",
    "Trouble",
    "UnpaidAddendumError",
    "change_time",
    "complete_delivered",
    "confirm_on_trust",
    "confirm_paid",
    "correct_payer",
    "edit_keep_limits",
    "expire",
    "extend_while_filling_in",
    "fill_in",
    "find_main_bill",
    "find_order_of",
    "first_confirmed",
    "get_bill",
    "get_bill_by_reference",
    "get_order",
    "get_order_by_id",
    "give_up",
    "has_unpaid_addendum",
    "keep_for_payment",
    "keep_limits",
    "kept_while_paying",
    "let_go",
    "list_orders",
    "longer_until",
    "name_payer",
    "need_attention",
    "notice_of",
    "offer_next",
    "offered_order",
    "reduce_bill",
    "require_hold",
    "settle_attention",
    "start",
    "step_at",
    "steps_ahead",
    "steps_of",
    "submit",
    "today_of",
    "withdraw",
]
