"""The remote session, the seats it takes, who holds it, and its preparation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.catalogue.models import Product, Service
from services.core.db import Base, Id
from services.documents.models import Version
from services.people.models import Organisation, Person
from services.scheduling.models import Occupancy


class RemoteSession(Base):
    """One session; `basis` says why it exists and never changes.

    `service` is a snapshot ({name: {ru, en}, minutes, buffer_before, buffer_after});
    `promised_wall` is the start on the customer's clock (ISO, no offset) in `promised_zone`
    (IANA) as he was told it. `situation` is a code, `description` and `project` are his words.
    """

    __tablename__ = "remote_session"
    __table_args__ = {"schema": "sessions"}

    id: Mapped[Id]
    reference: Mapped[str]
    basis: Mapped[str]
    service_id: Mapped[int] = mapped_column(ForeignKey(Service.id))
    service: Mapped[dict[str, Any]]
    state: Mapped[str]
    ended_by: Mapped[str | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey(Organisation.id))
    product_id: Mapped[int | None] = mapped_column(ForeignKey(Product.id))
    situation: Mapped[str | None]
    description: Mapped[str] = mapped_column(default="")
    project: Mapped[str] = mapped_column(default="")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    promised_wall: Mapped[str]
    promised_zone: Mapped[str]
    link_version: Mapped[int] = mapped_column(default=1)
    chosen_at: Mapped[datetime]
    booked_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    person: Mapped[Person | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    product: Mapped[Product | None] = relationship()
    seats: Mapped[list[Seat]] = relationship()
    preparation: Mapped[Preparation | None] = relationship()


class Seat(Base):
    """One specialist's time taken by a session; `lead` is the one named to the customer."""

    __tablename__ = "seat"
    __table_args__ = {"schema": "sessions"}

    session_id: Mapped[int] = mapped_column(ForeignKey(RemoteSession.id), primary_key=True)
    occupancy_id: Mapped[int] = mapped_column(ForeignKey(Occupancy.id), primary_key=True)
    lead: Mapped[bool]

    occupancy: Mapped[Occupancy] = relationship(lazy="joined")


class Holder(Base):
    """Who keeps a time before he says who he is: a browser's token (hashed) and address."""

    __tablename__ = "holder"
    __table_args__ = {"schema": "sessions"}

    session_id: Mapped[int] = mapped_column(ForeignKey(RemoteSession.id), primary_key=True)
    token_hash: Mapped[bytes]
    address: Mapped[str]


class Preparation(Base):
    """What the customer has got ready; the connection ID is sealed and wiped at `wipe_at`.

    `checklist` holds the codes of ticked points. A one-time password is never stored.
    """

    __tablename__ = "preparation"
    __table_args__ = {"schema": "sessions"}

    session_id: Mapped[int] = mapped_column(ForeignKey(RemoteSession.id), primary_key=True)
    tool_slug: Mapped[str | None]
    connection_id_enc: Mapped[bytes | None]
    wipe_at: Mapped[datetime | None]
    checklist: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    consent_version_id: Mapped[int | None] = mapped_column(ForeignKey(Version.id))


class Look(Base):
    """That somebody was shown a connection ID."""

    __tablename__ = "look"
    __table_args__ = {"schema": "sessions"}

    id: Mapped[Id]
    session_id: Mapped[int] = mapped_column(ForeignKey(RemoteSession.id))
    actor: Mapped[str]
    at: Mapped[datetime]
