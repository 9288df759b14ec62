"""Looking at enquiries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from services.contracts.models import Enquiry
from services.core.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


def find_enquiry(db: Session, *, form_key: str) -> Enquiry | None:
    """The enquiry that a form with this key has made, if it has."""
    return db.scalar(select(Enquiry).where(Enquiry.form_key == form_key))


def get_enquiry(db: Session, *, reference: str) -> Enquiry:
    """The enquiry with this reference; raises NotFoundError."""
    enquiry = db.scalar(select(Enquiry).where(Enquiry.reference == reference))
    if enquiry is None:
        raise NotFoundError(kind="enquiry")
    return enquiry


def list_enquiries(
    db: Session, *, state: str | None = None, limit: int = 50, offset: int = 0
) -> Sequence[Enquiry]:
    """The enquiries, newest first; with `state` only those in it."""
    query = select(Enquiry).order_by(Enquiry.received_at.desc(), Enquiry.id.desc())
    if state is not None:
        query = query.where(Enquiry.state == state)
    return db.scalars(query.limit(limit).offset(offset)).all()


def count_enquiries(db: Session, *, state: str | None = None) -> int:
    """How many enquiries there are; with `state` how many in it."""
    query = select(func.count()).select_from(Enquiry)
    return db.scalar(query if state is None else query.where(Enquiry.state == state)) or 0
