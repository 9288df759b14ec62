"""The vendor's profile: who runs this installation; edited by the administrator."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, mapped_column

from services.core.audit import record
from services.core.db import Base
from services.core.errors import NotFoundError
from services.core.revisions import Kept
from services.core.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from services.core.revisions import Topic

_KEY = "vendor"
_TOGETHER = (_KEY, "hold_limits", "keep_limits")
"""What one request mostly asks for together; small, and the same for all of its transaction."""
_READ = "settings read"
_kept: Kept[dict[str, Any]] = Kept("vendor")


class Setting(Base):
    """A stored, typed, audited setting; each key has its dataclass beside its domain."""

    __tablename__ = "setting"
    __table_args__ = {"schema": "core"}

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(JSONB)
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]


@dataclass(frozen=True)
class VendorProfile:
    """The vendor as customers see him; every field may be edited, phone and links may be empty."""

    name: Texts
    """The support department's name in a signature."""
    products_line: Texts
    """What the header says beside the wordmark."""
    legal_name: Texts
    support_email: str
    phone: str
    blog_url: str
    zone: str
    """IANA name; the second time on every page, and the zone of the vendor's dates."""
    city_in: Texts
    """The zone's city with its preposition: «в Москве», “in Moscow”."""


def find_setting(db: Session, *, key: str) -> Any | None:
    """The stored JSON value of `key`, or None. Those of `_TOGETHER` are read once a transaction."""
    if key not in _TOGETHER:
        return db.scalar(select(Setting.value).where(Setting.key == key))
    transaction, known = db.info.get(_READ, (None, {}))
    if transaction is None or transaction is not db.get_transaction():
        known = _read(db)
        db.info[_READ] = (db.get_transaction(), known)
    return known.get(key)


def know_settings(db: Session, *, seen: Mapping[Topic, str]) -> None:
    """Let `find_setting` answer for those of `_TOGETHER` out of memory until this transaction ends.

    `seen` are the revisions of all topics, read before in this transaction, or believed.
    """
    db.connection()  # a transaction has begun then
    known = _kept.get(db, key=_TOGETHER, seen=seen, make=lambda: _read(db))
    db.info[_READ] = (db.get_transaction(), known)


def _read(db: Session) -> dict[str, Any]:
    query = select(Setting.key, Setting.value).where(Setting.key.in_(_TOGETHER))
    return dict(db.execute(query).all())


def store_setting(
    db: Session,
    *,
    key: str,
    value: Any,
    actor: str,
    before: dict[str, Any] | None = None,
    now: datetime,
) -> None:
    """Write `value` (JSON) under `key` and audit that it changed; with `before`, also how."""
    row = {"key": key, "value": value, "changed_by": actor, "changed_at": now}
    db.info.pop(_READ, None)
    db.execute(insert(Setting).values(row).on_conflict_do_update(index_elements=["key"], set_=row))
    after = value if before is not None else None
    subject = f"setting:{key}"
    record(db, actor=actor, verb="setting.edit", subject=subject, before=before, after=after, now=now)


def vendor(db: Session) -> VendorProfile:
    """The profile in force; raises NotFoundError before one is stored."""
    stored = find_setting(db, key=_KEY)
    if stored is None:
        raise NotFoundError(kind="vendor")
    return profile_from_json(stored)


def profile_from_json(stored: dict[str, Any]) -> VendorProfile:
    """Read the profile as it is stored."""
    values: dict[str, Any] = {
        field.name: Texts.from_json(stored[field.name])
        if isinstance(stored[field.name], dict)
        else stored[field.name]
        for field in fields(VendorProfile)
    }
    return VendorProfile(**values)


def edit_vendor(db: Session, *, profile: VendorProfile, actor: str, now: datetime) -> None:
    """Replace the profile."""
    store_setting(db, key=_KEY, value=asdict(profile), actor=actor, now=now)
