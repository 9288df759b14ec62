"""Paying by transfer: the time is reserved until the money can be there, and the invoice issued."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from billing import orders, sellers
from billing.invoices.issuing import issue_invoice
from billing.invoices.letters import goes_elsewhere
from billing.invoices.notices import send_passed_on
from billing.invoices.queries import find_standing
from billing.orders import Term, deadlines, keep_limits
from billing.orders.deadlines import last_moment

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from billing.invoices.models import Document
    from billing.orders import Agreement
    from billing.orders.deadlines import Transfer
    from billing.orders.models import Bill, Order

METHOD = "transfer"


def find_transfer(db: Session, *, order: Order, now: datetime) -> Transfer | None:
    """Until when the order could be paid by transfer; None when the seller takes none, or it is too late."""
    if METHOD not in order.seller.methods:
        return None
    return deadlines.transfer_until(
        now,
        starts_at=order.session.starts_at,
        notice=timedelta(minutes=int(order.session.service["notice_minutes"])),
        business=sellers.office_calendar(db, seller=order.seller),
        limits=keep_limits(db),
    )


def submit_by_transfer(
    db: Session, *, order: Order, agreement: Agreement, billing_email: str = "", now: datetime
) -> Document:
    """Make the order binding, reserve its time until the money can be there, and issue the invoice.

    `billing_email` gets the invoice and all that follows it; empty: whoever ordered. The payer's
    details are in the order already (`orders.name_payer`). Submitting again gives the same
    invoice. Raises what `orders.submit` raises; MethodNotOfferedError also when the start is too
    near for a transfer.
    """
    term = find_transfer(db, order=order, now=now)
    if order.state == "draft":
        if term is None:
            raise orders.MethodNotOfferedError("method", field="method", method=METHOD)
        order.billing_contact = {"name": "", "email": billing_email} if billing_email else None
    bill = orders.submit(
        db, order=order, method=METHOD, agreement=agreement, term=_term(order, term), now=now
    )
    return issue_for_order(db, bill=bill, now=now)


def issue_for_order(db: Session, *, bill: Bill, now: datetime) -> Document:
    """Issue the invoice that a customer has asked for; while one stands, that one.

    Who ordered is told where it goes, unless it goes to him. Raises as `issue_invoice` does.
    """
    standing = find_standing(db, bill=bill, kind="schet")
    if standing is not None:
        return standing
    document = issue_invoice(db, bill=bill, actor="customer", now=now)
    if goes_elsewhere(bill.order):
        send_passed_on(db, document=document, now=now)
    return document


def due_on(bill: Bill) -> date:
    """The last date on which the bill may be paid, the seller's."""
    return bill.due_at.astimezone(ZoneInfo(bill.order.seller.zone)).date()


def _term(order: Order, transfer: Transfer | None) -> Term | None:
    if transfer is None:
        return None
    return Term(last_moment(transfer.pay_by_on, order.seller.zone), transfer.kept_until)
