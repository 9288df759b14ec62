"""The mails that bring documents: with the PDF, to whoever takes care of the bills."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from billing.invoices.correcting import refusable_until
from billing.orders.letters import addressee, locale_of, order_url
from services import sessions
from services.core import mail
from services.core.db import core_of
from services.core.links import secret_link
from services.core.money import Money

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from billing.invoices.content import Content
    from billing.invoices.models import Document
    from billing.orders.models import Bill, Order

EVENTS = {"schet": "invoice_issued", "act": "act_issued", "credit_note": "credit_note_issued"}
_FILES = {
    ("schet", "ru"): "Schet",
    ("schet", "en"): "Invoice",
    ("act", "ru"): "Akt",
    ("act", "en"): "Acceptance",
    ("receipt", "ru"): "Podtverzhdenie-oplaty",
    ("receipt", "en"): "Receipt",
    ("credit_note", "ru"): "Korrektirovka",
    ("credit_note", "en"): "Credit-note",
}


def payer_of(order: Order) -> mail.Recipient:
    """Who gets the bills of an order: whom he named for it, or whoever ordered."""
    named = order.billing_contact
    if named:
        return mail.Recipient(named.get("name", ""), named["email"])
    person = addressee(order)
    return mail.Recipient(person.name, person.email)


def bill_url(db: Session, bill: Bill) -> str:
    """The bill's own page, which shows nothing of the session."""
    return secret_link(core_of(db), "b", bill.reference, bill.link_version)


def file_name(document: Document) -> str:
    """What the PDF is called, in letters that every mail program keeps: Schet-2026-000123.pdf."""
    content = document.said
    stem = _FILES.get((content.kind, content.layout), content.kind)
    number = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in document.number)
    return f"{stem}-{number}.pdf"


def send_document(db: Session, *, document: Document, pdf: bytes, now: datetime) -> None:
    """Mail the document to who takes care of the bill."""
    order = document.bill.order
    mail.queue(
        db,
        event=EVENTS[document.kind],
        to=payer_of(order),
        locale=locale_of(order),
        facts=_facts(db, document),
        subject_ref=f"document:{document.reference}",
        files=[mail.FilePart(file_name(document), "application/pdf", pdf)],
        thread=document.bill.reference,
        now=now,
    )


def _facts(db: Session, document: Document) -> dict[str, Any]:
    content = document.said
    common = {
        "number": document.number,
        "issued_on": document.issued_on,
        "total": document.gross,
        "seller": content.seller.name,
        "buyer": content.buyer.name,
        "order_ref": document.bill.order.reference,
        "url": bill_url(db, document.bill),
    }
    if content.kind == "schet":
        return common | _to_pay(content) | _of_order(db, document.bill.order)
    if content.kind == "act":
        until_on = refusable_until(db, act=document)
        return common | {"service_on": content.service_on, "refusable_until_on": until_on}
    corrected = content.corrects
    return common | {
        "corrects": corrected.number if corrected else "",
        "corrects_on": corrected.on if corrected else date.min,
        "reason": " ".join(content.notes),
    }


def goes_elsewhere(order: Order) -> bool:
    """Whether the bills go to another than who ordered: he is told nothing of the session."""
    return payer_of(order).email.casefold() != addressee(order).email.casefold()


def _of_order(db: Session, order: Order) -> dict[str, Any]:
    """What only who ordered may know: the way to the order, and until when its time is kept."""
    own, waits = not goes_elsewhere(order), order.state == "awaiting_payment"
    return {
        "order_url": order_url(db, order) if own and waits else "",
        "held_until": sessions.held_until(order.session) if own and waits else None,
        "zone": order.zone,
    }


def _to_pay(content: Content) -> dict[str, Any]:
    bank = content.bank
    rates = content.vat_total
    one_rate = rates[0][0] if len(rates) == 1 else None
    return {
        "due_on": content.due_on,
        "vat": None if one_rate is None else Money(content.gross - content.net, content.currency),
        "vat_percent": None if one_rate is None else one_rate / 100 if one_rate % 100 else one_rate // 100,
        "seller_inn": content.seller.inn,
        "seller_kpp": content.seller.kpp,
        "bank": bank.name if bank else "",
        "bic": (bank.bic or bank.swift) if bank else "",
        "corr_account": bank.corr_account if bank else "",
        "account": bank.account if bank else "",
        "purpose": content.purpose,
    }
