"""The mails that follow an invoice: to whom it goes, and to who ordered when that is another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from billing import journal
from billing.invoices.letters import bill_url, goes_elsewhere, payer_of
from billing.orders.letters import addressee, locale_of, order_url, session_facts
from services import sessions
from services.core import mail
from services.core.money import Money

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from billing.invoices.models import Document
    from billing.orders.models import Order


def left_to_pay(db: Session, *, document: Document) -> Money:
    """What of the invoice's bill is still to be paid."""
    return Money(journal.bill_balance(db, bill_id=document.bill_id).owed, document.currency)


def send_passed_on(db: Session, *, document: Document, now: datetime) -> None:
    """Tell who ordered that the invoice went to somebody else, and until when his time is kept."""
    order = document.bill.order
    _to_orderer(
        db,
        order,
        "invoice_passed_on",
        {
            "number": document.number,
            "total": document.gross,
            "due_on": document.said.due_on,
            "held_until": sessions.held_until(order.session),
            "sent_to": payer_of(order).email,
        },
        now=now,
    )


def send_reminder(db: Session, *, document: Document, is_late: bool, now: datetime) -> None:
    """Remind of an invoice that is not paid in full."""
    order = document.bill.order
    waits = order.state == "awaiting_payment"
    facts = {
        "rest": left_to_pay(db, document=document),
        "due_on": document.said.due_on,
        "is_late": is_late,
        "void_after": sessions.held_until(order.session) if waits else None,
        "purpose": document.said.purpose,
        "zone": order.seller.zone,
    }
    _to_payer(db, document, "invoice_reminder", facts, now=now)


def send_partly_paid(db: Session, *, document: Document, received: Money, now: datetime) -> None:
    """Tell that a part of the money came, and what is left to pay."""
    facts = {
        "received": received,
        "rest": left_to_pay(db, document=document),
        "due_on": document.said.due_on,
        "purpose": document.said.purpose,
    }
    _to_payer(db, document, "invoice_partly_paid", facts, now=now)


def send_lapsed(db: Session, *, document: Document, now: datetime) -> None:
    """Tell that the time is free again and the invoice void: who ordered, and who was to pay."""
    order = document.bill.order
    _to_orderer(db, order, "order_lapsed", {"number": document.number, "total": document.gross}, now=now)
    if goes_elsewhere(order):
        send_void(db, document=document, now=now)


def send_void(db: Session, *, document: Document, now: datetime) -> None:
    """Tell who was to pay that he need not any more."""
    _to_payer(db, document, "invoice_void", {}, now=now)


def _to_payer(db: Session, document: Document, event: str, facts: dict[str, Any], *, now: datetime) -> None:
    content, order = document.said, document.bill.order
    said = {
        "number": document.number,
        "issued_on": document.issued_on,
        "total": document.gross,
        "seller": content.seller.name,
        "buyer": content.buyer.name,
        "order_ref": order.reference,
        "url": bill_url(db, document.bill),
    }
    mail.queue(
        db,
        event=event,
        to=payer_of(order),
        locale=locale_of(order),
        facts=said | facts,
        subject_ref=f"document:{document.reference}",
        thread=document.bill.reference,
        now=now,
    )


def _to_orderer(db: Session, order: Order, event: str, facts: dict[str, Any], *, now: datetime) -> None:
    person = addressee(order)
    said = session_facts(order, url=order_url(db, order)) | {"order_ref": order.reference}
    mail.queue(
        db,
        event=event,
        to=mail.Recipient(person.name, person.email),
        locale=locale_of(order),
        facts=said | facts,
        subject_ref=f"order:{order.reference}",
        thread=order.session.reference,
        now=now,
    )
