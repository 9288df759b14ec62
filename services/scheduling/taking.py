"""Inserting and releasing the rows that take a specialist's time; the database refuses overlaps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.core.db import ask
from services.scheduling.errors import SlotTakenError
from services.scheduling.limits import is_full
from services.scheduling.loading import LONGEST_FOOTPRINT
from services.scheduling.models import Occupancy

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from typing import Any

    from services.scheduling.choosing import Choice, Claim

TAKING: Final = """
    INSERT INTO scheduling.occupancy
        (specialist_id, kind, desk, starts_at, ends_at, footprint, expires_at, assigned_at)
    VALUES (%(specialist_id)s, %(kind)s, %(desk)s, %(starts_at)s, %(ends_at)s,
        tstzrange(%(first)s, %(until)s), %(expires_at)s, %(assigned_at)s)
    ON CONFLICT ON CONSTRAINT occupancy_no_overlap DO NOTHING
    RETURNING id
"""
"""One row that takes a specialist's time, and gives its id; nothing, when somebody came first."""


class TakenRow(NamedTuple):
    """An occupancy that has just been inserted, and whose time it takes."""

    id: int
    specialist_id: int


@dataclass(frozen=True)
class Taken:
    """The rows that now take time, the leading one first, and why these specialists (codes)."""

    occupancies: tuple[TakenRow, ...]
    reason: dict[str, object]


Insert: TypeAlias = Callable[[Session, Mapping[str, object], Mapping[str, object]], int | None]
"""How a row is inserted: by `TAKING` with its values, alone or within a greater statement.

Asked with the values and why it is this specialist (codes); gives the row's id, or None, with nothing
written at all, when somebody came first.
"""


def insert_alone(db: Session, row: Mapping[str, object], _reason: Mapping[str, object]) -> int | None:
    """Insert nothing but the row."""
    made: Any = ask(db, TAKING, row).fetchone()
    return None if made is None else made[0]


def take(
    db: Session, wanted: Claim, choice: Choice, *, insert: Insert = insert_alone, now: datetime
) -> Taken:
    """Insert the rows of a claim, the leading one first; raises SlotTakenError when somebody came first.

    What has been inserted by then is the caller's to undo.
    """
    needed, rows = len(choice.order) if wanted.rules.mode == "all" else 1, []
    for specialist_id in choice.order:
        if not _is_ready(db, specialist_id, wanted, choice, now):
            continue
        row = _row(specialist_id, wanted, now)
        made = insert(db, row, choice.reason_for(specialist_id))
        if made is not None:
            rows.append(TakenRow(made, specialist_id))
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


def _is_ready(db: Session, specialist_id: int, wanted: Claim, choice: Choice, now: datetime) -> bool:
    """Whether his day is not full; what has lapsed in the way is cleared away."""
    limit = choice.limits.get(specialist_id)
    if limit is not None and is_full(db, specialist_id=specialist_id, limit=limit, now=now):
        return False
    if specialist_id in choice.lapsed:
        _retire(db, specialist_id, wanted, now)
    return True


def _row(specialist_id: int, wanted: Claim, now: datetime) -> dict[str, object]:
    footprint = wanted.footprint
    return {
        "specialist_id": specialist_id,
        "kind": wanted.kind,
        "desk": wanted.for_desk,
        "starts_at": wanted.start,
        "ends_at": wanted.end,
        "first": footprint.lower,
        "until": footprint.upper,
        "expires_at": wanted.until,
        "assigned_at": now,
    }


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
