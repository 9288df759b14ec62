"""The order's page while its invoice waits for the money."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from billing import invoices, payments
from billing.invoices.letters import payer_of
from services.core.db import core_of
from services.core.links import secret_path
from webapp.booking.trust import trust_facts
from webapp.request import db, now

if TYPE_CHECKING:
    from billing.orders.models import Bill, Order


def invoice_facts(order: Order, bill: Bill) -> dict[str, Any]:
    """What the page says of the bill and its invoice; there is none before credit is granted."""
    rest = payments.open_amount(db(), bill=bill)
    return {
        "document": invoices.find_invoice(db(), order=order),
        "invoice_url": invoice_path(bill),
        "sent_to": payer_of(order).email,
        "due_on": invoices.due_on(bill),
        "is_late": bill.due_at <= now(),
        "rest": rest,
        "received": bill.payable - rest,
        "takes_card": "card" in order.seller.methods,
        **trust_facts(order),
    }


def money_facts(bill: Bill) -> dict[str, Any]:
    """When the last money came for a bill and by which way; where its documents are, if it has any."""
    put = payments.list_standing(db(), bill=bill)
    paid = payments.get_payment(db(), payment_id=put[0].payment_id) if put else None
    return {
        "received_at": put[0].allocated_at if put else None,
        "by_card": paid is not None and paid.attempt_id is not None,
        "invoice_url": invoice_path(bill) if invoices.list_of_bill(db(), bill=bill) else "",
    }


def invoice_path(bill: Bill) -> str:
    """The path of a bill's own page."""
    return secret_path(core_of(db()), "b", bill.reference, bill.link_version)
