"""The audit log: who did what to which thing, append-only by right and by trigger."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, cast

from psycopg.types.json import Jsonb
from sqlalchemy import BigInteger, Identity, insert
from sqlalchemy.orm import Mapped, mapped_column

from services.core.db import Base

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

RECORDING: Final = """
    INSERT INTO core.audit (at, actor, verb, subject, after)
    VALUES (%(now)s, %(actor)s, %(verb)s, %(subject)s, %(after)s)
"""
"""`record` within a statement (`ask`) that writes what it tells of, too; `noting` gives its values."""


def noting(*, actor: str, verb: str, subject: str, after: dict[str, Any], now: datetime) -> dict[str, object]:
    """Give the values of `RECORDING`; what they are is said at `record`."""
    return {"now": now, "actor": actor, "verb": verb, "subject": subject, "after": Jsonb(after)}


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
