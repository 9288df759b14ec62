"""The journal of picks, and the texts that staff answer with."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.core.db import Base, Id
from services.core.texts import Texts
from services.people.models import StaffMember
from services.support.requests.models import Request


class Pick(Base):
    """Who took which request when; `passed` are the ids that stood before it, the head first.

    `hash` chains it to the pick before; `reason` is demanded whenever somebody was passed.
    """

    __tablename__ = "pick"
    __table_args__ = {"schema": "support"}

    id: Mapped[Id]
    n: Mapped[int]
    at: Mapped[datetime]
    staff_id: Mapped[int] = mapped_column(ForeignKey(StaffMember.id))
    request_id: Mapped[int] = mapped_column(ForeignKey(Request.id))
    passed: Mapped[Any] = mapped_column(ARRAY(BigInteger))
    offered: Mapped[int]
    reason: Mapped[str | None]
    hash: Mapped[bytes]


class PickCount(Base):
    """How many lines the journal has (one row): a chain whose end was cut off holds, but is too short."""

    __tablename__ = "pick_count"
    __table_args__ = {"schema": "support"}

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class CannedText(Base):
    """A text that staff answer with; what it says stands in its versions."""

    __tablename__ = "canned_text"
    __table_args__ = {"schema": "support"}

    id: Mapped[Id]
    position: Mapped[int]
    active: Mapped[bool] = mapped_column(default=True)


class CannedVersion(Base):
    """One version of it; the last is the one in use."""

    __tablename__ = "canned_version"
    __table_args__ = {"schema": "support"}

    id: Mapped[Id]
    canned_text_id: Mapped[int] = mapped_column(ForeignKey(CannedText.id))
    n: Mapped[int]
    title: Mapped[Texts]
    body: Mapped[Texts]
    at: Mapped[datetime]
    by: Mapped[str]
