"""Tables of schema `calendars`: the invitation of a session and its guests."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.core.db import Base, Id

Role = Literal["customer", "specialist"]


class Invitation(Base):
    """One a session, for its whole life; a session booked anew gets a new one.

    Holds start and end of its own, so that an answer is judged without asking the session.
    """

    __tablename__ = "invitation"
    __table_args__ = {"schema": "calendars"}

    id: Mapped[Id]
    session_ref: Mapped[str]
    uid: Mapped[str]
    sequence: Mapped[int]
    organizer: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    status: Mapped[str]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    invitees: Mapped[list[Invitee]] = relationship(back_populates="invitation", order_by="Invitee.id")


class Invitee(Base):
    """Somebody who was ever invited; `removed_at` tells that he no longer is."""

    __tablename__ = "attendee"
    __table_args__ = {"schema": "calendars"}

    id: Mapped[Id]
    invitation_id: Mapped[int] = mapped_column(ForeignKey("calendars.invitation.id"))
    role: Mapped[str]
    name: Mapped[str]
    email: Mapped[str]
    locale: Mapped[str]
    summary: Mapped[str]
    partstat: Mapped[str]
    replied_dtstamp: Mapped[datetime | None]
    invited_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    invitation: Mapped[Invitation] = relationship(back_populates="invitees")
