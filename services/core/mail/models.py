"""The outbox: every mail ever queued, with what the server said to it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from services.core.db import Base, Id


class OutboxMail(Base):
    """A mail; `reference` makes its Message-ID, `body_enc` is wiped some time after delivery.

    The free flow's role may insert and read back nothing but id and reference: no query but
    those of the worker and of staff may need more.
    """

    __tablename__ = "outbox"
    __table_args__ = {"schema": "core"}
    __mapper_args__ = {"eager_defaults": False}

    id: Mapped[Id]
    reference: Mapped[str]
    event: Mapped[str]
    to_name: Mapped[str]
    to_email: Mapped[str]
    locale: Mapped[str]
    subject: Mapped[str]
    body_enc: Mapped[bytes | None]
    subject_ref: Mapped[str]
    thread: Mapped[str | None]
    state: Mapped[str] = mapped_column(default="queued")
    answer: Mapped[str | None] = mapped_column(default=None)
    tries: Mapped[int] = mapped_column(default=0)
    queued_at: Mapped[datetime]
    sent_at: Mapped[datetime | None] = mapped_column(default=None)
    wipe_at: Mapped[datetime | None] = mapped_column(default=None)
