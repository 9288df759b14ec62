"""The audit log: who did what to which thing, append-only by right and by trigger."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from psycopg.types.json import Jsonb
from sqlalchemy import BigInteger, Identity, insert
from sqlalchemy.orm import Mapped, mapped_column

from services.core.db import Base, cast_to

if TYPE_CHECKING:
    from sqlalchemy import Table
    from sqlalchemy.orm import Session


class AuditRow(Base):
    """One act. Holds ids and codes only: a person's data stands in erasable rows elsewhere."""

    __tablename__ = "audit"
    __table_args__ = {"schema": "core"}

    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    verb: Mapped[str]
    subject: Mapped[str]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]


# Of the bare table: hot paths write several of these, and need no objects.
_INSERT = insert(cast("Table", AuditRow.__table__)).inline()


def recording(of: str, verb: str, *, also: str = "jsonb_build_object()") -> str:
    """SQL that does what `record` does, for each row of the CTE `of`, whose values `noting` gives.

    For a statement (`ask`) that writes what is told of, too; `also` (SQL, jsonb) is put to `after`.
    """
    said = (cast_to(AuditRow, name, f"{of}_{name}") for name in ("actor", "subject", "after"))
    actor, subject, after = said
    return f"""
        INSERT INTO core.audit (at, verb, actor, subject, after)
        SELECT {cast_to(AuditRow, "at", "now")}, '{verb}', {actor}, {subject}, {after} || {also} FROM {of}
    """  # noqa: S608 - made of the words above alone


def noting(of: str, *, actor: str, subject: str, after: dict[str, Any], now: datetime) -> dict[str, object]:
    """Give the values of `recording`; what they are is said at `record`."""
    return {"now": now, f"{of}_actor": actor, f"{of}_subject": subject, f"{of}_after": Jsonb(after)}


def record(
    db: Session,
    *,
    actor: str,
    verb: str,
    subject: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    now: datetime,
) -> None:
    """Write one row in the current transaction.

    `actor` is `customer`, `system`, `provider` or `staff:<person id>`; `subject` is a kind
    and a reference or id (`session:S-7Q4M-2XKD`). Never put names or addresses in here.
    """
    # A bare insert: the free flow's role may insert, and read nothing back. No flush either:
    # a verb may have more to set on the thing that it has just moved.
    row = {"at": now, "actor": actor, "verb": verb, "subject": subject, "before": before, "after": after}
    with db.no_autoflush:
        db.execute(_INSERT, [row])
