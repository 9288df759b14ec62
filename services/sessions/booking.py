"""From a live hold to a booked session, and to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services import scheduling
from services.core.jobs import defer
from services.scheduling import HoldLapsedError
from services.sessions import letters
from services.sessions.errors import ConsentNeededError, NobodyDescribedError
from services.sessions.models import Preparation
from services.sessions.offers import offer_taken, time_freed
from services.sessions.queries import is_held
from services.sessions.seats import locked, occupancies_of
from services.sessions.states import move

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.scheduling.models import Specialist
    from services.sessions.models import RemoteSession
    from services.sessions.states import EndedBy


def confirm(db: Session, *, session: RemoteSession, actor: str, now: datetime) -> RemoteSession:
    """Book the time that is held, by a compare-and-set; the specialists get their invitations.

    Raises HoldLapsedError when the hold is over, NobodyDescribedError when nobody said for whom,
    IllegalMoveError when it is booked already or ended.
    """
    confirm_locked(db, session=locked(db, session), actor=actor, now=now)
    return session


def confirm_locked(db: Session, *, session: RemoteSession, actor: str, now: datetime) -> Sequence[Specialist]:
    """Do the same for a session that is locked; gives who does it, the leading one first."""
    if session.state == "expired" or (session.state == "held" and not is_held(session, now=now)):
        raise HoldLapsedError(reference=session.reference, state=session.state)
    if session.person_id is None and session.state == "held":
        raise NobodyDescribedError(reference=session.reference)
    move(db, session, "confirm", actor=actor, now=now, held_until=None, booked_at=now)
    taken = occupancies_of(db, session)
    specialists = [row.specialist for row in taken]
    scheduling.confirm(db, occupancies=taken, now=now)
    letters.tell_booked(db, session=session, specialists=specialists, now=now)
    offer_taken(db, session=session, now=now)
    return specialists


def cancel(
    db: Session, *, session: RemoteSession, ended_by: EndedBy, actor: str, now: datetime
) -> RemoteSession:
    """Call a held or booked session off and free its time; the specialists are told.

    What it means for money is the caller's part. Raises IllegalMoveError once it began or ended.
    """
    locked(db, session)
    was_booked = session.state == "booked"
    move(db, session, "cancel", actor=actor, now=now, ended_at=now, ended_by=ended_by)
    scheduling.release(db, occupancies=occupancies_of(db, session), now=now)
    time_freed(db, session=session, outcome="let_go", now=now)
    if was_booked:
        letters.tell_cancelled(db, session=session, now=now)
    return session


def can_cancel(session: RemoteSession, *, now: datetime) -> bool:
    """Tell whether the customer may call the booked session off by himself: until its start."""
    return session.state == "booked" and now < session.starts_at


def start(db: Session, *, session: RemoteSession, actor: str, now: datetime) -> RemoteSession:
    """Begin the session; raises ConsentNeededError without the consent to the connection.

    Of the free desk it defers `session_started`, with the moment: a request may wait for just this.
    """
    locked(db, session)
    prepared = db.get(Preparation, session.id)
    if session.state == "booked" and (prepared is None or prepared.consent_version_id is None):
        raise ConsentNeededError(reference=session.reference)
    move(db, session, "start", actor=actor, now=now)
    if session.for_desk:
        # The moment goes along: a late worker must not change what the clocks say.
        defer(db, "session_started", queue="free", session_id=session.id, started_at=now.isoformat())
    return session


def deliver(db: Session, *, session: RemoteSession, actor: str, now: datetime) -> RemoteSession:
    """End a session that took place; its time stays taken to its planned end.

    Defers `session_delivered`: who sold or promised it may have something to do now.
    """
    _end(db, session, "deliver", actor=actor, now=now)
    defer(db, "session_delivered", queue=session.queue, session_id=session.id)
    return session


def miss(db: Session, *, session: RemoteSession, actor: str, now: datetime) -> RemoteSession:
    """Note that the customer didn't come; the time stays taken.

    Defers `session_missed`: who sold it may have something to keep, and to give back.
    """
    _end(db, session, "miss", actor=actor, now=now)
    defer(db, "session_missed", queue=session.queue, session_id=session.id)
    return session


def _end(db: Session, session: RemoteSession, verb: str, *, actor: str, now: datetime) -> RemoteSession:
    locked(db, session)
    move(db, session, verb, actor=actor, now=now, ended_at=now, ended_by="vendor")
    return session
