"""Taking, keeping, exchanging and giving back a specialist's time.

The database refuses overlaps. What counts over several specialists (the desk's reserve, the share
of all holds) counts by the vendor's dates: whoever takes time locks the dates that his session
touches, ascending, before it is judged; the desk's own work, which no quota stops, does not.
Whatever touches two seats, or counts sessions against a daily limit, then locks the specialists
involved, ascending.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError

from services.scheduling.choosing import choose, refusal
from services.scheduling.errors import HoldLapsedError, SlotTakenError
from services.scheduling.limits import is_full
from services.scheduling.loading import LONGEST_FOOTPRINT
from services.scheduling.models import Occupancy

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Update
    from sqlalchemy.orm import Session

    from services.scheduling.choosing import Choice, Claim

LOCK = 7001
LOCK_DATE = 7005
_OVERLAP, _DEADLOCK = "23P01", "40P01"


@dataclass(frozen=True)
class Taken:
    """The rows that now take time, the leading one first, and why these specialists (codes)."""

    occupancies: tuple[Occupancy, ...]
    reason: dict[str, object]


def claim(db: Session, *, wanted: Claim, preferred: Collection[int] = (), now: datetime) -> Taken:
    """Take the time of one specialist (or of all, as the rules say) for `wanted`.

    `preferred` specialists come first if they are free. Raises SlotTakenError with the nearest
    free slots when somebody came first, SlotNotOfferedError when the start is no slot at all.
    """
    _lock_dates(db, wanted)
    choice = choose(db, wanted=wanted, preferred=preferred, excluded=(), now=now)
    with _overlaps_refused(wanted):
        together = wanted.rules.mode == "all"
        if together or choice.limits:
            _lock(db, choice.order if together else choice.limits.keys())
        rows = (_take_all if together else _take_first)(db, wanted, choice, now)
    return _taken_or_refused(db, rows, wanted, choice, now=now)


def exchange(
    db: Session,
    *,
    held: Sequence[Occupancy],
    wanted: Claim,
    preferred: Collection[int] = (),
    now: datetime,
) -> Taken:
    """Give `held` back and take `wanted` in one step; on refusal everything stays as it was.

    The own rows don't stand in the way. Raises like `claim`.
    """
    own = [row.id for row in held]
    _lock_dates(db, wanted)
    choice = choose(db, wanted=wanted, preferred=preferred, excluded=own, now=now)
    with _overlaps_refused(wanted):
        _lock(db, {row.specialist_id for row in held} | set(choice.order))
        savepoint = db.begin_nested()
        release(db, occupancies=held, now=now)
        take = _take_all if wanted.rules.mode == "all" else _take_first
        rows = take(db, wanted, choice, now)
        if rows:
            savepoint.commit()
        else:
            savepoint.rollback()
    return _taken_or_refused(db, rows, wanted, choice, excluded=own, now=now)


def confirm(db: Session, *, occupancies: Sequence[Occupancy], now: datetime) -> None:
    """Turn live holds into bookings by compare-and-set; raises HoldLapsedError if one is over."""
    _all_live(db, occupancies, update(Occupancy).values(kind="booking", expires_at=None), now)


def extend(db: Session, *, occupancies: Sequence[Occupancy], until: datetime, now: datetime) -> None:
    """Keep live holds until `until` (never shorter than before); raises HoldLapsedError."""
    longer = update(Occupancy).values(expires_at=func.greatest(Occupancy.expires_at, until))
    _all_live(db, occupancies, longer, now)


def reserve(db: Session, *, occupancies: Sequence[Occupancy], until: datetime, now: datetime) -> None:
    """Turn live holds into reservations until `until`, never shorter; raises HoldLapsedError."""
    longer = func.greatest(Occupancy.expires_at, until)
    _all_live(db, occupancies, update(Occupancy).values(kind="reservation", expires_at=longer), now)


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


def _all_live(db: Session, occupancies: Sequence[Occupancy], change: Update, now: datetime) -> None:
    wanted = [row.id for row in occupancies]
    live = change.where(
        Occupancy.id.in_(wanted),
        Occupancy.released_at.is_(None),
        Occupancy.kind.in_(("hold", "reservation")),
        Occupancy.expires_at > now,
    ).returning(Occupancy.id)
    changed = db.scalars(live.execution_options(synchronize_session=False)).all()
    for row in occupancies:
        db.expire(row)
    if not wanted or len(changed) != len(wanted):
        raise HoldLapsedError(occupancies=wanted)


_DATES = text("""
    SELECT pg_advisory_xact_lock(:lock, day) FROM (
        SELECT coalesce(min(value ->> 'zone'), 'UTC') AS zone FROM core.setting WHERE key = 'vendor'
    ) AS vendor, generate_series(
        (CAST(:start AS timestamptz) AT TIME ZONE zone)::date - date '2000-01-01',
        (CAST(:last AS timestamptz) AT TIME ZONE zone)::date - date '2000-01-01'
    ) AS day
""")


def _lock_dates(db: Session, wanted: Claim) -> None:
    """Let those who take time on one of the vendor's dates judge and take it one after the other."""
    if not wanted.for_desk:
        last = wanted.end - timedelta(minutes=1)
        db.execute(_DATES, {"lock": LOCK_DATE, "start": wanted.start, "last": last})


def _lock(db: Session, specialist_ids: Collection[int]) -> None:
    """Wait for everybody else who exchanges time of these specialists; ascending, so none waits in a ring."""
    db.execute(
        text("SELECT pg_advisory_xact_lock(:lock, id) FROM unnest(CAST(:ids AS int[])) AS id"),
        {"lock": LOCK, "ids": sorted(specialist_ids)},
    )


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


def _taken_or_refused(
    db: Session,
    rows: list[Occupancy],
    wanted: Claim,
    choice: Choice,
    *,
    excluded: Collection[int] = (),
    now: datetime,
) -> Taken:
    if rows:
        return Taken(tuple(rows), choice.reason_for(rows[0].specialist_id))
    raise refusal(db, wanted=wanted, excluded=excluded, now=now)


@contextmanager
def _overlaps_refused(wanted: Claim) -> Iterator[None]:
    """Say SlotTaken for the last wall and for a deadlock; the transaction is lost, so no slots."""
    try:
        yield
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) in {_OVERLAP, _DEADLOCK}:
            raise SlotTakenError(start=wanted.start) from error
        raise
