"""What the provider told us of."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from services.core.db import Base, Id


class InboxEvent(Base):
    """One event by its id, however often it came; its object is fetched, nothing is believed.

    `waiting` until it was looked at; `unknown` when after a day it still concerns nothing of
    ours, and a person was asked.
    """

    __tablename__ = "inbox"
    __table_args__ = {"schema": "billing"}

    id: Mapped[Id]
    event_ref: Mapped[str]
    kind: Mapped[str]
    object_ref: Mapped[str]
    livemode: Mapped[bool]
    happened_at: Mapped[datetime]
    received_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="waiting")
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    error: Mapped[str | None]
