"""How a bill stands, for who pays it: only what stands on its documents, and the money itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from billing import invoices, payments, receipts, refunds
from services import sessions
from services.core.errors import NotFoundError
from services.core.money import Money
from webapp.invoice.paper import paper_of
from webapp.request import db, now

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from markupsafe import Markup

    from billing.invoices import Document
    from billing.invoices.content import Content
    from billing.orders.models import Bill, Order
    from billing.receipts import Receipt

State = Literal["open", "partly", "overdue", "paid", "void"]


@dataclass(frozen=True)
class Act:
    """An act, or a credit note: until when one may object to it (a date), if one still may."""

    document: Document
    object_until_on: date | None


@dataclass(frozen=True)
class Face:
    """What the page says of a bill; `on` dates are the seller's, `zone` is his.

    `waits_until` is when the invoice becomes void if no money comes, or None. `earlier` are
    invoices of the same bill that were voided; `receipt` confirms the payment, once it was asked for;
    `fiscal` are the cash register's receipts that can be read; `returned` is what went back to the payer.
    """

    bill: Bill
    document: Document
    content: Content
    state: State
    rest: Money
    received: Money
    due_on: date
    paid_on: date | None
    waits_until: datetime | None
    zone: str
    paper: Markup
    takes_card: bool
    is_settling: bool
    earlier: Sequence[Document]
    acts: Sequence[Act]
    receipt: Document | None
    fiscal: Sequence[Receipt]
    returned: Money


def face_of(bill: Bill) -> Face:
    """Put the page together; raises NotFoundError for a bill without any document.

    It is headed by the newest invoice. What was paid by card, or kept, has none: then by its act.
    """
    documents = invoices.list_of_bill(db(), bill=bill)
    issued = [one for one in documents if one.kind == "schet"]
    heads = issued or [one for one in documents if one.kind == "act"]
    if not heads:
        raise NotFoundError(kind="invoice")
    document, order = heads[-1], bill.order
    rest, content = payments.open_amount(db(), bill=bill), document.said
    state = _state(bill, document, rest)
    is_payable = state in {"open", "partly", "overdue"}
    return Face(
        bill=bill,
        document=document,
        content=content,
        state=state,
        rest=rest,
        received=bill.payable - rest,
        due_on=_day(bill.due_at, order),
        paid_on=paid_on(bill) if state == "paid" else None,
        waits_until=_waits_until(order) if is_payable else None,
        zone=order.seller.zone,
        paper=paper_of(content, is_void=state == "void", with_code=is_payable),
        takes_card=is_payable and "card" in order.seller.methods and order.attention is None,
        is_settling=is_payable and payments.is_settling(db(), order=order),
        earlier=issued[:-1],
        acts=[_act(one) for one in documents if one.kind in {"act", "credit_note"}],
        receipt=invoices.find_receipt(db(), bill=bill) if bill.state == "covered" else None,
        fiscal=[one for one in receipts.list_of_order(db(), order=order) if one.link],
        returned=_returned(order, bill),
    )


def _state(bill: Bill, document: Document, rest: Money) -> State:
    if not document.stands:
        return "void"
    if bill.state == "covered" or not rest.minor:
        return "paid"
    if rest != bill.payable:
        return "partly"
    return "overdue" if bill.due_at <= now() else "open"


def _waits_until(order: Order) -> datetime | None:
    return sessions.held_until(order.session) if order.state == "awaiting_payment" else None


def paid_on(bill: Bill) -> date | None:
    """The seller's date of the newest money that was put to the bill, if there is any."""
    put = payments.list_standing(db(), bill=bill)
    return _day(put[0].allocated_at, bill.order) if put else None


def _act(document: Document) -> Act:
    if document.kind != "act" or not document.stands or document.refused_at is not None:
        return Act(document, None)
    until = invoices.refusable_until(db(), act=document)
    today = now().astimezone(ZoneInfo(document.seller.zone)).date()
    return Act(document, until if today <= until else None)


def _returned(order: Order, bill: Bill) -> Money:
    if bill.kind != "main":
        return Money.zero(bill.total_currency)
    gone = [one.amount.minor for one in refunds.list_refunds(db(), order=order) if one.state == "succeeded"]
    return Money(sum(gone), bill.total_currency)


def _day(moment: datetime, order: Order) -> date:
    return moment.astimezone(ZoneInfo(order.seller.zone)).date()
