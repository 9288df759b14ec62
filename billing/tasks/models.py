"""Work for people, about money that no rule may decide by itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from services.core.db import Base, Id


class Task(Base):
    """One question for the staff; `facts` are codes, references and minor units.

    `about` names the one thing it is about: while such a task is open there is no second.
    """

    __tablename__ = "task"
    __table_args__ = {"schema": "billing"}

    id: Mapped[Id]
    reference: Mapped[str]
    kind: Mapped[str]
    subject: Mapped[str]
    facts: Mapped[dict[str, Any]]
    about: Mapped[str]
    state: Mapped[str] = mapped_column(default="open")
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]
    note: Mapped[str | None]
