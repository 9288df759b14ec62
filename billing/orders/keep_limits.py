"""The stored limits of how long a time is kept."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from billing.orders.deadlines import KeepLimits
from services.core.vendor import find_setting, store_setting

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

SETTING: Final = "keep_limits"


def keep_limits(db: Session) -> KeepLimits:
    """The limits in force."""
    return KeepLimits.from_json(find_setting(db, key=SETTING))


def edit_keep_limits(db: Session, *, limits: KeepLimits, actor: str, now: datetime) -> None:
    """Replace the limits; what was promised before stays promised."""
    before = asdict(keep_limits(db))
    store_setting(db, key=SETTING, value=asdict(limits), actor=actor, before=before, now=now)
