"""After issuing: the document is set and stored, and mailed once; later again only when asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from billing.invoices.errors import NotStandingError
from billing.invoices.files import read_pdf
from billing.invoices.letters import EVENTS, send_document
from billing.invoices.models import Document
from billing.invoices.queries import get_document_by_id
from services.core.audit import record

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def set_and_mail(db: Session, *, document_id: int, now: datetime) -> None:
    """Store the PDF and queue the mail with it; a second run changes nothing.

    What was voided meanwhile, or has no letter, is stored and not mailed. Raises DocumentNotFoundError.
    """
    db.execute(select(Document.id).where(Document.id == document_id).with_for_update())
    document = get_document_by_id(db, document_id=document_id)
    pdf = read_pdf(db, document=document, now=now)
    if document.mailed_at is None and document.stands and document.kind in EVENTS:
        document.mailed_at = now
        send_document(db, document=document, pdf=pdf, now=now)
        db.flush()


def send_again(db: Session, *, document: Document, actor: str, now: datetime) -> None:
    """Mail the document once more, as it is; raises NotStandingError for what was voided."""
    if not document.stands:
        raise NotStandingError(number=document.number)
    send_document(db, document=document, pdf=read_pdf(db, document=document, now=now), now=now)
    document.mailed_at = document.mailed_at or now
    record(db, actor=actor, verb="document.send_again", subject=f"document:{document.reference}", now=now)
    db.flush()
