"""Business calendars as they are kept: versions by the date from which each is in force."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.core.db import Base, Id
from services.core.texts import Texts


class KeptCalendar(Base):
    """A calendar by its code; its zone (IANA) and country (whose production days count) never change."""

    __tablename__ = "business_calendar"
    __table_args__ = {"schema": "core"}

    id: Mapped[Id]
    code: Mapped[str]
    name: Mapped[Texts]
    zone: Mapped[str]
    country: Mapped[str | None]


class CalendarVersion(Base):
    """Opening hours from a local date on: `weekly` [[weekday, start, end]], `overrides` {date: [[…]]}.

    Minutes of the day, weekday 0 is Monday. Of two versions of one date the later one counts.
    """

    __tablename__ = "calendar_version"
    __table_args__ = {"schema": "core"}

    id: Mapped[Id]
    calendar_id: Mapped[int] = mapped_column(ForeignKey(KeptCalendar.id))
    effective_from: Mapped[date]
    weekly: Mapped[Any] = mapped_column(JSONB)
    overrides: Mapped[Any] = mapped_column(JSONB)
    published_at: Mapped[datetime]
    published_by: Mapped[str]
