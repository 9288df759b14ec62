"""Inserting and releasing the rows that take a specialist's time; the database refuses overlaps."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError

from services.scheduling.errors import SlotTakenError
from services.scheduling.limits import is_full
from services.scheduling.loading import LONGEST_FOOTPRINT
from services.scheduling.models import Occupancy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.scheduling.choosing import Choice, Claim

_OVERLAP, _DEADLOCK = "23P01", "40P01"


@dataclass(frozen=True)
class Taken:
    """The rows that now take time, the leading one first, and why these specialists (codes)."""

    occupancies: tuple[Occupancy, ...]
    reason: dict[str, object]


def take(db: Session, wanted: Claim, choice: Choice, *, now: datetime) -> list[Occupancy]:
    """Insert the rows of a claim, the leading one first; none at all when somebody came first."""
    return (_take_all if wanted.rules.mode == "all" else _take_first)(db, wanted, choice, now)


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


def _take_first(db: Session, wanted: Claim, choice: Choice, now: datetime) -> list[Occupancy]:
    for specialist_id in choice.order:
        row = _take(db, specialist_id, wanted, choice, now)
        if row is not None:
            return [row]
    return []


def _take_all(db: Session, wanted: Claim, choice: Choice, now: datetime) -> list[Occupancy]:
    savepoint, rows = db.begin_nested(), []
    for specialist_id in choice.order:
        row = _take(db, specialist_id, wanted, choice, now)
        if row is None:
            savepoint.rollback()
            return []
        rows.append(row)
    savepoint.commit()
    return rows


def _take(db: Session, specialist_id: int, wanted: Claim, choice: Choice, now: datetime) -> Occupancy | None:
    limit = choice.limits.get(specialist_id)
    if limit is not None and is_full(db, specialist_id=specialist_id, limit=limit, now=now):
        return None
    if specialist_id in choice.lapsed:
        _retire(db, specialist_id, wanted, now)
    return db.scalars(
        insert(Occupancy)
        .values(
            specialist_id=specialist_id,
            kind=wanted.kind,
            desk=wanted.for_desk,
            starts_at=wanted.start,
            ends_at=wanted.end,
            footprint=wanted.footprint,
            expires_at=wanted.until,
            assigned_at=now,
        )
        .on_conflict_do_nothing(constraint="occupancy_no_overlap")
        .returning(Occupancy)
    ).one_or_none()


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


@contextmanager
def overlaps_refused(wanted: Claim) -> Iterator[None]:
    """Say SlotTaken for the last wall and for a deadlock; the transaction is lost, so no slots."""
    try:
        yield
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) in {_OVERLAP, _DEADLOCK}:
            raise SlotTakenError(start=wanted.start) from error
        raise
