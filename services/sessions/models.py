"""Tables of schema `sessions`: the remote session, who holds it, what it needs; who waits for one."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from services.catalogue.models import Product, Service, Tool
from services.core.db import Base, Id
from services.documents.models import Version
from services.people.models import Organisation, Person
from services.scheduling.models import Occupancy

if TYPE_CHECKING:
    from services.core.jobs import Queue


class RemoteSession(Base):
    """A remote session, from the hold to its report; `starts_at` and `ends_at` are UTC.

    `basis` says why it exists (`order`, `support`, `contract`) and never changes. `service` is a
    snapshot of what was chosen. `promised_wall` is the start as the customer's clock (IANA
    `promised_zone`) was promised to show it. `held_until` is the hold's end, None once booked;
    `reserved_at` since when it waits for a transfer. `moves` counts the customer's own moves. What
    he said of his trouble may be empty: «I don't know» is an answer.
    """

    __tablename__ = "remote_session"
    __table_args__ = {"schema": "sessions"}

    id: Mapped[Id]
    reference: Mapped[str]
    basis: Mapped[str]
    state: Mapped[str]
    service_id: Mapped[int] = mapped_column(ForeignKey(Service.id))
    service: Mapped[dict[str, Any]]
    person_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey(Organisation.id))
    product_id: Mapped[int | None] = mapped_column(ForeignKey(Product.id))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    promised_wall: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=False))
    promised_zone: Mapped[str]
    held_until: Mapped[datetime | None]
    reserved_at: Mapped[datetime | None]
    moves: Mapped[int] = mapped_column(default=0)
    situation: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    project: Mapped[str] = mapped_column(default="")
    chosen_at: Mapped[datetime]
    booked_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    link_version: Mapped[int] = mapped_column(default=1)

    person: Mapped[Person | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    product: Mapped[Product | None] = relationship()
    seats: Mapped[list[Seat]] = relationship(order_by="Seat.id", back_populates="session")
    preparation: Mapped[Preparation | None] = relationship(back_populates="session")

    @property
    def for_desk(self) -> bool:
        """Whether it is the free desk's own work, which no quota stops."""
        return self.basis == "support"

    @property
    def queue(self) -> Queue:
        """Where its jobs stand: those of free support never wait behind paid ones."""
        return "free" if self.for_desk else "paid"


class Seat(Base):
    """That a session takes a specialist's time; `left_at` once it was exchanged for another."""

    __tablename__ = "seat"
    __table_args__ = {"schema": "sessions"}

    id: Mapped[Id]
    session_id: Mapped[int] = mapped_column(ForeignKey(RemoteSession.id))
    occupancy_id: Mapped[int] = mapped_column(ForeignKey(Occupancy.id))
    lead: Mapped[bool] = mapped_column(default=True)
    left_at: Mapped[datetime | None]

    session: Mapped[RemoteSession] = relationship(back_populates="seats")
    occupancy: Mapped[Occupancy] = relationship()


class HolderRow(Base):
    """Which browser took the hold (the token's HMAC) and from which address."""

    __tablename__ = "holder"
    __table_args__ = {"schema": "sessions"}

    session_id: Mapped[int] = mapped_column(ForeignKey(RemoteSession.id), primary_key=True)
    token_hash: Mapped[bytes]
    address: Mapped[str | None]
    held_at: Mapped[datetime]


class Preparation(Base):
    """What the customer prepared: `checklist` holds when each point was ticked (ISO, UTC).

    `tool_slug` is a tool of the catalogue, or `other`. The connection ID is encrypted at rest and
    wiped at `wipe_at`. `consent_version_id` is the wording of the consent to the connection.
    """

    __tablename__ = "preparation"
    __table_args__ = {"schema": "sessions"}

    session_id: Mapped[int] = mapped_column(ForeignKey(RemoteSession.id), primary_key=True)
    checklist: Mapped[dict[str, Any]]
    tool_slug: Mapped[str | None]
    connection_id_enc: Mapped[bytes | None]
    wipe_at: Mapped[datetime | None]
    consent_version_id: Mapped[int | None] = mapped_column(ForeignKey(Version.id))
    changed_at: Mapped[datetime]

    session: Mapped[RemoteSession] = relationship(back_populates="preparation")
    tool: Mapped[Tool | None] = relationship(
        primaryjoin=lambda: foreign(Preparation.tool_slug) == Tool.slug, viewonly=True
    )


