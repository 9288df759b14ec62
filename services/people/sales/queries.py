"""Looking at the enquiries for the sales people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from services.core.errors import NotFoundError
from services.people.sales.models import SalesEnquiry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


def get_enquiry(db: Session, *, reference: str, lock: bool = False) -> SalesEnquiry:
    """The enquiry with this reference; `lock` keeps others from moving it. Raises NotFoundError."""
    query = select(SalesEnquiry).where(SalesEnquiry.reference == reference)
    if lock:
        query = query.with_for_update(of=SalesEnquiry)
    found = db.scalar(query)
    if found is None:
        raise NotFoundError(kind="sales_enquiry")
    return found


def list_enquiries(
    db: Session, *, state: str | None = None, limit: int = 50, offset: int = 0
) -> Sequence[SalesEnquiry]:
    """The enquiries, newest first; with `state` only those in it."""
    query = select(SalesEnquiry).order_by(SalesEnquiry.written_at.desc(), SalesEnquiry.id.desc())
    if state is not None:
        query = query.where(SalesEnquiry.state == state)
    return db.scalars(query.limit(limit).offset(offset)).all()


def count_enquiries(db: Session, *, state: str | None = None) -> int:
    """How many there are; with `state` only of those in it."""
    query = select(func.count()).select_from(SalesEnquiry)
    if state is not None:
        query = query.where(SalesEnquiry.state == state)
    return db.scalar(query) or 0
