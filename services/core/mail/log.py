"""What was mailed: the outbox as a list, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from services.core.mail.models import OutboxMail

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


def list_mails(db: Session, *, limit: int, offset: int = 0) -> Sequence[OutboxMail]:
    """Give mails, newest first."""
    newest = select(OutboxMail).order_by(OutboxMail.queued_at.desc(), OutboxMail.id.desc())
    return db.scalars(newest.limit(limit).offset(offset)).all()


def list_mails_about(db: Session, *, subject_ref: str) -> Sequence[OutboxMail]:
    """Give all mails about one thing ("order:O-…"), oldest first."""
    about = select(OutboxMail).where(OutboxMail.subject_ref == subject_ref)
    return db.scalars(about.order_by(OutboxMail.id)).all()


def count_mails(db: Session) -> int:
    """Count all mails."""
    return db.scalar(select(func.count()).select_from(OutboxMail)) or 0
