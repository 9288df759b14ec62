"""Numbers of requests: one after the other without a gap, because everybody sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import update

from services.support.requests.models import Numbering

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def next_number(db: Session) -> int:
    """Take the next number: others wait until this transaction ends, and a rollback gives it back."""
    taken = update(Numbering).values(last=Numbering.last + 1).returning(Numbering.last)
    return db.scalars(taken, execution_options={"synchronize_session": False}).one()
