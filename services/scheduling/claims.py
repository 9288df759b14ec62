"""Taking, keeping, exchanging and giving back a specialist's time.

The database refuses overlaps. What counts over several specialists (the desk's reserve, the share
of all holds) counts by the vendor's dates: whoever takes time locks the dates that his session
touches, ascending, before it is judged; the desk's own work, which no quota stops, does not.
Whatever touches two seats, or counts sessions against a daily limit, then locks the specialists
involved, ascending. Whoever is refused lets go of these locks at once (`refusing.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from services.scheduling.choosing import choose
from services.scheduling.errors import HoldLapsedError
from services.scheduling.locks import lock_dates, lock_specialists
from services.scheduling.models import Occupancy
from services.scheduling.refusing import undone_if_refused
from services.scheduling.taking import insert_alone, release, take

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import Select, Update
    from sqlalchemy.orm import Session

    from services.scheduling.choosing import Claim
    from services.scheduling.taking import Insert, Taken


def claim(
    db: Session,
    *,
    wanted: Claim,
    insert: Insert = insert_alone,
    first: Sequence[tuple[int, int]] = (),
    now: datetime,
) -> Taken:
    """Take the time of one specialist (or of all, as the rules say) for `wanted`.

    Who takes it for something that he writes anyway gives `insert`, and in `first` the locks that he
    needs, which come before those of dates: then one statement does both. Raises SlotTakenError with
    the nearest free slots when somebody came first, SlotNotOfferedError when the start is no slot at
    all; then everything is as it was, and no lock of this claim is left.
    """
    with undone_if_refused(db, wanted=[wanted], now=now):
        lock_dates(db, [wanted], first=first)
        choice = choose(db, wanted=wanted, preferred=(), excluded=(), now=now)
        together = wanted.rules.mode == "all"
        if together or choice.limits:
            lock_specialists(db, choice.order if together else choice.limits.keys())
        return take(db, wanted, choice, insert=insert, now=now)


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
    with undone_if_refused(db, wanted=[wanted], excluded=own, now=now):
        lock_dates(db, [wanted])
        choice = choose(db, wanted=wanted, preferred=preferred, excluded=own, now=now)
        lock_specialists(db, {row.specialist_id for row in held} | set(choice.order))
        release(db, occupancies=held, now=now)
        return take(db, wanted, choice, now=now)


def swap(
    db: Session, *, held: Sequence[Sequence[Occupancy]], wanted: Sequence[Claim], now: datetime
) -> list[Taken]:
    """Give all of `held` back and take all of `wanted`, in one step or not at all.

    Each claim names who is to take it (`only`). Raises like `claim`; everything is as it was then.
    """
    taken = []
    with undone_if_refused(db, wanted=wanted, now=now):
        lock_dates(db, wanted)
        lock_specialists(db, {row.specialist_id for rows in held for row in rows})
        for rows in held:
            release(db, occupancies=rows, now=now)
        for one in wanted:
            choice = choose(db, wanted=one, preferred=(), excluded=(), now=now)
            taken.append(take(db, one, choice, now=now))
    return taken


def confirm(db: Session, *, occupancies: Sequence[Occupancy], now: datetime) -> None:
    """Turn live holds into bookings by compare-and-set; raises HoldLapsedError if one is over."""
    own = select(Occupancy.id).where(Occupancy.id.in_([row.id for row in occupancies]))
    _all_live(db, own, update(Occupancy).values(kind="booking", expires_at=None), now)


def extend(db: Session, *, own: Select[int], until: datetime, now: datetime) -> None:
    """Keep live holds until `until` (never shorter than before); raises HoldLapsedError.

    `own` selects their ids, as part of the same statement.
    """
    longer = update(Occupancy).values(expires_at=func.greatest(Occupancy.expires_at, until))
    _all_live(db, own, longer, now)


def reserve(db: Session, *, own: Select[int], until: datetime, now: datetime) -> None:
    """Turn live holds into reservations until `until`, never shorter; raises HoldLapsedError.

    `own` as with `extend`.
    """
    longer = func.greatest(Occupancy.expires_at, until)
    _all_live(db, own, update(Occupancy).values(kind="reservation", expires_at=longer), now)


def shorten(db: Session, *, own: Select[int], until: datetime, now: datetime) -> None:
    """Keep live holds or reservations no longer than until `until`; raises HoldLapsedError.

    `own` as with `extend`.
    """
    shorter = func.least(Occupancy.expires_at, until)
    _all_live(db, own, update(Occupancy).values(expires_at=shorter), now)


def _all_live(db: Session, own: Select[int], change: Update, now: datetime) -> None:
    """Change all of them or raise: one statement reads which they are and changes the live ones."""
    wanted = own.cte("own")
    (wanted_id,) = wanted.c
    live = (
        change.where(
            Occupancy.id.in_(select(wanted_id)),
            Occupancy.released_at.is_(None),
            Occupancy.kind.in_(("hold", "reservation")),
            Occupancy.expires_at > now,
        )
        .returning(Occupancy.id)
        .cte("live")
    )
    both = select(wanted_id, live.c.id).join_from(wanted, live, live.c.id == wanted_id, isouter=True)
    pairs = db.execute(both).all()
    for one, _changed in pairs:
        row = db.identity_map.get(db.identity_key(Occupancy, one))
        if row is not None:
            db.expire(row)
    if not pairs or any(changed is None for _one, changed in pairs):
        raise HoldLapsedError(occupancies=[one for one, _changed in pairs])
