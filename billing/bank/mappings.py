"""How a bank's tables are read, said once and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from billing.bank.models import Mapping
from services.core.audit import record
from services.core.errors import InvalidError, NotFoundError

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from billing.bank.table import TableMapping
    from billing.sellers.models import Seller


class MappingNameTakenError(InvalidError):
    """The seller has another mapping with this name; code `mapping_name_taken`."""


def get_mapping(db: Session, *, mapping_id: int) -> Mapping:
    """The mapping with this id; raises NotFoundError."""
    found = db.get(Mapping, mapping_id)
    if found is None:
        raise NotFoundError(kind="statement_mapping")
    return found


def save_mapping(
    db: Session,
    *,
    seller: Seller,
    name: str,
    table: TableMapping,
    mapping: Mapping | None = None,
    actor: str,
    now: datetime,
) -> Mapping:
    """Keep a new mapping, or change one. Raises StatementError when nothing could be read by it."""
    table.check()
    same = db.scalar(select(Mapping).where(Mapping.seller_id == seller.id, Mapping.name == name))
    if same is not None and same is not mapping:
        raise MappingNameTakenError("mapping_name_taken", field="name")
    kept = mapping or Mapping(seller_id=seller.id)
    kept.seller_id, kept.name, kept.columns, kept.changed_at = seller.id, name, table.to_json(), now
    db.add(kept)
    db.flush()
    record(db, actor=actor, verb="statement_mapping.save", subject=f"statement_mapping:{kept.id}", now=now)
    return kept


def remove_mapping(db: Session, *, mapping: Mapping, actor: str, now: datetime) -> None:
    """Forget a mapping; what was imported by it stays."""
    subject = f"statement_mapping:{mapping.id}"
    db.delete(mapping)
    db.flush()
    record(db, actor=actor, verb="statement_mapping.remove", subject=subject, now=now)
