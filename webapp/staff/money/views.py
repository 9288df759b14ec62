"""Orders and payments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, request

from billing import invoices, orders, payments, receipts, refunds
from billing.tasks import list_open_tasks
from services.core.money import Money
from webapp.i18n import lazy_gettext as _l
from webapp.navigation import NavItem
from webapp.request import db
from webapp.security import staff
from webapp.staff.frame import staff_blueprint
from webapp.staff.listing import SIZE, Listing, page_number
from webapp.staff.money import document_words, words

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from billing.orders.models import Bill, BillLine

blueprint = staff_blueprint("money", __name__, "/orders")
READERS = ("accountant", "coordinator", "administrator")
NAV = [NavItem("staff_money.orders", _l("Orders and payments"), "staff", 30, roles=READERS)]


@blueprint.get("/", endpoint="orders")
@staff(*READERS)
def orders_list() -> ResponseReturnValue:
    """All orders, newest first; filters stand in the address."""
    state = request.args.get("state", "")
    state = state if state in words.ORDER_STATES else ""
    asked, wants_help = request.args.get("q", "").strip(), request.args.get("attention") == "1"
    at = page_number()
    rows, total = orders.list_orders(
        db(), state=state or None, search=asked, attention=wants_help, limit=SIZE, offset=(at - 1) * SIZE
    )
    listing = Listing(rows=rows, at=at, last=max(1, -(-total // SIZE)), total=total)
    return render_template(
        "staff/orders.html", listing=listing, state=state, asked=asked, wants_help=wants_help, words=words
    )


@blueprint.get("/<reference>")
@staff(*READERS)
def order(reference: str) -> ResponseReturnValue:
    """One order with everything that was asked, paid and given back for it."""
    found = orders.get_order(db(), reference=reference)
    return render_template(
        "staff/order.html",
        order=found,
        bills=[(bill, _with_gross(bill)) for bill in found.bills],
        documents=invoices.list_of_order(db(), order=found),
        kinds=document_words.KINDS,
        attempts=payments.list_attempts(db(), order=found),
        payments=payments.list_payments(db(), order=found),
        refunds=refunds.list_refunds(db(), order=found),
        receipts=receipts.list_of_order(db(), order=found),
        tasks=list_open_tasks(db(), subject=f"order:{found.reference}"),
        words=words,
    )


def _with_gross(bill: Bill) -> list[tuple[BillLine, Money]]:
    return [(line, Money(line.gross_minor, bill.total_currency)) for line in bill.lines]
