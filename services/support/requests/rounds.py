"""Rounds over many clocks: each night from the ledger, and after a calendar got a new version."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import select

from services.core.audit import record
from services.support.regulation.models import RegulationVersion
from services.support.requests.clock_models import ClockEventRow, ClockRow, Round
from services.support.requests.clocks import refold_from
from services.support.requests.ledger import first_wrong
from services.support.requests.models import Request

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

_Row = TypeVar("_Row", ClockEventRow, ClockRow)
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
    named: nobody knows which of its lines is true; so is a status that no clock knows of.
    """
    one = db.get_one(Round, round_id, with_for_update=True)
    batch = db.scalars(_next(one, after)).all()
    events = by_request(db, ClockEventRow, batch)
    rows = by_request(db, ClockRow, batch)
    with db.no_autoflush:
        for request in batch:
            _fold(db, one, request, events.get(request.id, []), rows.get(request.id, []), now=now)
    one.seen += len(batch)
    one.ended_at = now if len(batch) < _BATCH else None
    db.flush()
    return batch[-1].id if len(batch) == _BATCH else None


def _fold(
    db: Session,
    one: Round,
    request: Request,
    events: Sequence[ClockEventRow],
    rows: Sequence[ClockRow],
    *,
    now: datetime,
) -> None:
    subject = f"request:{request.number}"
    if one.kind == "refold" and is_forged(request, events):
        one.broken = [*one.broken, request.number]
        record(db, actor="system", verb="clock.broken", subject=subject, now=now)
        return
    if refold_from(db, request=request, events=events, rows=rows, now=now):
        one.changed += 1
        record(db, actor="system", verb=f"clock.{one.kind}", subject=subject, now=now)
    if one.kind == "refold" and _rests_without_reason(request, rows):
        one.broken = [*one.broken, request.number]
        record(db, actor="system", verb="clock.bare_status", subject=subject, now=now)


def is_forged(request: Request, events: Sequence[ClockEventRow]) -> bool:
    """Whether an event doesn't follow from the one before it, or the last ones are gone."""
    return first_wrong(events) is not None or len(events) != request.ledger_length


def _rests_without_reason(request: Request, rows: Sequence[ClockRow]) -> bool:
    """Whether its status and its clocks disagree: it waits and a clock runs, or the other way round."""
    running = [row for row in rows if row.stopped_at is None]
    return any((row.paused_since is not None) != (request.state == "waiting") for row in running)


def by_request(db: Session, model: type[_Row], batch: Sequence[Request]) -> dict[int, list[_Row]]:
    """The rows of a batch by the ids of their requests, events in their order."""
    query = select(model).where(model.request_id.in_([request.id for request in batch]))
    if model is ClockEventRow:
        query = query.order_by(ClockEventRow.n)
    found: dict[int, list[_Row]] = {}
    for row in db.scalars(query):
        found.setdefault(row.request_id, []).append(row)
    return found


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
