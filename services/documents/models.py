"""Documents, what exactly they said when, and who agreed to which wording."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.core.db import Base, Id
from services.core.texts import Texts


class Document(Base):
    """A kind of document: offer, privacy, consent_services, consent_remote, regulation, cookies."""

    __tablename__ = "document"
    __table_args__ = {"schema": "documents"}

    kind: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[Texts]
    position: Mapped[int]


class Version(Base):
    """One wording, in both languages (Markdown), in force from a date of the vendor's zone.

    Rows never change: `sha256` is taken over both texts.
    """

    __tablename__ = "version"
    __table_args__ = {"schema": "documents"}

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(ForeignKey(Document.kind))
    n: Mapped[int]
    valid_from_on: Mapped[date]
    body: Mapped[Texts]
    sha256: Mapped[str]
    is_demo: Mapped[bool] = mapped_column(default=False)
    published_at: Mapped[datetime]

    document: Mapped[Document] = relationship(lazy="joined")


class Acceptance(Base):
    """That a person agreed to a wording, about one thing (`subject_ref`), by some means."""

    __tablename__ = "acceptance"
    __table_args__ = {"schema": "documents"}

    id: Mapped[Id]
    version_id: Mapped[int] = mapped_column(ForeignKey(Version.id))
    person_id: Mapped[int]
    subject_ref: Mapped[str]
    means: Mapped[str]
    at: Mapped[datetime]

    version: Mapped[Version] = relationship()


class AcceptanceOrigin(Base):
    """Where an acceptance came from: the personal side, which may be erased."""

    __tablename__ = "acceptance_origin"
    __table_args__ = {"schema": "documents"}

    acceptance_id: Mapped[int] = mapped_column(ForeignKey(Acceptance.id), primary_key=True)
    address: Mapped[str]
    agent: Mapped[str]


class Question(Base):
    """A frequent question; the answer is Markdown, `leads_to` a path of ours or empty."""

    __tablename__ = "question"
    __table_args__ = {"schema": "documents"}

    id: Mapped[Id]
    slug: Mapped[str]
    position: Mapped[int]
    question: Mapped[Texts]
    answer: Mapped[Texts]
    leads_to: Mapped[str] = mapped_column(default="")
