"""Which wording is in force, and who agreed to what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from services.core.errors import NotFoundError
from services.documents.models import Acceptance, Document, Question, Version

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy.orm import Session


def find_current(db: Session, *, kind: str, on: date) -> Version | None:
    """The version of `kind` in force on a date of the vendor's zone, if there is one."""
    return db.scalar(
        select(Version)
        .where(Version.kind == kind, Version.valid_from_on <= on)
        .order_by(Version.valid_from_on.desc(), Version.n.desc())
        .limit(1)
    )


def get_current(db: Session, *, kind: str, on: date) -> Version:
    """The version of `kind` in force on a date; raises NotFoundError."""
    version = find_current(db, kind=kind, on=on)
    if version is None:
        raise NotFoundError(kind="document")
    return version


def list_current(db: Session, *, kinds: Sequence[str], on: date) -> list[Version]:
    """The versions of all `kinds` in force on a date, in this order; raises NotFoundError."""
    newest = (
        select(Version)
        .ext(distinct_on(Version.kind))
        .where(Version.kind.in_(kinds), Version.valid_from_on <= on)
        .order_by(Version.kind, Version.valid_from_on.desc(), Version.n.desc())
    )
    found = {version.kind: version for version in db.scalars(newest)}
    if len(found) < len(kinds):
        raise NotFoundError(kind="document")
    return [found[kind] for kind in kinds]


def get_version(db: Session, *, kind: str, n: int) -> Version:
    """Version number `n` of `kind`; raises NotFoundError."""
    version = db.scalar(select(Version).where(Version.kind == kind, Version.n == n))
    if version is None:
        raise NotFoundError(kind="document")
    return version


def list_versions(db: Session, *, kind: str) -> Sequence[Version]:
    """All versions of `kind`, newest first."""
    return db.scalars(select(Version).where(Version.kind == kind).order_by(Version.n.desc())).all()


def list_documents(db: Session) -> Sequence[Document]:
    """The registry in its order."""
    return db.scalars(select(Document).order_by(Document.position, Document.kind)).all()


def list_questions(db: Session) -> Sequence[Question]:
    """The frequent questions in their order."""
    return db.scalars(select(Question).order_by(Question.position, Question.id)).all()


def list_acceptances(db: Session, *, subject_ref: str) -> Sequence[Acceptance]:
    """Who agreed to what about one thing, oldest first."""
    return db.scalars(
        select(Acceptance).where(Acceptance.subject_ref == subject_ref).order_by(Acceptance.id)
    ).all()


def get_document(db: Session, *, kind: str) -> Document:
    """The kind of document; raises NotFoundError."""
    document = db.get(Document, kind)
    if document is None:
        raise NotFoundError(kind="document")
    return document


def get_question(db: Session, *, slug: str) -> Question:
    """The frequent question with this slug; raises NotFoundError."""
    question = db.scalar(select(Question).where(Question.slug == slug))
    if question is None:
        raise NotFoundError(kind="question")
    return question
