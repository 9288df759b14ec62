"""Publishing documents and writing down who agreed to them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Literal

from sqlalchemy import insert, literal, select

from services.core.audit import record
from services.core.errors import InvalidError
from services.documents.models import (
    Acceptance,
    AcceptanceOrigin,
    Document,
    Question,
    Version,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from services.core.texts import Texts

Means = Literal["checkbox", "code", "payment", "paper"]
_AGENT_LENGTH = 300


def add_document(db: Session, *, kind: str, title: Texts, position: int) -> Document:
    """Register a kind of document; it shows nowhere before it has a version."""
    document = Document(kind=kind, title=title, position=position)
    db.add(document)
    db.flush()
    return document


def publish(
    db: Session,
    *,
    document: Document,
    body: Texts,
    valid_from_on: date,
    is_demo: bool = False,
    actor: str,
    now: datetime,
) -> Version:
    """Publish a new version, in force from a date not before that of the newest one.

    Raises InvalidError `empty` or `before_newest`. Numbers run 1…n per kind.
    """
    if not (body.ru.strip() and body.en.strip()):
        raise InvalidError("empty", field="body")
    db.get(Document, document.kind, with_for_update=True)  # two publishers, one number each
    newest = db.scalar(
        select(Version).where(Version.kind == document.kind).order_by(Version.n.desc()).limit(1)
    )
    n = newest.n if newest is not None else 0
    newest_on = newest.valid_from_on if newest is not None else valid_from_on
    if valid_from_on < newest_on:
        raise InvalidError("before_newest", field="valid_from_on", newest_on=newest_on)
    digest = hashlib.sha256(f"{body.ru}\0{body.en}".encode()).hexdigest()
    version = Version(
        kind=document.kind,
        n=n + 1,
        valid_from_on=valid_from_on,
        body=body,
        sha256=digest,
        is_demo=is_demo,
        published_at=now,
    )
    db.add(version)
    db.flush()
    record(
        db,
        actor=actor,
        verb="document.publish",
        subject=f"document:{document.kind}",
        after={"n": version.n, "sha256": digest},
        now=now,
    )
    return version


def accept(
    db: Session,
    *,
    version: Version,
    person_id: int,
    subject_ref: str,
    means: Means,
    address: str,
    agent: str,
    now: datetime,
) -> Acceptance:
    """Write down that a person agreed to exactly this wording about `subject_ref`."""
    (accepted,) = accept_all(
        db,
        versions=[version],
        person_id=person_id,
        subject_ref=subject_ref,
        means=means,
        address=address,
        agent=agent,
        now=now,
    )
    return db.get_one(Acceptance, accepted)


def accept_all(
    db: Session,
    *,
    versions: Sequence[Version],
    person_id: int,
    subject_ref: str,
    means: Means,
    address: str,
    agent: str,
    now: datetime,
) -> Sequence[int]:
    """Write down that a person agreed to these wordings at once, in one statement; gives the ids."""
    facts = {"person_id": person_id, "subject_ref": subject_ref, "means": means, "at": now}
    rows = [{"version_id": version.id, **facts} for version in versions]
    agreed = insert(Acceptance).values(rows).returning(Acceptance.id).cte("agreed")
    origins = select(agreed.c.id, literal(address), literal(agent[:_AGENT_LENGTH]))
    written = insert(AcceptanceOrigin).from_select(["acceptance_id", "address", "agent"], origins)
    return db.scalars(written.returning(AcceptanceOrigin.acceptance_id)).all()


def save_question(
    db: Session,
    *,
    slug: str,
    position: int,
    question: Texts,
    answer: Texts,
    leads_to: str,
    actor: str,
    now: datetime,
) -> Question:
    """Write or rewrite one frequent question, known by its slug."""
    entry = db.scalar(select(Question).where(Question.slug == slug)) or Question(slug=slug)
    entry.position, entry.question, entry.answer = position, question, answer
    entry.leads_to = leads_to
    db.add(entry)
    db.flush()
    record(db, actor=actor, verb="question.save", subject=f"question:{slug}", now=now)
    return entry
