"""Files that people send: what is known of them; the bytes lie outside the web's reach."""

from __future__ import annotations

from datetime import datetime
from typing import Any

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


class Upload(Base):
    """One file that arrives in pieces; whoever has its token may send and look.

    `state`: receiving → judging → accepted, quarantined or refused; gone when given up or expired.
    `received` is what the last answer said; the file itself knows better (`pieces`). `verdict` says
    `media`, `sha256`, `reason`, or the `code` and facts of the refusal. Accepted or quarantined, it
    becomes a StoredFile of the same reference as soon as `subject_ref` says what it belongs to.
    """

    __tablename__ = "upload"
    __table_args__ = {"schema": "core"}

    id: Mapped[Id]
    reference: Mapped[str]
    token_hash: Mapped[bytes]
    network: Mapped[bytes | None]
    subject_ref: Mapped[str | None]
    name: Mapped[str]
    size: Mapped[int]
    received: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(default="receiving")
    verdict: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]
    touched_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
