"""The regulation's versions, and the draft of the next one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.core.business_calendars import KeptCalendar
from services.core.db import Base, Id
from services.core.texts import Texts


class RegulationVersion(Base):
    """A published version; for requests received on `valid_from_on` (the calendar's date) or later."""

    __tablename__ = "regulation_version"
    __table_args__ = {"schema": "support"}

    id: Mapped[Id]
    n: Mapped[int]
    valid_from_on: Mapped[date]
    calendar_id: Mapped[int] = mapped_column(ForeignKey(KeptCalendar.id))
    terms: Mapped[Any] = mapped_column(JSONB)
    body: Mapped[Texts]
    is_demo: Mapped[bool] = mapped_column(default=False)
    published_at: Mapped[datetime]
    published_by: Mapped[str]

    calendar: Mapped[KeptCalendar] = relationship(lazy="joined")


class RegulationDraft(Base):
    """The one draft (`id` is 1)."""

    __tablename__ = "regulation_draft"
    __table_args__ = {"schema": "support"}

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    calendar_id: Mapped[int] = mapped_column(ForeignKey(KeptCalendar.id))
    terms: Mapped[Any] = mapped_column(JSONB)
    body: Mapped[Texts]
    saved_at: Mapped[datetime]
    saved_by: Mapped[str]

    calendar: Mapped[KeptCalendar] = relationship(lazy="joined")
