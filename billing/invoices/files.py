"""The PDF of a document: set once, stored with its hash, the same bytes ever after."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from billing.invoices.errors import NotStandingError
from billing.invoices.models import Document, DocumentFile
from billing.invoices.setting import set_pdf, unprintable
from billing.tasks import open_task

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def read_pdf(db: Session, *, document: Document, now: datetime) -> bytes:
    """The document's PDF; set at once where the job hasn't come to it yet."""
    stored = db.get(DocumentFile, document.id)
    return stored.pdf if stored is not None else store_pdf(db, document=document, now=now)


def store_pdf(db: Session, *, document: Document, now: datetime) -> bytes:
    """Set the document and store it; whoever comes second gets what the first one stored.

    Characters that the font lacks stand as boxes on the paper; the staff gets a task then.
    """
    # Who sends it holds the document's row before he stores: whoever stores waits for the row first as well.
    held = select(Document.id).where(Document.id == document.id).with_for_update(read=True, key_share=True)
    db.execute(held)
    strange = unprintable(document.said)
    if strange:
        open_task(
            db, kind="glyphs_missing", subject=f"order:{document.bill.order.reference}",
            facts={"document": document.reference, "characters": [f"U+{ord(sign):04X}" for sign in strange]},
            about=f"glyphs_missing document:{document.reference}", now=now,
        )  # fmt: skip
    made = set_pdf(document.said)
    row = {
        "document_id": document.id,
        "sha256": hashlib.sha256(made).hexdigest(),
        "size": len(made),
        "pdf": made,
        "made_at": now,
    }
    db.execute(insert(DocumentFile).values(row).on_conflict_do_nothing())
    return db.get_one(DocumentFile, document.id).pdf


def set_transfer_document(document: Document) -> bytes:
    """An act once more as a look-alike of a transfer document in status 2, under the act's number.

    Nothing is issued or stored: it is the same fact in another form. Raises NotStandingError for any
    other document.
    """
    if document.kind != "act":
        raise NotStandingError(number=document.number)
    return set_pdf(replace(document.said, kind="upd"))
