"""Adding to the catalogue and editing it; each change is audited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from services.catalogue.models import Product, RequestField, Service, Tool
from services.core.audit import record

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

Entry = TypeVar("Entry", Product, Service, Tool)


def add(db: Session, *, entry: Entry, actor: str, now: datetime) -> Entry:
    """Put a product, service or tool into the catalogue."""
    db.add(entry)
    db.flush()
    _note(db, entry, verb="catalogue.add", actor=actor, now=now)
    return entry


def edit(db: Session, *, entry: Entry, changes: dict[str, Any], actor: str, now: datetime) -> Entry:
    """Change the named attributes of an entry; what was sold before keeps its own copy."""
    for name, value in changes.items():
        setattr(entry, name, value)
    db.flush()
    _note(db, entry, verb="catalogue.edit", actor=actor, now=now, changed=sorted(changes))
    return entry


def add_request_field(db: Session, *, product: Product, field: RequestField) -> RequestField:
    """Add a field to the product's free request form."""
    product.fields.append(field)
    db.flush()
    return field


def _note(
    db: Session, entry: Entry, *, verb: str, actor: str, now: datetime, changed: list[str] | None = None
) -> None:
    record(
        db,
        actor=actor,
        verb=verb,
        subject=f"{type(entry).__name__.lower()}:{entry.slug}",
        after={"changed": changed} if changed else None,
        now=now,
    )
