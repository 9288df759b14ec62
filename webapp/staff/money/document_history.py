"""What happened to a document: from the audit log and the letters about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from services.core import mail
from services.core.audit import AuditRow
from webapp.i18n import gettext as _
from webapp.staff.journals.queries import names_of
from webapp.staff.money.document_words import VERBS

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from billing.invoices import Document


@dataclass(frozen=True)
class Step:
    """One thing that happened, at a moment; `who` is a name, or empty for our program."""

    at: datetime
    what: Any
    who: str


def history_of(db: Session, *, document: Document) -> list[Step]:
    """All steps, oldest first."""
    subject = f"document:{document.reference}"
    rows = db.scalars(select(AuditRow).where(AuditRow.subject == subject).order_by(AuditRow.seq)).all()
    names = names_of(db, actors={row.actor for row in rows})
    steps = [Step(row.at, VERBS.get(row.verb, row.verb), names.get(row.actor, "")) for row in rows]
    letters = mail.list_mails_about(db, subject_ref=subject)
    steps += [Step(one.queued_at, _("letter to %(email)s", email=one.to_email), "") for one in letters]
    return sorted(steps, key=lambda step: step.at)
