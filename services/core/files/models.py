"""Files that people send: what is known of them; the bytes lie outside the web's reach."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from services.core.db import Base, Id


class StoredFile(Base):
    """One file about one thing (`subject_ref`); `reference` is its random name on the disk.

    `name` is the sender's, for people only. `verdict` is `accepted` or `quarantined`.
    """

    __tablename__ = "stored_file"
    __table_args__ = {"schema": "core"}

    id: Mapped[Id]
    reference: Mapped[str]
    subject_ref: Mapped[str]
    name: Mapped[str]
    sha256: Mapped[bytes]
    size: Mapped[int]
    media: Mapped[str]
    verdict: Mapped[str] = mapped_column(default="accepted")
    stored_at: Mapped[datetime]
    keep_until: Mapped[datetime | None]
