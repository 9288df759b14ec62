"""Tables of a request: what was asked and answered, and what stands beside it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.catalogue.models import Product
from services.core.db import Base, Id
from services.people.models import Organisation, Person, StaffMember
from services.sessions.models import RemoteSession
from services.support.regulation.models import RegulationVersion


class Request(Base):
    """A free request; `number` is what people call it by.

    `received_at` is None while it waits for the company's contact person. `answers` are by the keys
    of the product's fields. `due_at` is the nearest deadline of a clock that runs, None while it rests:
    the queue's order. `found_in` names the paid session in which a product's defect was found, `form_key`
    the web form it was sent with. `resolution` is `solution` or `plan`: what ended it last.
    `ledger_length` counts the events of its ledger, so that a cut end shows.
    """

    __tablename__ = "request"
    __table_args__ = {"schema": "support"}

    id: Mapped[Id]
    number: Mapped[int]
    state: Mapped[str]
    source: Mapped[str]
    product_id: Mapped[int] = mapped_column(ForeignKey(Product.id))
    author_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey(Organisation.id))
    subject: Mapped[str]
    answers: Mapped[dict[str, Any]]
    employees: Mapped[int]
    impact: Mapped[str]
    cannot_collect: Mapped[bool] = mapped_column(default=False)
    regulation_id: Mapped[int | None] = mapped_column(ForeignKey(RegulationVersion.id))
    class_code: Mapped[str | None]
    class_reason: Mapped[str | None]
    written_at: Mapped[datetime]
    received_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey(StaffMember.id))
    resolved_at: Mapped[datetime | None]
    resolution: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("support.request.id"))
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("support.request.id"))
    found_in: Mapped[str | None]
    form_key: Mapped[str | None]
    link_version: Mapped[int] = mapped_column(default=1)
    ledger_length: Mapped[int] = mapped_column(default=0)

    product: Mapped[Product] = relationship()
    author: Mapped[Person] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    regulation: Mapped[RegulationVersion | None] = relationship()
    assignee: Mapped[StaffMember | None] = relationship()

    @property
    def reference(self) -> str:
        """How the audit log and the secret link name it: by its number."""
        return str(self.number)


class Message(Base):
    """One word of the conversation; `side` is `customer`, `staff`, or `system` (written by nobody).

    `mail_id` is the mail that carries it; `lost_at` when that mail was given up as undeliverable.
    """

    __tablename__ = "message"
    __table_args__ = {"schema": "support"}

    id: Mapped[Id]
    request_id: Mapped[int] = mapped_column(ForeignKey(Request.id))
    side: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    body: Mapped[str]
    at: Mapped[datetime]
    mail_id: Mapped[int | None]
    lost_at: Mapped[datetime | None]

    person: Mapped[Person | None] = relationship(lazy="joined")

    @property
    def subject_ref(self) -> str:
        """What its files belong to."""
        return f"support-message:{self.id}"


class Note(Base):
    """What staff tell each other; never shown to a customer, and no clock hears it."""

    __tablename__ = "note"
    __table_args__ = {"schema": "support"}

    id: Mapped[Id]
    request_id: Mapped[int] = mapped_column(ForeignKey(Request.id))
    staff_id: Mapped[int] = mapped_column(ForeignKey(StaffMember.id))
    body: Mapped[str]
    at: Mapped[datetime]

    staff: Mapped[StaffMember] = relationship(lazy="joined")


class InfoRequest(Base):
    """What is missing: `items` [{"code", "detail"}], of the regulation; open until `ended_at`.

    The only thing that rests the clocks. `asked_by` None: the system asked at receipt.
    """

    __tablename__ = "info_request"
    __table_args__ = {"schema": "support"}

    id: Mapped[Id]
    request_id: Mapped[int] = mapped_column(ForeignKey(Request.id))
    message_id: Mapped[int | None] = mapped_column(ForeignKey(Message.id))
    items: Mapped[Any] = mapped_column(JSONB)
    asked_at: Mapped[datetime]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey(StaffMember.id))
    ended_at: Mapped[datetime | None]


class Rating(Base):
    """What the customer said of the help, once: `helped`, `partly`, `not`."""

    __tablename__ = "rating"
    __table_args__ = {"schema": "support"}

    request_id: Mapped[int] = mapped_column(ForeignKey(Request.id), primary_key=True)
    grade: Mapped[str]
    at: Mapped[datetime]


class Mention(Base):
    """That the paid session was mentioned, once and in neutral words; declining changes nothing."""

    __tablename__ = "mention"
    __table_args__ = {"schema": "support"}

    request_id: Mapped[int] = mapped_column(ForeignKey(Request.id), primary_key=True)
    why: Mapped[str]
    at: Mapped[datetime]
    staff_id: Mapped[int] = mapped_column(ForeignKey(StaffMember.id))
    declined_at: Mapped[datetime | None]


class RequestSession(Base):
    """A free remote connection within a request."""

    __tablename__ = "request_session"
    __table_args__ = {"schema": "support"}

    request_id: Mapped[int] = mapped_column(ForeignKey(Request.id))
    session_id: Mapped[int] = mapped_column(ForeignKey(RemoteSession.id), primary_key=True)
    arranged_at: Mapped[datetime]
    arranged_by: Mapped[int] = mapped_column(ForeignKey(StaffMember.id))

    session: Mapped[RemoteSession] = relationship(lazy="joined")


class Numbering(Base):
    """The last number given (one row): numbers have no gaps."""

    __tablename__ = "numbering"
    __table_args__ = {"schema": "support"}

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class Draft(Base):
    """A form to be gone on with, sealed; `reference` is random and stands in its secret link."""

    __tablename__ = "draft"
    __table_args__ = {"schema": "support"}

    id: Mapped[Id]
    reference: Mapped[str]
    product_id: Mapped[int] = mapped_column(ForeignKey(Product.id))
    body_enc: Mapped[bytes]
    saved_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    link_version: Mapped[int] = mapped_column(default=1)

    product: Mapped[Product] = relationship()
