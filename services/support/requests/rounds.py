"""Rounds over many clocks: each night from the ledger, and after a calendar got a new version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from services.core.audit import record
from services.support.regulation.models import RegulationVersion
from services.support.requests.clocks import refold
from services.support.requests.ledger import first_wrong, list_rows
from services.support.requests.models import Request, Round

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

_BATCH = 200
_GOING_ON = ("open", "waiting")


def begin_refold(db: Session, *, now: datetime) -> Round:
    """Begin the nightly round."""
    return _begin(db, Round(kind="refold", begun_at=now, broken=[]))


def begin_recompute(db: Session, *, calendar_id: int, now: datetime) -> Round:
    """Begin the round over what counts by a calendar."""
    return _begin(db, Round(kind="recompute", calendar_id=calendar_id, begun_at=now, broken=[]))


def go_round(db: Session, *, round_id: int, after: int, now: datetime) -> int | None:
    """Fold the next requests whose clocks run; give the id to go on after, or None at the end.

    What differs from its ledger is mended and noted. A ledger that doesn't follow from itself is only
    named: nobody knows which of its lines is true.
    """
    one = db.get_one(Round, round_id, with_for_update=True)
    batch = db.scalars(_next(one, after)).all()
    for request in batch:
        one.seen += 1
        if one.kind == "refold" and first_wrong(list_rows(db, request_id=request.id)) is not None:
            one.broken = [*one.broken, request.number]
            record(db, actor="system", verb="clock.broken", subject=f"request:{request.number}", now=now)
            continue
        changed = refold(db, request=request, now=now)
        if changed:
            one.changed += 1
            subject = f"request:{request.number}"
            record(db, actor="system", verb=f"clock.{one.kind}", subject=subject, now=now)
    if len(batch) == _BATCH:
        return batch[-1].id
    one.ended_at = now
    db.flush()
    return None


def find_last_round(db: Session, *, kind: str, calendar_id: int | None = None) -> Round | None:
    """The last round of a kind, over a calendar if one is named."""
    query = select(Round).where(Round.kind == kind).order_by(Round.id.desc()).limit(1)
    if calendar_id is not None:
        query = query.where(Round.calendar_id == calendar_id)
    return db.scalar(query)


def _begin(db: Session, one: Round) -> Round:
    db.add(one)
    db.flush()
    return one


def _next(one: Round, after: int) -> Select[Request]:
    query = (
        select(Request)
        .where(Request.state.in_(_GOING_ON), Request.id > after)
        .order_by(Request.id)
        .limit(_BATCH)
        .with_for_update(of=Request)
    )
    if one.calendar_id is not None:
        query = query.join(RegulationVersion, RegulationVersion.id == Request.regulation_id).where(
            RegulationVersion.calendar_id == one.calendar_id
        )
    return query
