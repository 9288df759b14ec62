"""Writing down that a receipt was given."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import select

from billing.receipts.models import FiscalReceipt
from services.core.audit import record
from services.core.errors import InvalidError

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from billing.receipts.queries import Receipt

_ADDRESS = re.compile(r"https?://[^\s/]+\.[^\s]+")
_LONGEST = 500


def note_receipt(db: Session, *, receipt: Receipt, link: str, actor: str, now: datetime) -> None:
    """Note where the receipt can be read; again, with another link, corrects the one before.

    Raises InvalidError for what is no web address.
    """
    if not _ADDRESS.fullmatch(link) or len(link) > _LONGEST:
        raise InvalidError("web_address", field="link")
    known = db.scalar(
        select(FiscalReceipt)
        .where(
            FiscalReceipt.kind == receipt.kind,
            FiscalReceipt.payment_id == receipt.payment_id,
            FiscalReceipt.source_id == receipt.source_id,
        )
        .with_for_update()
    )
    before = None if known is None else {"link": known.link}
    if known is None:
        known = FiscalReceipt(kind=receipt.kind, payment_id=receipt.payment_id, source_id=receipt.source_id)
        db.add(known)
    known.link, known.issued_at, known.issued_by = link, now, actor
    db.flush()
    record(
        db,
        actor=actor,
        verb="receipt.note",
        subject=f"payment:{receipt.payment}",
        before=before,
        after={"kind": receipt.kind, "link": link},
        now=now,
    )
