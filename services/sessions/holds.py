"""Taking a time before it is booked: hold, change, hold again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from sqlalchemy import update

from services import scheduling
from services.core.audit import record
from services.scheduling import Claim, HoldLapsedError
from services.sessions import limits
from services.sessions.beginning import Beginning, told_of
from services.sessions.errors import HoldLimitError
from services.sessions.keeping import expire, must_be_held
from services.sessions.models import HolderRow, Preparation
from services.sessions.offers import follow_offer, time_freed
from services.sessions.queries import get_session_by_id, is_held
from services.sessions.seats import (
    leave,
    locked,
    occupancies_of,
    promise,
    seat,
    token_hash,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.core.revisions import Topic
    from services.scheduling import ServiceRules, Taken
    from services.sessions.beginning import Along
    from services.sessions.limits import Standing
    from services.sessions.models import RemoteSession
    from services.sessions.seats import Chosen, Holder
    from services.sessions.states import Basis

_MOMENT = timedelta(minutes=15)
_COPIED = (
    "basis", "service_id", "service", "person_id", "organisation_id", "product_id",
    "situation", "description", "project", "chosen_at",
)  # fmt: skip


def hold(
    db: Session,
    *,
    chosen: Chosen,
    start: datetime,
    holder: Holder,
    basis: Basis,
    zone: str,
    until: datetime,
    bare: bool = False,
    seen: Mapping[Topic, str] | None = None,
    unsure: bool = False,
    along: Along | None = None,
    now: datetime,
) -> Beginning:
    """Take a specialist's time from `start` (aware, UTC) until `until`, unless it is booked before.

    The least loaded specialist who is free and skilled is chosen; the database refuses overlaps.
    `zone` is the customer's. A browser keeps one time: one it has said nothing about yet is let go
    for the new one, otherwise HoldLimitError names the session. `bare`, `seen` and `unsure` as in
    `Claim`; what is to be written `along` is written in the same statement. Raises AddressLimitError
    when too many were begun from `holder.address`, SlotTakenError with the nearest free slots,
    SlotNotOfferedError. Gives what was begun, whose `session` is an object for those who need one.
    """
    token, counted = token_hash(db, holder.browser_token), basis == "order"
    former, begun_at, most, first = None, None, None, limits.locks_of(holder.address)
    alone = chosen.rules.mode == "any"
    if not (holder.is_new and alone):
        former, begun_at = _kept(db, token, holder, length=until - now, counted=counted, now=now)
    elif counted:
        most = limits.hold_limits(db).per_address_hour
    facts = {"basis": basis, "service_id": chosen.service_id, "service": chosen.snapshot(), "chosen_at": now}
    keeper = {"token_hash": token, "address": holder.address, "held_at": begun_at or now}
    begun = Beginning(
        facts, start=start, zone=zone, until=until, keeper=keeper, most=most, along=along, now=now
    )
    desk = basis == "support"
    wanted = Claim(
        chosen.rules, start, zone, "hold", until, for_desk=desk, bare=bare, seen=seen, unsure=unsure
    )
    if former is not None:
        begun.seat(db, _exchange(db, former, wanted, now))
        if begun_at is not None:
            # The address has begun one hold, not two.
            db.execute(update(HolderRow).where(HolderRow.session_id == former.id).values(address=None))
    elif alone:
        scheduling.claim(db, wanted=wanted, insert=begun.insert, first=first, now=now)
    else:
        begun.seat(db, scheduling.claim(db, wanted=wanted, first=first, now=now))
    return begun


def hold_again(
    db: Session,
    *,
    session: RemoteSession,
    start: datetime | None = None,
    zone: str | None = None,
    now: datetime,
) -> RemoteSession:
    """Take the time of a lapsed hold once more, if it is still free; for money that came late.

    An expired session stays expired: a new one with the same facts is given back. Notice doesn't
    count, since the time was chosen within it, nor does the share of all holds, since somebody has
    paid; what is kept for the free desk does. With `start` (aware, UTC) it is another time, chosen
    now in `zone` (IANA), and its notice counts. Raises SlotTakenError, SlotNotOfferedError.
    """
    locked(db, session)
    if session.state not in {"held", "expired"}:
        raise HoldLapsedError(reference=session.reference, state=session.state)
    if is_held(session, now=now) and start is None:
        return session
    own, until = occupancies_of(db, session), now + _MOMENT
    rules = _rules(session).as_promised() if start is None else _rules(session)
    start, zone = start or session.starts_at, zone or session.promised_zone
    wanted = Claim(rules, start, zone, "hold", until, for_desk=session.for_desk, held_share=False)
    before = [row.specialist_id for row in own]
    taken = scheduling.exchange(db, held=own, wanted=wanted, preferred=before, now=now)
    if session.state == "expired":
        return _copy(db, session, taken, start=start, zone=zone, until=until, now=now)
    leave(db, session, now=now)
    seat(db, session, taken)
    promise(session, start=start, zone=zone)
    session.held_until, session.reserved_at = until, None
    _note(db, session, "session.hold_again", taken, now=now)
    return session


def change_hold(
    db: Session, *, session: RemoteSession, start: datetime, zone: str | None = None, now: datetime
) -> RemoteSession:
    """Exchange the time that is held for another one of the same service; its end stays.

    `zone` (IANA) is the customer's, if he has chosen by another clock than before. On refusal the
    old time is kept. Raises HoldLapsedError, SlotTakenError, SlotNotOfferedError.
    """
    locked(db, session)
    must_be_held(session, now)
    own, zone = occupancies_of(db, session), zone or session.promised_zone
    desk = session.for_desk
    kind: Literal["hold", "reservation"] = "reservation" if session.reserved_at else "hold"
    wanted = Claim(_rules(session), start, zone, kind, session.held_until, for_desk=desk)
    before = [row.specialist_id for row in own]
    taken = scheduling.exchange(db, held=own, wanted=wanted, preferred=before, now=now)
    leave(db, session, now=now)
    seat(db, session, taken)
    promise(session, start=start, zone=zone)
    db.flush()
    _note(db, session, "session.change_hold", taken, now=now)
    time_freed(db, session=session, outcome=None, now=now)
    return session


def _kept(
    db: Session, token: bytes, holder: Holder, *, length: timedelta, counted: bool, now: datetime
) -> tuple[RemoteSession | None, datetime | None]:
    """Give the time that gives way to this browser's next one, and since when that one counts as begun.

    Raises HoldLimitError and, while holds are `counted`, AddressLimitError.
    """
    found = limits.standing(db, token=token, address=holder.address, now=now)
    former = _former(db, found, now)
    begun_at = limits.begun_at(found, former=former, length=length, now=now)
    if begun_at is None and counted:
        limits.check_address(found)
    return former, begun_at


def _former(db: Session, found: Standing, now: datetime) -> RemoteSession | None:
    """Give the browser's time that nothing was said about yet: it gives way to the next choice."""
    kept = [locked(db, get_session_by_id(db, session_id=one)) for one in found.kept]
    live = [one for one in kept if is_held(one, now=now)]
    told = [one for one in live if one.person_id is not None]
    if len(told) >= found.limits.per_browser:
        raise HoldLimitError(reference=told[0].reference, held_until=told[0].held_until)
    return next((one for one in live if one.person_id is None), None)


def _exchange(db: Session, former: RemoteSession, wanted: Claim, now: datetime) -> Taken:
    taken = scheduling.exchange(db, held=occupancies_of(db, former), wanted=wanted, now=now)
    expire(db, session=former, actor="customer", now=now)
    return taken


def _copy(
    db: Session,
    session: RemoteSession,
    taken: Taken,
    *,
    start: datetime,
    zone: str,
    until: datetime,
    now: datetime,
) -> RemoteSession:
    facts = {name: getattr(session, name) for name in _COPIED}
    begun = Beginning(facts, start=start, zone=zone, until=until, now=now)
    begun.seat(db, taken)
    again = begun.session(db)
    follow_offer(db, before=session, after=again)
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


def _rules(session: RemoteSession) -> ServiceRules:
    return scheduling.rules_from_json(session.service)


def _note(db: Session, session: RemoteSession, verb: str, taken: Taken, *, now: datetime) -> None:
    who = [row.specialist_id for row in taken.occupancies]
    subject, after = f"session:{session.reference}", told_of(session.starts_at, who, taken.reason)
    record(db, actor="customer", verb=verb, subject=subject, after=after, now=now)
