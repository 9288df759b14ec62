"""Adding to the catalogue and editing it; each change is audited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from services.catalogue.models import Product, RequestField, Service, Tool
from services.core.audit import record
from services.core.errors import InvalidError

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


def add_request_field(
    db: Session, *, product: Product, field: RequestField, actor: str, now: datetime
) -> RequestField:
    """Add a field to the product's free request form; raises InvalidError (`key_taken`)."""
    _require_free_key(product, field.key)
    product.fields.append(field)
    db.flush()
    record(
        db, actor=actor, verb="catalogue.add_field", subject=_of(product), after={"field": field.key}, now=now
    )
    return field


def edit_request_field(
    db: Session, *, product: Product, field: RequestField, changes: dict[str, Any], actor: str, now: datetime
) -> RequestField:
    """Change the named attributes of a product's field; raises InvalidError (`key_taken`)."""
    before = {"field": field.key}
    _require_free_key(product, changes.get("key", field.key), but=field)
    for name, value in changes.items():
        setattr(field, name, value)
    db.flush()
    after = {"field": field.key, "changed": sorted(changes)}
    record(
        db,
        actor=actor,
        verb="catalogue.edit_field",
        subject=_of(product),
        before=before,
        after=after,
        now=now,
    )
    return field


def remove_request_field(
    db: Session, *, product: Product, field: RequestField, actor: str, now: datetime
) -> None:
    """Take a field off the product's free request form; answers given before stay with their requests."""
    before = {"field": field.key}
    db.delete(field)
    db.flush()
    db.expire(product, ["fields"])
    record(db, actor=actor, verb="catalogue.remove_field", subject=_of(product), before=before, now=now)


def _require_free_key(product: Product, key: str, *, but: RequestField | None = None) -> None:
    if any(one.key == key for one in product.fields if one is not but):
        raise InvalidError("key_taken", field="key")


def _of(entry: Entry) -> str:
    return f"{type(entry).__name__.lower()}:{entry.slug}"


def _note(
    db: Session, entry: Entry, *, verb: str, actor: str, now: datetime, changed: list[str] | None = None
) -> None:
    record(
        db,
        actor=actor,
        verb=verb,
        subject=_of(entry),
        after={"changed": changed} if changed else None,
        now=now,
    )
