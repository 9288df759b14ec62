"""The desk's open work, for the time that is kept free for it: deadlines and minutes, nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from services import scheduling
from services.core.jobs import defer
from services.core.vendor import find_setting
from services.support.requests.models import Request

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

SETTING = "desk_work"
MINUTES = 30
"""What a request takes of a specialist's time, unless the setting says otherwise."""


def renew_desk_work(db: Session) -> None:
    """Have it written anew once this transaction is through: what is open has changed."""
    defer(db, "write_desk_work", queue="free", lock="write_desk_work")


def write_desk_work(db: Session, *, now: datetime) -> int:
    """Hand what is open over to the desk's projection, not what waits for its author; gives how many."""
    minutes = int((find_setting(db, key=SETTING) or {}).get("minutes", MINUTES))
    query = select(Request.number, Request.due_at).where(Request.state == "open", Request.due_at.is_not(None))
    rows = db.execute(query.order_by(Request.due_at, Request.received_at, Request.number)).all()
    work = [scheduling.DeskWork(f"request:{number}", due_at, minutes) for number, due_at in rows if due_at]
    scheduling.write_desk_demand(db, work=work, now=now)
    return len(work)
