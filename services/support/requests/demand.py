"""What is open has changed: the desk's reserve has to hear of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.core.jobs import defer

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def renew_desk_work(db: Session) -> None:
    """Have the desk's open work written anew once this transaction is through (`queue.write_desk_work`)."""
    defer(db, "write_desk_work", queue="free", lock="write_desk_work")
