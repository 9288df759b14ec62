"""Paying by transfer: the time is reserved until the money can be there, and the invoice issued."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from billing import orders, sellers
from billing.invoices.issuing import issue_invoice
from billing.orders import Term, deadlines, keep_limits

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from billing.invoices.models import Document
    from billing.orders import Agreement
    from billing.orders.deadlines import Transfer
    from billing.orders.models import Bill, Order

METHOD = "transfer"
_LAST = timedelta(seconds=1)


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
    return issue_invoice(db, bill=bill, actor="customer", now=now)


def last_moment(on: date, zone: str) -> datetime:
    """The last second (UTC) of a date in `zone` (IANA): what is due on a date may come until then."""
    following = on + timedelta(days=1)
    begins = datetime(following.year, following.month, following.day, tzinfo=ZoneInfo(zone))
    return begins.astimezone(UTC) - _LAST


def due_on(bill: Bill) -> date:
    """The last date on which the bill may be paid, the seller's."""
    return bill.due_at.astimezone(ZoneInfo(bill.order.seller.zone)).date()


def _term(order: Order, transfer: Transfer | None) -> Term | None:
    if transfer is None:
        return None
    return Term(last_moment(transfer.pay_by_on, order.seller.zone), transfer.kept_until)
