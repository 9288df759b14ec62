"""Times that were offered to who waits: the line, and what became of each offer.

Whoever sells makes the offer; here is only written down what happened to the session's hold. The
wish's row is the last that anybody locks: after the session's, and after the dates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.orm import selectinload

from services.core.jobs import defer
from services.sessions.models import Offer, Wish
from services.sessions.states import WISH
from services.sessions.waitlist import waitlist_rules
from services.sessions.wishes import end_taken, lapse, locked_wish

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from typing import Literal

    from sqlalchemy.orm import Session

    from services.catalogue.models import Service
    from services.sessions.models import RemoteSession


def list_awaited_services(db: Session) -> Sequence[int]:
    """List the ids of the services that somebody waits for."""
    return db.scalars(
        select(Wish.service_id).where(Wish.state == "waiting").distinct().order_by(Wish.service_id)
    ).all()


def list_line(db: Session, *, service: Service) -> Sequence[Wish]:
    """List who waits for a service, the first in line first, with what was offered to them before."""
    return db.scalars(
        select(Wish)
        .where(Wish.service_id == service.id, Wish.state == "waiting")
        .options(selectinload(Wish.offers))
        .order_by(Wish.queued_at, Wish.id)
    ).all()


def passed_over(wish: Wish, *, start: datetime, end: datetime) -> bool:
    """Tell whether a time touches one that was offered before in vain: nobody is asked twice."""
    return any(start < offer.ends_at and offer.starts_at < end for offer in wish.offers)


def note_offer(db: Session, *, wish: Wish, session: RemoteSession, now: datetime) -> Offer:
    """Write down that a held session is offered to a wish.

    Raises IllegalMoveError unless it still waits: somebody may have withdrawn it meanwhile.
    """
    locked_wish(db, wish)
    WISH.move(db, wish, "offer", actor="system", now=now)
    offer = Offer(
        wish=wish, session=session, starts_at=session.starts_at, ends_at=session.ends_at, offered_at=now
    )
    db.add(offer)
    db.flush()
    return offer


def find_offer(db: Session, *, session: RemoteSession) -> Offer | None:
    """Give the offer that this session is held for, or was, if there is one."""
    if session.for_desk:  # what is free is no part of the waitlist
        return None
    return db.scalar(select(Offer).where(Offer.session_id == session.id))


def find_open_offer(db: Session, *, wish: Wish) -> Offer | None:
    """Give what is offered to a wish just now."""
    return db.scalar(select(Offer).where(Offer.wish_id == wish.id, Offer.outcome.is_(None)))


def answer_offer(db: Session, *, session: RemoteSession, now: datetime) -> None:
    """Count the offered time as chosen now: the customer has begun to fill in his order.

    Whatever is counted from the choice of a time is counted from here; once, and for offers only.
    """
    offer = find_offer(db, session=session)
    if offer is not None and offer.answered_at is None and offer.outcome is None:
        offer.answered_at = session.chosen_at = now
        db.flush()


def follow_offer(db: Session, *, before: RemoteSession, after: RemoteSession) -> None:
    """Let another session stand for the one that was offered: the same time, taken once more.

    One that stands for an offer already, to another wish of the same person, goes on with that.
    """
    if before.for_desk or find_offer(db, session=after) is not None:
        return
    db.execute(update(Offer).where(Offer.session_id == before.id).values(session_id=after.id))


def offer_taken(db: Session, *, session: RemoteSession, now: datetime) -> None:
    """Note that a session is booked: who was offered it waits no more."""
    offer = find_offer(db, session=session)
    if offer is None:
        return
    offer.outcome, offer.ended_at = "taken", offer.ended_at or now
    db.flush()
    wish = locked_wish(db, offer.wish)
    if WISH.allows(wish.state, "take"):
        end_taken(db, wish=wish, now=now)


def time_freed(
    db: Session, *, session: RemoteSession, outcome: Literal["let_go", "unanswered"] | None, now: datetime
) -> None:
    """Note that time of a session is free again, and defer `time_freed` for whoever gives it away.

    With `outcome` the session is over: a wish that it was offered to goes to the end of the line,
    or lapses after too many offers that ran out.
    """
    if outcome is not None:
        _close(db, session, outcome, now)
    defer(db, "time_freed", queue=session.queue, session_id=session.id)


def _close(db: Session, session: RemoteSession, outcome: str, now: datetime) -> None:
    offer = find_offer(db, session=session)
    if offer is None or offer.outcome is not None:
        return
    offer.outcome, offer.ended_at = outcome, now
    db.flush()
    wish = locked_wish(db, offer.wish)
    if wish.state != "offered":
        return
    WISH.move(db, wish, "requeue", actor="system", now=now)
    wish.queued_at = now
    wish.passes += outcome == "unanswered"
    db.flush()
    if wish.passes >= waitlist_rules(db).most_passes:
        lapse(db, wish=wish, reason="passes", now=now)
