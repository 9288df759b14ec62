"""The mail that trust causes: that a payment order, or the wish for credit, was refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.orders import letters
from services.core import mail

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from billing.orders.models import Order


def send_refusal(db: Session, *, order: Order, reason: str, kept_until: datetime, now: datetime) -> None:
    """That we can't confirm the session so, why, and until when its time is kept for another way."""
    person = letters.addressee(order)
    facts = letters.session_facts(order, url=letters.order_url(db, order)) | {
        "order_ref": order.reference,
        "reason": reason,
        "held_until": kept_until,
    }
    mail.queue(
        db,
        event="trust_refused",
        to=mail.Recipient(person.name, person.email),
        locale=letters.locale_of(order),
        facts=facts,
        subject_ref=f"order:{order.reference}",
        thread=order.session.reference,
        now=now,
    )
