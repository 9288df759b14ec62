"""Moving a booked session: to another time, to another specialist, or two against each other.

The session stays the same, with its UID, its payment and the consent to the connection. Sessions
are locked in the order of their ids, then what their claims wait for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from services import scheduling
from services.core.audit import record
from services.core.states import IllegalMoveError
from services.scheduling import Claim
from services.sessions import letters
from services.sessions.errors import MoveRefusedError
from services.sessions.models import Preparation
from services.sessions.offers import time_freed
from services.sessions.preparation import WIPED_AFTER
from services.sessions.seats import leave, locked, occupancies_of, promise, seat

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from sqlalchemy.orm import Session

    from services.scheduling import ServiceRules, Taken
    from services.scheduling.models import Specialist
    from services.sessions.models import RemoteSession


@dataclass(frozen=True)
class MovePolicy:
    """What a customer may do by himself: how many moves, until how long before the old start."""

    free_moves: int
    deadline: timedelta


def move_session(
    db: Session,
    *,
    session: RemoteSession,
    start: datetime,
    by: Literal["customer", "staff"],
    policy: MovePolicy,
    actor: str,
    now: datetime,
) -> RemoteSession:
    """Give a booked session the time from `start` (aware, UTC), by the rules of a new booking.

    The specialist stays if he is free. A customer has the policy's moves and its deadline before
    the old start, the very minute in time; staff may move after it. What it costs is the caller's
    part. On refusal everything stays as it was. Raises MoveRefusedError, SlotTakenError,
    SlotNotOfferedError, IllegalMoveError unless it is booked.
    """
    _lock_booked(db, session)
    if start == session.starts_at:
        return session
    if by == "customer":
        _may_move(session, policy, now)
    own, before_at = occupancies_of(db, session), session.starts_at
    before = [row.specialist for row in own]
    wanted = _claim(session, scheduling.rules_from_json(session.service), start)
    preferred = [row.specialist_id for row in own]
    taken = scheduling.exchange(db, held=own, wanted=wanted, preferred=preferred, now=now)
    session.moves += by == "customer"
    promise(session, start=start, zone=session.promised_zone)
    prepared = db.get(Preparation, session.id)
    if prepared is not None and prepared.wipe_at is not None:
        prepared.wipe_at = session.ends_at + WIPED_AFTER
    _sit(db, session, taken, verb="session.move", before_at=before_at, actor=actor, now=now)
    letters.tell_changed(db, session=session, before=before, before_at=before_at, now=now)
    return session


def hand_over(
    db: Session, *, session: RemoteSession, to: Specialist, actor: str, now: datetime
) -> RemoteSession:
    """Let `to` do a booked session at its own time instead of who was to do it.

    Notice doesn't count, since the time was promised long ago. Raises SlotTakenError and
    SlotNotOfferedError when `to` can't, IllegalMoveError unless it is booked, or when all take part.
    """
    _lock_booked(db, session)
    own, before_at = occupancies_of(db, session), session.starts_at
    before = [row.specialist for row in own]
    if to in before:
        return session
    wanted = _given_to(session, to)
    taken = scheduling.exchange(db, held=own, wanted=wanted, now=now)
    _sit(db, session, taken, verb="session.hand_over", before_at=before_at, actor=actor, now=now)
    letters.tell_changed(db, session=session, before=before, before_at=before_at, now=now)
    return session


def swap_sessions(
    db: Session, *, first: RemoteSession, second: RemoteSession, actor: str, now: datetime
) -> None:
    """Let the specialists of two booked sessions do each other's; both change or neither.

    Raises as `hand_over` does.
    """
    pair = sorted((first, second), key=lambda one: one.id)
    for session in pair:
        _lock_booked(db, session)
    own = [occupancies_of(db, session) for session in pair]
    people = [[row.specialist for row in rows] for rows in own]
    wanted = [_given_to(session, to[0]) for session, to in zip(pair, reversed(people), strict=True)]
    both = scheduling.swap(db, held=own, wanted=wanted, now=now)
    for session, taken, before in zip(pair, both, people, strict=True):
        at = session.starts_at
        _sit(db, session, taken, verb="session.swap", before_at=at, actor=actor, now=now)
        letters.tell_changed(db, session=session, before=before, before_at=at, now=now)


def _lock_booked(db: Session, session: RemoteSession) -> None:
    locked(db, session)
    if session.state != "booked":
        raise IllegalMoveError(kind="session", reference=session.reference, state=session.state, verb="move")


def _may_move(session: RemoteSession, policy: MovePolicy, now: datetime) -> None:
    latest = session.starts_at - policy.deadline
    if now > latest or now >= session.starts_at:
        raise MoveRefusedError(reference=session.reference, reason="late", until=latest)
    if session.moves >= policy.free_moves:
        raise MoveRefusedError(reference=session.reference, reason="used_up", most=policy.free_moves)


def _claim(
    session: RemoteSession, rules: ServiceRules, start: datetime, only: frozenset[int] | None = None
) -> Claim:
    zone, desk = session.promised_zone, session.for_desk
    return Claim(rules, start, zone, "booking", None, for_desk=desk, held_share=False, only=only)


def _given_to(session: RemoteSession, to: Specialist) -> Claim:
    rules = scheduling.rules_from_json(session.service)
    if rules.mode == "all":
        raise IllegalMoveError(
            kind="session", reference=session.reference, state=session.state, verb="hand_over"
        )
    return _claim(session, rules.as_promised(), session.starts_at, frozenset({to.id}))


def _sit(
    db: Session,
    session: RemoteSession,
    taken: Taken,
    *,
    verb: str,
    before_at: datetime,
    actor: str,
    now: datetime,
) -> None:
    """Exchange the seats, write down the change, and let others know of the time that is free."""
    former = [row.specialist_id for row in occupancies_of(db, session)]
    leave(db, session, now=now)
    seat(db, session, taken)
    record(
        db,
        actor=actor,
        verb=verb,
        subject=f"session:{session.reference}",
        before={"starts_at": before_at.isoformat(), "specialists": former},
        after={
            "starts_at": session.starts_at.isoformat(),
            "specialists": [row.specialist_id for row in taken.occupancies],
            "because": taken.reason,
        },
        now=now,
    )
    time_freed(db, session=session, outcome=None, now=now)
