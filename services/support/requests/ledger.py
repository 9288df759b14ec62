"""The ledger of what the clocks were told: append-only, each event chained to the one before it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, cast

from sqlalchemy import select

from services.core import chains
from services.core.clock_events import ClockEvent
from services.support.requests.clock_models import ClockEventRow

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.core.clock_events import Actor, EventKind
    from services.support.requests.models import Request

_NOTED: Final = (
    "n", "kind", "at", "actor", "about", "response_seconds", "resolution_seconds", "recorded_at",
)  # fmt: skip


def note_event(
    db: Session,
    *,
    request: Request,
    kind: EventKind,
    at: datetime,
    actor: Actor,
    about: int | None = None,
    response: timedelta | None = None,
    resolution: timedelta | None = None,
    now: datetime,
) -> ClockEventRow:
    """Write the next event; `at` is when it was so, `now` when it is written down.

    `about` is the n of the event that a bounce takes back. The request's row has to be locked
    (`queries.lock_request`): two writers would want the same n.
    """
    last = db.execute(
        select(ClockEventRow.n, ClockEventRow.hash)
        .where(ClockEventRow.request_id == request.id)
        .order_by(ClockEventRow.n.desc())
        .limit(1)
    ).one_or_none()
    n, before = (last.n + 1, last.hash) if last is not None else (1, chains.BEGINNING)
    row = ClockEventRow(
        request_id=request.id,
        n=n,
        kind=kind,
        at=at,
        actor=actor,
        about=about,
        response_seconds=_seconds(response),
        resolution_seconds=_seconds(resolution),
        recorded_at=now,
    )
    row.hash = chains.chained(before, _facts(row))
    db.add(row)
    request.ledger_length = n
    db.flush()
    return row


def list_rows(db: Session, *, request_id: int) -> Sequence[ClockEventRow]:
    """The events of a request as they were written."""
    query = select(ClockEventRow).where(ClockEventRow.request_id == request_id)
    return db.scalars(query.order_by(ClockEventRow.n)).all()


def told(rows: Sequence[ClockEventRow]) -> list[ClockEvent]:
    """The events as `clock_events.fold` reads them."""
    return [
        ClockEvent(
            n=row.n,
            kind=cast("EventKind", row.kind),
            at=row.at,
            by=cast("Actor", row.actor),
            about=row.about,
            response=_duration(row.response_seconds),
            resolution=_duration(row.resolution_seconds),
        )
        for row in rows
    ]


def first_wrong(rows: Sequence[ClockEventRow]) -> int | None:
    """The n of the first event that doesn't follow from the one before it; None: the chain holds."""
    return chains.first_wrong(chains.Link(row.n, row.hash, _facts(row)) for row in rows)


def _facts(row: ClockEventRow) -> dict[str, object]:
    noted = {name: getattr(row, name) for name in _NOTED}
    return noted | {"request": row.request_id}


def _seconds(length: timedelta | None) -> int | None:
    return None if length is None else int(length.total_seconds())


def _duration(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)
