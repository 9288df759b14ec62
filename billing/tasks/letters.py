"""Telling the staff that a question about money has come up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from services.core import mail
from services.core.db import core_of
from services.core.money import Money
from services.core.vendor import vendor

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def tell_staff(db: Session, *, kind: str, subject: str, facts: dict[str, Any], now: datetime) -> None:
    """Write to the vendor's own mailbox, which his people read, in the vendor's language."""
    us = vendor(db)
    what, _colon, reference = subject.partition(":")
    sum_known = "minor" in facts and "currency" in facts
    mail.queue(
        db,
        event="payment_needs_attention",
        to=mail.Recipient(us.name.ru, us.support_email),
        locale="ru",
        facts={
            "reason": kind,
            "order_ref": reference if what == "order" else "",
            "amount": Money(facts["minor"], facts["currency"]) if sum_known else None,
            "url": f"{core_of(db).public_url}/staff/tasks/",
        },
        subject_ref=subject,
        now=now,
    )
