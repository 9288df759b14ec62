"""The time that a browser keeps: it is no obstacle to the browser's own choice."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, select

from services.sessions.models import HolderRow, RemoteSession, Seat
from services.sessions.seats import token_hash

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


class OwnTime(NamedTuple):
    """A time that is kept: of which service, from when (UTC), by which occupancies."""

    service_id: int
    start: datetime
    occupancy_ids: frozenset[int]


def find_own_time(
    db: Session, *, browser_token: str | None = None, session: RemoteSession | None = None, now: datetime
) -> OwnTime | None:
    """Give what this browser, or this session, keeps without having booked it; one statement."""
    query = (
        select(RemoteSession.service_id, RemoteSession.starts_at, func.array_agg(Seat.occupancy_id))
        .join(Seat, Seat.session_id == RemoteSession.id)
        .where(Seat.left_at.is_(None), RemoteSession.state == "held", RemoteSession.held_until > now)
        .group_by(RemoteSession.id)
        .order_by(RemoteSession.id.desc())
        .limit(1)
    )
    if session is not None:
        query = query.where(RemoteSession.id == session.id)
    else:
        query = query.join(HolderRow, HolderRow.session_id == RemoteSession.id).where(
            HolderRow.token_hash == token_hash(db, browser_token or "")
        )
    row = db.execute(query).one_or_none()
    return None if row is None else OwnTime(row[0], row[1], frozenset(row[2]))
