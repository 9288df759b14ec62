"""The append-only record of tries to sign in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from sqlalchemy import insert, select

from services.core.db import core_of
from webapp.auth.models import SignIn

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def record(
    db: Session,
    *,
    user_id: int | None,
    outcome: Literal["accepted", "refused", "throttled"],
    address: str,
    now: datetime,
) -> None:
    """Write one try; `address` is the network address, of which a keyed hash is kept.

    For a refusal give the session of `record_refusal`, or the row goes with the answer.
    """
    mac = core_of(db).keys.mac("sign-in address", address)
    row = {"at": now, "user_id": user_id, "outcome": outcome, "address_mac": mac}
    db.execute(insert(SignIn), [row])


def last_accepted(db: Session, *, user_ids: list[int]) -> dict[int, datetime]:
    """When each of these users signed in last (UTC); those who never did are left out."""
    rows = db.execute(
        select(SignIn.user_id, SignIn.at)
        .where(SignIn.user_id.in_(user_ids), SignIn.outcome == "accepted")
        .order_by(SignIn.user_id, SignIn.at)
    )
    return {user_id: at for user_id, at in rows if user_id is not None}
