"""Taking, keeping, exchanging and giving back a specialist's time.

The database refuses overlaps. What counts over several specialists (the desk's reserve, the share
of all holds) counts by the vendor's dates: whoever takes time locks the dates that his session
touches, ascending, before it is judged; the desk's own work, which no quota stops, does not.
Whatever touches two seats, or counts sessions against a daily limit, then locks the specialists
involved, ascending.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, update

from services.scheduling.choosing import choose, refusal
from services.scheduling.errors import HoldLapsedError
from services.scheduling.locks import lock_dates, lock_specialists
from services.scheduling.models import Occupancy
from services.scheduling.taking import Taken, overlaps_refused, release, take

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import Update
    from sqlalchemy.orm import Session

    from services.scheduling.choosing import Choice, Claim


def claim(db: Session, *, wanted: Claim, preferred: Collection[int] = (), now: datetime) -> Taken:
    """Take the time of one specialist (or of all, as the rules say) for `wanted`.

    `preferred` specialists come first if they are free. Raises SlotTakenError with the nearest
    free slots when somebody came first, SlotNotOfferedError when the start is no slot at all.
    """
    lock_dates(db, [wanted])
    choice = choose(db, wanted=wanted, preferred=preferred, excluded=(), now=now)
    with overlaps_refused(wanted):
        together = wanted.rules.mode == "all"
        if together or choice.limits:
            lock_specialists(db, choice.order if together else choice.limits.keys())
        rows = take(db, wanted, choice, now=now)
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
    lock_dates(db, [wanted])
    choice = choose(db, wanted=wanted, preferred=preferred, excluded=own, now=now)
    with overlaps_refused(wanted):
        lock_specialists(db, {row.specialist_id for row in held} | set(choice.order))
        savepoint = db.begin_nested()
        release(db, occupancies=held, now=now)
        rows = take(db, wanted, choice, now=now)
        if rows:
            savepoint.commit()
        else:
            savepoint.rollback()
    return _taken_or_refused(db, rows, wanted, choice, excluded=own, now=now)


def swap(
    db: Session, *, held: Sequence[Sequence[Occupancy]], wanted: Sequence[Claim], now: datetime
) -> list[Taken]:
    """Give all of `held` back and take all of `wanted`, in one step or not at all.

    Each claim names who is to take it (`only`). Raises like `claim`; everything is as it was then.
    """
    lock_dates(db, wanted)
    lock_specialists(db, {row.specialist_id for rows in held for row in rows})
    taken = []
    with overlaps_refused(wanted[0]), db.begin_nested():
        for rows in held:
            release(db, occupancies=rows, now=now)
        for one in wanted:
            choice = choose(db, wanted=one, preferred=(), excluded=(), now=now)
            taken.append(_taken_or_refused(db, take(db, one, choice, now=now), one, choice, now=now))
    return taken


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
