"""Looking tasks up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from billing.tasks.models import Task
from services.core.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


def list_open_tasks(db: Session, *, subject: str | None = None, limit: int = 100) -> Sequence[Task]:
    """The open tasks, oldest first; of one subject, if it is given."""
    query = select(Task).where(Task.state == "open").order_by(Task.id).limit(limit)
    if subject is not None:
        query = query.where(Task.subject == subject)
    return db.scalars(query).all()


def get_open_task(db: Session, *, reference: str) -> Task:
    """The open task with this reference; raises NotFoundError."""
    task = db.scalar(select(Task).where(Task.reference == reference, Task.state == "open"))
    if task is None:
        raise NotFoundError(kind="task")
    return task
