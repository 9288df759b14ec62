"""Which sessions take a specialist's time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from services.sessions.models import RemoteSession, Seat

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session


def sessions_by_occupancy(db: Session, *, occupancy_ids: Collection[int]) -> dict[int, RemoteSession]:
    """Give the sessions that sit in these occupancies (ids), in one statement."""
    if not occupancy_ids:
        return {}
    query = (
        select(Seat.occupancy_id, RemoteSession)
        .join(RemoteSession, RemoteSession.id == Seat.session_id)
        .where(Seat.occupancy_id.in_(occupancy_ids))
    )
    return {row[0]: row[1] for row in db.execute(query)}
