"""Inserting and releasing the rows that take a specialist's time; the database refuses overlaps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select, update

from services.core.db import ask
from services.scheduling.errors import SlotTakenError
from services.scheduling.limits import is_full
from services.scheduling.loading import LONGEST_FOOTPRINT
from services.scheduling.models import Occupancy

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from typing import Any

    from sqlalchemy.orm import Session

    from services.scheduling.choosing import Choice, Claim

_INSERT = """
    INSERT INTO scheduling.occupancy
        (specialist_id, kind, desk, starts_at, ends_at, footprint, expires_at, assigned_at)
    VALUES (%(specialist_id)s, %(kind)s, %(desk)s, %(starts_at)s, %(ends_at)s,
        tstzrange(%(first)s, %(until)s), %(expires_at)s, %(assigned_at)s)
    ON CONFLICT ON CONSTRAINT occupancy_no_overlap DO NOTHING
    RETURNING id
"""


class TakenRow(NamedTuple):
    """An occupancy that has just been inserted, and whose time it takes."""

    id: int
    specialist_id: int


@dataclass(frozen=True)
class Taken:
    """The rows that now take time, the leading one first, and why these specialists (codes)."""

    occupancies: tuple[TakenRow, ...]
    reason: dict[str, object]


def take(db: Session, wanted: Claim, choice: Choice, *, now: datetime) -> Taken:
    """Insert the rows of a claim, the leading one first; raises SlotTakenError when somebody came first.

    What has been inserted by then is the caller's to undo.
    """
    needed, rows = len(choice.order) if wanted.rules.mode == "all" else 1, []
    for specialist_id in choice.order:
        row = _take(db, specialist_id, wanted, choice, now)
        if row is not None:
            rows.append(row)
        if len(rows) == needed:
            return Taken(tuple(rows), choice.reason_for(rows[0].specialist_id))
    raise SlotTakenError(start=wanted.start)


def release(db: Session, *, occupancies: Sequence[Occupancy], now: datetime) -> None:
    """Give time back; what was given back already stays as it is."""
    db.execute(
        update(Occupancy)
        .where(Occupancy.id.in_([row.id for row in occupancies]), Occupancy.released_at.is_(None))
        .values(released_at=now)
        .execution_options(synchronize_session=False)
    )
    for row in occupancies:
        db.expire(row)


def _take(db: Session, specialist_id: int, wanted: Claim, choice: Choice, now: datetime) -> TakenRow | None:
    limit = choice.limits.get(specialist_id)
    if limit is not None and is_full(db, specialist_id=specialist_id, limit=limit, now=now):
        return None
    if specialist_id in choice.lapsed:
        _retire(db, specialist_id, wanted, now)
    row = {
        "specialist_id": specialist_id,
        "kind": wanted.kind,
        "desk": wanted.for_desk,
        "starts_at": wanted.start,
        "ends_at": wanted.end,
        "first": wanted.footprint.lower,
        "until": wanted.footprint.upper,
        "expires_at": wanted.until,
        "assigned_at": now,
    }
    made: Any = ask(db, _INSERT, row).one_or_none()
    return None if made is None else TakenRow(made[0], specialist_id)


def _retire(db: Session, specialist_id: int, wanted: Claim, now: datetime) -> None:
    """Release lapsed holds in the way: a constraint can't look at the clock."""
    # Ascending, so that two who retire the same rows don't wait in a ring.
    lapsed = (
        select(Occupancy.id)
        .where(
            Occupancy.specialist_id == specialist_id,
            Occupancy.released_at.is_(None),
            Occupancy.starts_at > wanted.start - LONGEST_FOOTPRINT,
            Occupancy.starts_at < wanted.end + LONGEST_FOOTPRINT,
            Occupancy.expires_at <= now,
            Occupancy.footprint.overlaps(wanted.footprint),
        )
        .order_by(Occupancy.id)
        .with_for_update()
    )
    db.execute(
        update(Occupancy)
        .where(Occupancy.id.in_(lapsed))
        .values(released_at=now)
        .execution_options(synchronize_session=False)
    )
