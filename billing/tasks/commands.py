"""Opening and closing tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from billing.tasks.letters import tell_staff
from billing.tasks.models import Task
from services.core.audit import record
from services.core.references import new_reference

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

_log = structlog.get_logger()


def open_task(
    db: Session, *, kind: str, subject: str, facts: dict[str, Any], now: datetime, about: str = ""
) -> None:
    """Ask the staff to look at `subject` (`order:O-…`), also by mail; asking twice makes one task.

    `about` is what makes it the same task; by default kind and subject together. `facts` hold
    no personal data.
    """
    _log.warning("billing_task", kind=kind, subject=subject, facts=facts)
    opened = db.scalar(
        insert(Task)
        .values(
            reference=new_reference("T"),
            kind=kind,
            subject=subject,
            facts=facts,
            about=about or f"{kind} {subject}",
            state="open",
            opened_at=now,
        )
        .on_conflict_do_nothing(index_elements=["about"], index_where=Task.state == "open")
        .returning(Task.id)
    )
    if opened is not None:
        tell_staff(db, kind=kind, subject=subject, facts=facts, now=now)


def close_task(db: Session, *, task: Task, actor: str, note: str, now: datetime) -> None:
    """Write down that the question is answered, by whom and how."""
    task.state, task.closed_at, task.closed_by, task.note = "done", now, actor, note
    record(db, actor=actor, verb="task.close", subject=f"task:{task.reference}", now=now)
    db.flush()


def close_about(db: Session, *, about: str, actor: str, note: str, now: datetime) -> None:
    """Close the open task about one thing, if there is one."""
    task = db.scalar(select(Task).where(Task.about == about, Task.state == "open"))
    if task is not None:
        close_task(db, task=task, actor=actor, note=note, now=now)
