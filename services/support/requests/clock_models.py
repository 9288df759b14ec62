"""Tables of a request's clocks: the ledger, what it folds to, reminders, rounds over many."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.core.business_calendars import CalendarVersion, KeptCalendar
from services.core.db import Base, Id
from services.support.regulation.models import RegulationVersion
from services.support.requests.models import Request


class ClockEventRow(Base):
    """One event of the ledger (see `services.core.clock_events`), chained to the one before by `hash`."""

    __tablename__ = "clock_event"
    __table_args__ = {"schema": "support"}

    id: Mapped[Id]
    request_id: Mapped[int] = mapped_column(ForeignKey(Request.id))
    n: Mapped[int]
    kind: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]
    about: Mapped[int | None]
    response_seconds: Mapped[int | None]
    resolution_seconds: Mapped[int | None]
    recorded_at: Mapped[datetime]
    hash: Mapped[bytes]


class ClockRow(Base):
    """One target (`response` or `resolution`) as the events fold to it; seconds of business time."""

    __tablename__ = "clock"
    __table_args__ = {"schema": "support"}

    request_id: Mapped[int] = mapped_column(ForeignKey(Request.id), primary_key=True)
    target: Mapped[str] = mapped_column(primary_key=True)
    target_seconds: Mapped[int]
    started_at: Mapped[datetime]
    used_seconds: Mapped[int]
    pauses: Mapped[int] = mapped_column(default=0)
    paused_since: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    regulation_id: Mapped[int] = mapped_column(ForeignKey(RegulationVersion.id))
    calendar_version_id: Mapped[int | None] = mapped_column(ForeignKey(CalendarVersion.id))
    folded_at: Mapped[datetime]


class Reminder(Base):
    """That staff were reminded at `share` percent of a target."""

    __tablename__ = "reminder"
    __table_args__ = {"schema": "support"}

    request_id: Mapped[int] = mapped_column(ForeignKey(Request.id), primary_key=True)
    target: Mapped[str] = mapped_column(primary_key=True)
    share: Mapped[int] = mapped_column(primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class Round(Base):
    """What a round over many clocks found: `refold` each night, `recompute` after a calendar's new version.

    `ended` looks at a portion of what has ended, and `reached` is the id at which the next one goes on;
    `picks` at the journal of picks. `broken` are numbers of requests whose ledger doesn't follow from
    itself, or the first such line of the journal.
    """

    __tablename__ = "round"
    __table_args__ = {"schema": "support"}

    id: Mapped[Id]
    kind: Mapped[str]
    calendar_id: Mapped[int | None] = mapped_column(ForeignKey(KeptCalendar.id))
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    seen: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    broken: Mapped[Any] = mapped_column(ARRAY(BigInteger))
    reached: Mapped[int] = mapped_column(default=0)
