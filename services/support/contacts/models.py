"""The contact person of a company, and what others of it wrote."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.core.db import Base, Id
from services.people.models import Organisation, Person
from services.support.requests.models import Request


class DesignatedContact(Base):
    """Who writes for a company: `proposed` (the first who did), `confirmed` by staff, or `ended`."""

    __tablename__ = "designated_contact"
    __table_args__ = {"schema": "support"}

    id: Mapped[Id]
    reference: Mapped[str]
    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    state: Mapped[str]
    since: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str | None]
    until: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    end_reason: Mapped[str | None]
    link_version: Mapped[int] = mapped_column(default=1)

    organisation: Mapped[Organisation] = relationship(lazy="joined")
    person: Mapped[Person] = relationship(lazy="joined")


class HandOver(Base):
    """That the part was offered to `person`; `answer` is `accepted`, `declined` or `withdrawn`."""

    __tablename__ = "hand_over"
    __table_args__ = {"schema": "support"}

    id: Mapped[Id]
    reference: Mapped[str]
    contact_id: Mapped[int] = mapped_column(ForeignKey(DesignatedContact.id))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    offered_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answer: Mapped[str | None]
    link_version: Mapped[int] = mapped_column(default=1)

    contact: Mapped[DesignatedContact] = relationship()
    person: Mapped[Person] = relationship(lazy="joined")


class Forwarding(Base):
    """Somebody else's request, sent to the contact person: `answer` is `sent_on` or `dropped`."""

    __tablename__ = "forwarding"
    __table_args__ = {"schema": "support"}

    request_id: Mapped[int] = mapped_column(ForeignKey(Request.id), primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey(DesignatedContact.id))
    sent_at: Mapped[datetime]
    mailed_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answer: Mapped[str | None]
    link_version: Mapped[int] = mapped_column(default=1)

    request: Mapped[Request] = relationship()
    contact: Mapped[DesignatedContact] = relationship()
