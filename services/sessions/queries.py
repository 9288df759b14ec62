"""Looking sessions up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from services.scheduling.models import Occupancy, Specialist
from services.sessions.errors import SessionNotFoundError
from services.sessions.models import RemoteSession, Seat
from services.sessions.seats import seats_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session


AGREED: Final = ("booked", "in_progress", "delivered", "missed")
"""States of sessions that somebody counts on, or did."""


def get_session(db: Session, *, reference: str, lock: bool = False) -> RemoteSession:
    """Give the session with this reference; `lock` keeps others from moving it.

    Raises SessionNotFoundError.
    """
    query = select(RemoteSession).where(RemoteSession.reference == reference)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    session = db.scalar(query)
    if session is None:
        raise SessionNotFoundError(reference=reference)
    return session


def get_session_by_id(db: Session, *, session_id: int) -> RemoteSession:
    """Give the session with this id; raises SessionNotFoundError."""
    session = db.get(RemoteSession, session_id)
    if session is None:
        raise SessionNotFoundError(session=session_id)
    return session


def is_held(session: RemoteSession, *, now: datetime) -> bool:
    """Tell whether the session's time is kept and not booked yet."""
    return session.state == "held" and session.held_until is not None and session.held_until > now


def held_until(session: RemoteSession) -> datetime:
    """Give the end of the hold (UTC); raises SessionNotFoundError when it is none."""
    if session.held_until is None:
        raise SessionNotFoundError(reference=session.reference)
    return session.held_until


def specialist_of(db: Session, *, session: RemoteSession) -> Specialist:
    """Give the specialist who does (or did) the session; of several, the leading one."""
    return seats_of(db, session)[0].occupancy.specialist


def specialist_name(db: Session, *, session: RemoteSession) -> str:
    """Give that specialist's name, as the customer may see it."""
    return specialist_of(db, session=session).name


def list_sessions(
    db: Session,
    *,
    after: datetime,
    before: datetime,
    specialist: Specialist | None = None,
    states: Collection[str] = AGREED,
) -> Sequence[RemoteSession]:
    """List the sessions that start in `[after, before)`, in order, with people and seats loaded.

    The same number of statements, whatever the number of sessions.
    """
    query = (
        select(RemoteSession)
        .where(
            RemoteSession.starts_at >= after,
            RemoteSession.starts_at < before,
            RemoteSession.state.in_(states),
        )
        .options(
            joinedload(RemoteSession.person),
            joinedload(RemoteSession.organisation),
            joinedload(RemoteSession.product),
            joinedload(RemoteSession.preparation),
            selectinload(RemoteSession.seats).joinedload(Seat.occupancy).joinedload(Occupancy.specialist),
        )
        .order_by(RemoteSession.starts_at, RemoteSession.id)
    )
    if specialist is not None:
        seated = select(Seat.session_id).join(Occupancy)
        query = query.where(
            RemoteSession.id.in_(
                seated.where(Occupancy.specialist_id == specialist.id, Seat.left_at.is_(None))
            )
        )
    return db.scalars(query).all()


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
