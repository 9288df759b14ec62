"""Keeping a time before it is booked: hold, change, extend, let go."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from services import scheduling
from services.core.audit import record
from services.core.jobs import defer
from services.core.references import new_reference
from services.scheduling import Claim, HoldLapsedError
from services.sessions.errors import HoldLimitError
from services.sessions.models import HolderRow, Preparation, RemoteSession
from services.sessions.queries import find_hold, get_session_by_id, is_held
from services.sessions.seats import (
    leave,
    locked,
    occupancies_of,
    one_at_a_time,
    promise,
    seat,
    snapshot,
    token_hash,
)
from services.sessions.states import move

_MOMENT = timedelta(minutes=15)

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.catalogue.models import Service
    from services.scheduling import ServiceRules, Taken
    from services.sessions.seats import Holder
    from services.sessions.states import Basis

_COPIED = (
    "basis", "service_id", "service", "person_id", "organisation_id", "product_id",
    "situation", "description", "project", "chosen_at",
)  # fmt: skip


def hold(
    db: Session,
    *,
    service: Service,
    start: datetime,
    holder: Holder,
    basis: Basis,
    zone: str,
    until: datetime,
    now: datetime,
) -> RemoteSession:
    """Take a specialist's time from `start` (aware, UTC) until `until`, unless it is booked before.

    The least loaded specialist who is free and skilled is chosen; the database refuses overlaps.
    `zone` is the customer's. A browser keeps one time: one it has said nothing about yet is let go
    for the new one, otherwise HoldLimitError names the session. Raises SlotTakenError with the
    nearest free slots, SlotNotOfferedError.
    """
    token = token_hash(db, holder.browser_token)
    one_at_a_time(db, token)
    wanted = Claim(scheduling.rules_of(service), start, zone, "hold", until)
    former = find_hold(db, browser_token=holder.browser_token, now=now)
    taken = _claim(db, former, wanted, now)
    session = RemoteSession(
        reference=new_reference("S"),
        basis=basis,
        state="held",
        service_id=service.id,
        service=snapshot(service),
        held_until=until,
        chosen_at=now,
        link_version=1,
    )
    _begin(db, session, taken, start=start, zone=zone, now=now)
    db.add(HolderRow(session_id=session.id, token_hash=token, address=holder.address, held_at=now))
    db.flush()
    return session


def hold_again(db: Session, *, session: RemoteSession, now: datetime) -> RemoteSession:
    """Take the time of a lapsed hold once more, if it is still free; for money that came late.

    An expired session stays expired: a new one with the same facts is given back. Notice doesn't
    count, since the time was chosen within it. Raises SlotTakenError, SlotNotOfferedError.
    """
    locked(db, session)
    if session.state not in {"held", "expired"}:
        raise HoldLapsedError(reference=session.reference, state=session.state)
    if is_held(session, now=now):
        return session
    own = occupancies_of(db, session)
    rules = replace(_rules(session), notice_minutes=0, horizon_days=366)
    until = now + _MOMENT
    wanted = Claim(rules, session.starts_at, session.promised_zone, "hold", until)
    before = [row.specialist_id for row in own]
    taken = scheduling.exchange(db, held=own, wanted=wanted, preferred=before, now=now)
    if session.state == "expired":
        return _copy(db, session, taken, until=until, now=now)
    leave(db, session, now=now)
    seat(db, session, taken)
    session.held_until = until
    _note(db, session, "session.hold_again", taken, now=now)
    return session


def change_hold(db: Session, *, session: RemoteSession, start: datetime, now: datetime) -> RemoteSession:
    """Exchange the time that is held for another one of the same service; its end stays.

    On refusal the old time is kept. Raises HoldLapsedError, SlotTakenError, SlotNotOfferedError.
    """
    locked(db, session)
    _must_be_held(session, now)
    own, zone = occupancies_of(db, session), session.promised_zone
    wanted = Claim(_rules(session), start, zone, "hold", session.held_until)
    before = [row.specialist_id for row in own]
    taken = scheduling.exchange(db, held=own, wanted=wanted, preferred=before, now=now)
    leave(db, session, now=now)
    seat(db, session, taken)
    promise(session, start=start, zone=zone)
    db.flush()
    _note(db, session, "session.change_hold", taken, now=now)
    return session


def extend_hold(db: Session, *, session: RemoteSession, until: datetime, now: datetime) -> RemoteSession:
    """Keep the time until `until`, never shorter than before; raises HoldLapsedError."""
    locked(db, session)
    _must_be_held(session, now)
    if session.held_until is not None and until <= session.held_until:
        return session
    scheduling.extend(db, occupancies=occupancies_of(db, session), until=until, now=now)
    session.held_until = until
    db.flush()
    _expire_later(db, session)
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


def expire_hold(db: Session, *, session_id: int, now: datetime) -> bool:
    """Expire the session if its hold is over; True when this call did it.

    The job that was deferred to the hold's end; safe to run twice. A hold that was extended in
    the meantime is looked at again at its new end.
    """
    session = locked(db, get_session_by_id(db, session_id=session_id))
    if session.state != "held":
        return False
    if is_held(session, now=now):
        _expire_later(db, session)
        return False
    expire(db, session=session, now=now)
    return True


def _claim(db: Session, former: RemoteSession | None, wanted: Claim, now: datetime) -> Taken:
    if former is None:
        return scheduling.claim(db, wanted=wanted, now=now)
    locked(db, former)
    if former.person_id is not None and is_held(former, now=now):
        raise HoldLimitError(reference=former.reference, held_until=former.held_until)
    if not is_held(former, now=now):
        return scheduling.claim(db, wanted=wanted, now=now)
    taken = scheduling.exchange(db, held=occupancies_of(db, former), wanted=wanted, now=now)
    expire(db, session=former, actor="customer", now=now)
    return taken


def _copy(
    db: Session, session: RemoteSession, taken: Taken, *, until: datetime, now: datetime
) -> RemoteSession:
    facts = {name: getattr(session, name) for name in _COPIED}
    again = RemoteSession(
        reference=new_reference("S"), state="held", held_until=until, link_version=1, **facts
    )
    _begin(db, again, taken, start=session.starts_at, zone=session.promised_zone, now=now)
    prepared = db.get(Preparation, session.id)
    if prepared is not None:
        copied = Preparation(
            session_id=again.id,
            checklist=prepared.checklist,
            tool_slug=prepared.tool_slug,
            changed_at=now,
        )
        db.add(copied)
        db.flush()
    return again


def _begin(
    db: Session, session: RemoteSession, taken: Taken, *, start: datetime, zone: str, now: datetime
) -> None:
    promise(session, start=start, zone=zone)
    db.add(session)
    db.flush()
    seat(db, session, taken)
    _expire_later(db, session)
    _note(db, session, "session.hold", taken, now=now)


def _rules(session: RemoteSession) -> ServiceRules:
    return scheduling.rules_from_json(session.service)


def _must_be_held(session: RemoteSession, now: datetime) -> None:
    if not is_held(session, now=now):
        raise HoldLapsedError(reference=session.reference, state=session.state)


def _expire_later(db: Session, session: RemoteSession) -> None:
    defer(
        db,
        "expire_hold",
        queue="free" if session.basis == "support" else "paid",
        lock=f"expire_hold:{session.id}",
        at=session.held_until,
        session_id=session.id,
    )


def _note(db: Session, session: RemoteSession, verb: str, taken: Taken, *, now: datetime) -> None:
    record(
        db,
        actor="customer",
        verb=verb,
        subject=f"session:{session.reference}",
        after={
            "starts_at": session.starts_at.isoformat(),
            "specialists": [row.specialist_id for row in taken.occupancies],
            "because": taken.reason,
        },
        now=now,
    )
