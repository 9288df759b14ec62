"""Texts that staff answer with; every change makes a version, so that it can be told what was used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from services.core.audit import record
from services.core.errors import NotFoundError
from services.support.queue.errors import CannedTextError
from services.support.queue.models import CannedText, CannedVersion

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.core.texts import Texts

_Any = aliased(CannedVersion)
LONGEST_TITLE, LONGEST_BODY = 120, 8000


def add_canned_text(db: Session, *, title: Texts, body: Texts, actor: str, now: datetime) -> CannedVersion:
    """Add a text at the end of the list; raises CannedTextError."""
    last = db.scalars(select(func.coalesce(func.max(CannedText.position), 0))).one()
    canned = CannedText(position=last + 1)
    db.add(canned)
    db.flush()
    return _write(db, canned, 1, title, body, actor=actor, now=now)


def edit_canned_text(
    db: Session, *, canned: CannedText, title: Texts, body: Texts, active: bool, actor: str, now: datetime
) -> CannedVersion:
    """Write its next version, and whether it is offered; raises CannedTextError."""
    db.refresh(canned, with_for_update=True)
    canned.active = active
    current = _current(db, canned.id)
    if (current.title, current.body) == (title, body):
        return current
    return _write(db, canned, current.n + 1, title, body, actor=actor, now=now)


def get_canned_text(db: Session, *, canned_id: int) -> tuple[CannedText, CannedVersion]:
    """A text and what it says now; raises NotFoundError."""
    canned = db.get(CannedText, canned_id)
    if canned is None:
        raise NotFoundError(kind="canned_text")
    return canned, _current(db, canned.id)


def list_canned_texts(db: Session, *, active_only: bool = True) -> Sequence[tuple[CannedText, CannedVersion]]:
    """The texts in their order, each with what it says now."""
    newest = select(func.max(_Any.n)).where(_Any.canned_text_id == CannedText.id).correlate(CannedText)
    query = (
        select(CannedText, CannedVersion)
        .join(CannedVersion, CannedVersion.canned_text_id == CannedText.id)
        .where(CannedVersion.n == newest.scalar_subquery())
        .order_by(CannedText.position, CannedText.id)
    )
    if active_only:
        query = query.where(CannedText.active)
    return [(canned, version) for canned, version in db.execute(query).all()]


def list_canned_versions(db: Session, *, canned: CannedText) -> Sequence[CannedVersion]:
    """Its versions, the newest first."""
    query = select(CannedVersion).where(CannedVersion.canned_text_id == canned.id)
    return db.scalars(query.order_by(CannedVersion.n.desc())).all()


def _current(db: Session, canned_id: int) -> CannedVersion:
    query = select(CannedVersion).where(CannedVersion.canned_text_id == canned_id)
    return db.scalars(query.order_by(CannedVersion.n.desc()).limit(1)).one()


def _write(
    db: Session, canned: CannedText, n: int, title: Texts, body: Texts, *, actor: str, now: datetime
) -> CannedVersion:
    for locale in ("ru", "en"):
        if not (title.of(locale).strip() and body.of(locale).strip()):
            raise CannedTextError("canned_empty", field=f"body_{locale}")
        if len(title.of(locale)) > LONGEST_TITLE or len(body.of(locale)) > LONGEST_BODY:
            raise CannedTextError("canned_long", field=f"body_{locale}")
    version = CannedVersion(canned_text_id=canned.id, n=n, title=title, body=body, at=now, by=actor)
    db.add(version)
    db.flush()
    facts = {"n": n}
    record(db, actor=actor, verb="canned.write", subject=f"canned:{canned.id}", after=facts, now=now)
    return version
