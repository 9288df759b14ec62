"""Keeping a time that was taken: longer, as a reservation, or no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from services import scheduling
from services.core.audit import record
from services.core.jobs import defer
from services.scheduling import HoldLapsedError
from services.sessions.models import RemoteSession
from services.sessions.offers import time_freed
from services.sessions.queries import get_session_by_id, is_held
from services.sessions.seats import locked, occupancies_of, seated
from services.sessions.states import move

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from services.core.jobs import Queue


def extend_hold(db: Session, *, session: RemoteSession, until: datetime, now: datetime) -> RemoteSession:
    """Keep the time until `until`, never shorter than before; raises HoldLapsedError."""
    locked(db, session)
    must_be_held(session, now)
    extend_locked(db, session, until=until, now=now)
    db.flush()
    return session


def extend_locked(db: Session, session: RemoteSession, *, until: datetime, now: datetime) -> None:
    """Do the same for a session that is locked and known to be held; the caller flushes."""
    if session.held_until is not None and session.held_until < until:
        scheduling.extend(db, own=seated(session), until=until, now=now)
        session.held_until = until


def shorten_hold(db: Session, *, session: RemoteSession, until: datetime, now: datetime) -> RemoteSession:
    """Keep the time no longer than until `until`, never longer than before; raises HoldLapsedError.

    For what was reserved for an answer that turned out to be no.
    """
    locked(db, session)
    must_be_held(session, now)
    if session.held_until is None or session.held_until <= until:
        return session
    scheduling.shorten(db, own=seated(session), until=until, now=now)
    session.held_until = until
    db.flush()
    return session


def reserve(db: Session, *, session: RemoteSession, until: datetime, now: datetime) -> RemoteSession:
    """Turn the live hold into a reservation until `until`, or keep one longer; never shorter.

    For those who have said who they are and whose money takes days. A compare-and-set: raises
    HoldLapsedError when the hold is over.
    """
    locked(db, session)
    must_be_held(session, now)
    until = max(until, session.held_until or until)
    scheduling.reserve(db, own=seated(session), until=until, now=now)
    session.held_until, session.reserved_at = until, session.reserved_at or now
    db.flush()
    facts = {"until": until.isoformat()}
    subject = f"session:{session.reference}"
    record(db, actor="customer", verb="session.reserve", subject=subject, after=facts, now=now)
    return session


def expire(db: Session, *, session: RemoteSession, actor: str = "system", now: datetime) -> None:
    """Give up a time that was never booked; a session that expired before stays as it is.

    Raises IllegalMoveError once it is booked or ended otherwise.
    """
    locked(db, session)
    if session.state == "expired":
        return
    move(db, session, "expire", actor=actor, now=now, ended_at=now, ended_by="system")
    scheduling.release(db, occupancies=occupancies_of(db, session), now=now)
    time_freed(db, session=session, outcome="unanswered", now=now)


def expire_hold(db: Session, *, session_id: int, now: datetime) -> bool:
    """Expire the session if its hold is over; True when this call did it. Safe to run twice."""
    session = locked(db, get_session_by_id(db, session_id=session_id))
    if session.state != "held" or is_held(session, now=now):
        return False
    expire(db, session=session, now=now)
    return True


def look_at_lapsed(db: Session, *, now: datetime) -> int:
    """Queue a look at each of the desk's own holds whose time is over; gives how many there are.

    Their time is free for everybody from that very second, whether or not anybody looks: whether a hold
    is live is judged when it is read.
    """
    for_desk = RemoteSession.basis == "support"
    lapsed = db.scalars(lapsed_holds(now).where(for_desk)).all()
    for session_id in lapsed:
        queue_look(db, "free", session_id=session_id)
    return len(lapsed)


def queue_look(db: Session, queue: Queue, *, session_id: int, at: datetime | None = None) -> None:
    """Queue the job that looks whether a hold is over, at once or `at`, unless one waits already."""
    defer(db, "expire_hold", queue=queue, lock=f"expire_hold:{session_id}", at=at, session_id=session_id)


def lapsed_holds(now: datetime) -> Select[int]:
    """Select the ids of sessions that are still held though their time is over, the longest over first."""
    return (
        select(RemoteSession.id)
        .where(RemoteSession.state == "held", RemoteSession.held_until <= now)
        .order_by(RemoteSession.held_until, RemoteSession.id)
    )


def must_be_held(session: RemoteSession, now: datetime) -> None:
    """Pass silently while the time is kept; raises HoldLapsedError."""
    if not is_held(session, now=now):
        raise HoldLapsedError(reference=session.reference, state=session.state)
