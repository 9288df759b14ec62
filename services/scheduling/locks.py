"""What those who take time wait for, in the order that `services/core/locks.py` sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.core import locks
from services.core.clock import ceil_minute, floor_minute, local_day
from services.core.vendor import find_setting

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.scheduling.choosing import Claim

_NOWHERE = {"zone": "UTC"}


def lock_dates(db: Session, wanted: Sequence[Claim], *, first: Sequence[tuple[int, int]] = ()) -> None:
    """Let those who take time on one of the vendor's dates judge and take it one after the other.

    `first` are locks, with their keys, that come before.
    """
    counted = [one for one in wanted if not one.for_desk]
    if counted or first:
        lock_days(db, [(one.start, one.end) for one in counted], first=first)


def lock_days(
    db: Session, spans: Iterable[tuple[datetime, datetime]], *, first: Sequence[tuple[int, int]] = ()
) -> None:
    """Wait for everybody who takes time on the vendor's dates that these spans (aware) touch.

    `first` as with `lock_dates`.
    """
    # By our own zone data, like everything that is counted a date: the database's may be older.
    zone = (find_setting(db, key="vendor") or _NOWHERE)["zone"]
    days = {day for start, end in spans for day in _touched(zone, floor_minute(start), ceil_minute(end) - 1)}
    locks.wait_for_all(db, [*first, *((locks.DATE, day) for day in sorted(days))])


def _touched(zone: str, first: int, last: int) -> range:
    """The local dates (as days) between two UTC minutes."""
    return range(local_day(zone, first), local_day(zone, last) + 1)


def lock_specialists(db: Session, specialist_ids: Collection[int]) -> None:
    """Wait for everybody else who exchanges time of these specialists."""
    locks.wait_for(db, locks.SPECIALIST, specialist_ids)