class Report(Base):
    """What came of a session: `result` is solved, partly, not_solved or cut_short; append-only.

    The highest `version` counts. `minutes` is how long a session took that was cut short by us.
    """

    __tablename__ = "report"
    __table_args__ = {"schema": "sessions"}

    id: Mapped[Id]
    session_id: Mapped[int] = mapped_column(ForeignKey(RemoteSession.id))
    version: Mapped[int]
    result: Mapped[str]
    text: Mapped[str]
    minutes: Mapped[int | None]
    written_by: Mapped[str]
    written_at: Mapped[datetime]


class Look(Base):
    """That one of the staff looked at the connection ID; append-only."""

    __tablename__ = "look"
    __table_args__ = {"schema": "sessions"}

    id: Mapped[Id]
    session_id: Mapped[int] = mapped_column(ForeignKey(RemoteSession.id))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    at: Mapped[datetime]


class MovedPromise(Base):
    """That newer zone data show another wall time for a session's start than was promised.

    Both walls are of `zone` (IANA); `zone_data` is the release that showed it first. `settled_at`
    once somebody has spoken with the customer.
    """

    __tablename__ = "moved_promise"
    __table_args__ = {"schema": "sessions"}

    id: Mapped[Id]
    session_id: Mapped[int] = mapped_column(ForeignKey(RemoteSession.id))
    zone: Mapped[str]
    promised_wall: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=False))
    shows_wall: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=False))
    zone_data: Mapped[str]
    noted_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]

    session: Mapped[RemoteSession] = relationship()


class Wish(Base):
    """That somebody waits for a time: dates `[from_on, until_on]` of his calendar, a part of the day.

    `zone` (IANA) is his; `country` (ISO 3166 alpha-2) his payer's, as far as it is known. The line
    goes by `queued_at`; `passes` counts offers that ran out. `name` and `email` are forgotten some
    time after `ended_at`: an order keeps copies of its own.
    """

    __tablename__ = "wish"
    __table_args__ = {"schema": "sessions"}

    id: Mapped[Id]
    reference: Mapped[str]
    form_key: Mapped[str]
    state: Mapped[str]
    service_id: Mapped[int] = mapped_column(ForeignKey(Service.id))
    name: Mapped[str | None]
    email: Mapped[str | None]
    locale: Mapped[str]
    zone: Mapped[str]
    country: Mapped[str]
    from_on: Mapped[date]
    until_on: Mapped[date]
    part: Mapped[str]
    passes: Mapped[int] = mapped_column(default=0)
    queued_at: Mapped[datetime]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    link_version: Mapped[int] = mapped_column(default=1)

    service: Mapped[Service] = relationship()
    offers: Mapped[list[Offer]] = relationship(order_by="Offer.id", back_populates="wish")


class Offer(Base):
    """That a wish was offered a time as the hold of a session; `outcome` once it is over.

    `starts_at` and `ends_at` (UTC) are what was offered, whatever the session became.
    """

    __tablename__ = "offer"
    __table_args__ = {"schema": "sessions"}

    id: Mapped[Id]
    wish_id: Mapped[int] = mapped_column(ForeignKey(Wish.id))
    session_id: Mapped[int] = mapped_column(ForeignKey(RemoteSession.id))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    offered_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None]

    wish: Mapped[Wish] = relationship(back_populates="offers")
    session: Mapped[RemoteSession] = relationship()
