"""Issuing: a number and the frozen content in one transaction; the PDF and the mail are a job's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from billing import journal
from billing.invoices.drafting import draft_act, draft_invoice, draft_receipt
from billing.invoices.errors import BillNotOpenError, PaidInvoiceError
from billing.invoices.models import Document
from billing.invoices.numbering import take_number
from billing.invoices.queries import find_receipt, find_standing
from billing.orders import get_bill
from services.core.audit import record
from services.core.jobs import defer
from services.core.references import new_reference
from services.people.commands import sort_key

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from billing.invoices.content import Content
    from billing.invoices.numbering import Numbered
    from billing.orders.models import Bill


def issue_invoice(db: Session, *, bill: Bill, actor: str = "system", now: datetime) -> Document:
    """Issue the invoice of a main or addendum bill; while one stands, that one.

    Order and bill are locked here. Raises BillNotOpenError for a void bill.
    """
    bill = _locked(db, bill)
    standing = find_standing(db, bill=bill, kind="schet")
    if standing is not None:
        return standing
    numbered = take_number(db, seller=bill.order.seller, kind="schet", now=now)
    content = draft_invoice(db, bill=bill, numbered=numbered)
    return put_down(db, bill=bill, numbered=numbered, content=content, actor=actor, now=now)


def reissue_invoice(db: Session, *, bill: Bill, actor: str, reason: str, now: datetime) -> Document:
    """Void the standing invoice, if there is one, and issue the next number as the order is now.

    Raises PaidInvoiceError once money was put to the bill, BillNotOpenError.
    """
    bill = _locked(db, bill)
    standing = find_standing(db, bill=bill, kind="schet")
    if standing is not None:
        void_document(db, document=standing, actor=actor, reason=reason, now=now)
    return issue_invoice(db, bill=bill, actor=actor, now=now)


def void_document(db: Session, *, document: Document, actor: str, reason: str, now: datetime) -> Document:
    """Void an unpaid invoice; it keeps its number, and the bill may get another one.

    Voiding again changes nothing. Raises PaidInvoiceError for any other document too: acts and
    credit notes are facts, which are corrected.
    """
    bill = get_bill(db, bill_id=document.bill_id, lock=True)
    db.refresh(document)
    if document.voided_at is not None:
        return document
    if document.kind != "schet" or journal.bill_balance(db, bill_id=bill.id).put:
        raise PaidInvoiceError(number=document.number)
    document.voided_at, document.voided_by, document.void_reason = now, actor, reason
    db.flush()
    _note(db, document, "void", actor=actor, now=now)
    return document


def issue_act(db: Session, *, bill: Bill, service_on: date, now: datetime) -> Document:
    """Certify that a bill's service was given on `service_on` (the seller's date); once a bill.

    Of a main bill after its delivery, of a fee that is kept; over what is payable of it. Posted at
    once: what came for the bill is no advance any more. Raises BillNotOpenError for a void bill,
    and for one of which nothing is left.
    """
    bill = _locked(db, bill)
    standing = find_standing(db, bill=bill, kind="act")
    if standing is not None:
        return standing
    if not bill.payable:
        raise BillNotOpenError(bill=bill.reference, state="reduced")
    numbered = take_number(db, seller=bill.order.seller, kind="act", now=now)
    content = draft_act(db, bill=bill, numbered=numbered, service_on=service_on)
    act = put_down(db, bill=bill, numbered=numbered, content=content, actor="system", now=now)
    journal.recognise(db, **posted(act), booked_on=service_on, now=now)
    return act


def issue_receipt(db: Session, *, bill: Bill, paid_on: date, now: datetime) -> Document:
    """Confirm that a covered bill was paid, in full on `paid_on` (the seller's date).

    Once for what was paid: asked again, the same one; another one after the bill was lowered. It is
    not mailed: who asks takes it along. Raises BillNotOpenError while the bill isn't covered.
    """
    bill = _locked(db, bill)
    if bill.state != "covered" or not bill.payable:
        raise BillNotOpenError(bill=bill.reference, state=bill.state)
    given = find_receipt(db, bill=bill)
    if given is not None:
        return given
    numbered = take_number(db, seller=bill.order.seller, kind="receipt", now=now)
    content = draft_receipt(db, bill=bill, numbered=numbered, paid_on=paid_on)
    return put_down(db, bill=bill, numbered=numbered, content=content, actor="system", now=now)


def posted(document: Document) -> dict[str, Any]:
    """What the journal wants to know of an act or a credit note."""
    return {
        "seller_id": document.seller_id,
        "order_id": document.bill.order_id,
        "bill_id": document.bill_id,
        "document_id": document.id,
        "supplies": [journal.Supply(net, vat, rate) for rate, net, vat, _gross in document.said.vat_total],
        "currency": document.currency,
    }


def put_down(
    db: Session,
    *,
    bill: Bill,
    numbered: Numbered,
    content: Content,
    corrects: Document | None = None,
    actor: str,
    now: datetime,
) -> Document:
    """Write the document with its number, and leave the job that sets and mails it."""
    document = Document(
        reference=new_reference("D"),
        seller=bill.order.seller,
        kind=content.kind,
        year=numbered.year,
        n=numbered.n,
        number=numbered.number,
        bill=bill,
        corrects=corrects,
        issued_on=numbered.issued_on,
        issued_at=now,
        currency=content.currency,
        net_minor=content.net,
        vat_minor=content.gross - content.net,
        gross_minor=content.gross,
        buyer_inn=content.buyer.inn,
        buyer_key=sort_key(content.buyer.name),
        content=content.to_json(),
    )
    db.add(document)
    db.flush()
    _note(db, document, "issue", actor=actor, now=now)
    defer(db, "set_document_pdf", queue="paid", document_id=document.id)
    return document


def _locked(db: Session, bill: Bill) -> Bill:
    locked = get_bill(db, bill_id=bill.id, lock=True)
    if locked.state == "void":
        raise BillNotOpenError(bill=bill.reference, state=locked.state)
    return locked


def _note(db: Session, document: Document, verb: str, *, actor: str, now: datetime) -> None:
    record(
        db,
        actor=actor,
        verb=f"document.{verb}",
        subject=f"document:{document.reference}",
        after={"kind": document.kind, "number": document.number},
        now=now,
    )
