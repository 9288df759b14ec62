"""The night's look at what has ended: a portion of it each time, so that a long history costs no more."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from services.core.audit import record
from services.support.requests.clock_models import ClockEventRow, Round
from services.support.requests.models import Request
from services.support.requests.rounds import by_request, find_last_round, is_forged

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

_PORTION: Final = 500
_RECENT: Final = timedelta(days=2)
_ENDED: Final = ("resolved", "closed", "merged")


def check_ended(db: Session, *, now: datetime, portion: int = _PORTION) -> Round:
    """Look at the ledgers of what ended lately, of the next `portion` of all, and of those named before.

    What was named stays named until its ledger holds again: the portion doesn't come back for long.
    """
    last = find_last_round(db, kind="ended")
    ids = _next_ids(db, last.reached if last else 0, portion)
    found = {*ids, *_recent_ids(db, now - _RECENT, portion), *_named_ids(db, last)}
    locked = select(Request).where(Request.id.in_(found)).order_by(Request.id).with_for_update(of=Request)
    batch = db.scalars(locked, execution_options={"populate_existing": True}).all()
    events = by_request(db, ClockEventRow, batch)
    broken = [one.number for one in batch if is_forged(one, events.get(one.id, []))]
    for number in broken:
        record(db, actor="system", verb="clock.broken", subject=f"request:{number}", now=now)
    # Through: the next night begins anew.
    reached = ids[-1] if len(ids) == portion else 0
    one = Round(kind="ended", begun_at=now, ended_at=now, seen=len(batch), broken=broken, reached=reached)
    db.add(one)
    db.flush()
    return one


def _next_ids(db: Session, after: int, portion: int) -> Sequence[int]:
    query = select(Request.id).where(Request.id > after, Request.state.in_(_ENDED))
    return db.scalars(query.order_by(Request.id).limit(portion)).all()


def _recent_ids(db: Session, since: datetime, portion: int) -> list[int]:
    """By the indexes of both states; a merged one is found when its portion comes."""
    resolved = select(Request.id).where(Request.state == "resolved", Request.resolved_at >= since)
    closed = select(Request.id).where(Request.state == "closed", Request.ended_at >= since)
    newest: list[Select[int]] = [
        resolved.order_by(Request.resolved_at.desc()).limit(portion),
        closed.order_by(Request.ended_at.desc()).limit(portion),
    ]
    return [found for query in newest for found in db.scalars(query)]


def _named_ids(db: Session, last: Round | None) -> Sequence[int]:
    if last is None or not last.broken:
        return []
    query = select(Request.id).where(Request.number.in_(last.broken), Request.state.in_(_ENDED))
    return db.scalars(query.limit(_PORTION)).all()
