"""What is done about an act that doesn't fit: the customer's refusal, our credit note."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from sqlalchemy import select

from billing import journal, sellers
from billing.invoices.credit import credit_lines, left_by_rate
from billing.invoices.drafting import draft_credit_note
from billing.invoices.errors import CreditError, NotStandingError, RefusalLateError
from billing.invoices.issuing import posted, put_down
from billing.invoices.models import Document
from billing.invoices.numbering import take_number
from billing.invoices.queries import list_credit_notes
from billing.journal.models import Line
from billing.orders import get_bill, reduce_bill
from billing.tasks import open_task
from services.core.audit import record
from services.core.money import Money

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from billing.invoices.credit import Left

REFUSAL_DAYS: Final = 5
"""Business days of the seller's calendar; after them an act counts as accepted."""


def issue_credit_note(
    db: Session, *, act: Document, amount: Money, reason: str, actor: str, now: datetime
) -> Document:
    """Take `amount` (with tax) off an act, rate by rate; `reason` is printed on the note.

    The bill is lowered and the correction posted. What was paid beyond the rest is the caller's to
    give back (`refunds.request_refund`). Raises CreditError `credit_kind` for what isn't an act in
    force, `credit_sum` beyond what is left.
    """
    bill = get_bill(db, bill_id=act.bill_id, lock=True)
    _lock(db, act)
    if act.kind != "act" or act.voided_at is not None:
        raise CreditError("credit_kind")
    left = left_to_credit(db, document=act)
    most = sum(one.gross for one in left.values())
    if amount.currency != act.currency or not 0 < amount.minor <= most:
        raise CreditError("credit_sum", field="amount", left=Money(most, act.currency))
    lines = credit_lines(left, amount.minor)
    numbered = take_number(db, seller=bill.order.seller, kind="credit_note", now=now)
    content = draft_credit_note(act, lines=lines, numbered=numbered, reason=reason)
    note = put_down(db, bill=bill, numbered=numbered, content=content, corrects=act, actor=actor, now=now)
    journal.correct(db, **posted(note), booked_on=note.issued_on, now=now)
    reduce_bill(db, bill=bill, amount=amount, actor=actor, now=now)
    return note


def can_credit_invoice(db: Session, *, invoice: Document) -> bool:
    """Whether an invoice may be corrected: a foreign seller's, paid once, of an order that was called off.

    At home an invoice is an offer to pay, and never corrected. Where an act stands, that is.
    """
    if invoice.kind != "schet" or invoice.said.layout != "en" or invoice.bill.state != "void":
        return False
    came = select(Line.id).where(
        Line.bill_id == invoice.bill_id, Line.account == "advances", Line.payment_id.is_not(None)
    )
    return db.scalar(came.limit(1)) is not None and not list_credit_notes(db, document=invoice)


def credit_invoice(db: Session, *, invoice: Document, reason: str, actor: str, now: datetime) -> Document:
    """Take all of a called-off order's paid invoice back; nothing is posted, for the invoice wasn't.

    Raises CreditError `credit_kind` where `can_credit_invoice` says no.
    """
    bill = get_bill(db, bill_id=invoice.bill_id, lock=True)
    _lock(db, invoice)
    if not can_credit_invoice(db, invoice=invoice):
        raise CreditError("credit_kind")
    numbered = take_number(db, seller=bill.order.seller, kind="credit_note", now=now)
    content = draft_credit_note(invoice, lines=invoice.said.lines, numbered=numbered, reason=reason)
    return put_down(db, bill=bill, numbered=numbered, content=content, corrects=invoice, actor=actor, now=now)


def left_to_credit(db: Session, *, document: Document) -> dict[int | None, Left]:
    """What of a document no credit note has taken yet, by rate (hundredths of a percent)."""
    notes = list_credit_notes(db, document=document)
    return left_by_rate(document.said.lines, [line for note in notes for line in note.said.lines])


def refusable_until(db: Session, *, act: Document) -> date:
    """The last day (the seller's date) on which the customer may object to an act."""
    calendar = sellers.office_calendar(db, seller=act.seller)
    return calendar.add_business_days(act.issued_on, REFUSAL_DAYS)


def refuse_act(db: Session, *, act: Document, reason: str, actor: str, now: datetime) -> Document:
    """Note that the customer objects to an act, within five business days; the staff gets a task.

    The act itself doesn't change: what is right about the objection becomes a credit note. Raises
    NotStandingError for what isn't an act in force or was refused before, RefusalLateError.
    """
    _lock(db, act)
    db.refresh(act)
    if act.kind != "act" or act.voided_at is not None or act.refused_at is not None:
        raise NotStandingError(number=act.number)
    until_on = refusable_until(db, act=act)
    if now.astimezone(ZoneInfo(act.seller.zone)).date() > until_on:
        raise RefusalLateError(number=act.number, until_on=until_on)
    act.refused_at, act.refused_reason = now, reason
    db.flush()
    subject = f"document:{act.reference}"
    record(db, actor=actor, verb="document.refuse", subject=subject, now=now)
    order = act.bill.order
    open_task(
        db, kind="act_refused", subject=f"order:{order.reference}",
        facts={"document": act.reference, "number": act.number}, about=f"act_refused {subject}", now=now,
    )  # fmt: skip
    return act


def note_edo(db: Session, *, document: Document, state: str, actor: str, now: datetime) -> Document:
    """Write down how far the exchange through an EDO operator is: none, sent, signed, rejected."""
    before, document.edo_state = document.edo_state, state
    db.flush()
    record(
        db, actor=actor, verb="document.edo", subject=f"document:{document.reference}",
        before={"edo": before}, after={"edo": state}, now=now,
    )  # fmt: skip
    return document


def _lock(db: Session, document: Document) -> None:
    db.execute(select(Document.id).where(Document.id == document.id).with_for_update())
