"""Refusing a time: everything as it was, nobody kept waiting, and what is free around it instead."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from services.scheduling.errors import SlotNotOfferedError, SlotTakenError
from services.scheduling.queries import nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.scheduling.choosing import Claim
    from services.scheduling.engine.slots import Slot

SHOWN_WHEN_TAKEN = 4
_OVERLAP, _DEADLOCK = "23P01", "40P01"


@contextmanager
def undone_if_refused(
    db: Session, *, wanted: Sequence[Claim], excluded: Collection[int] = (), now: datetime
) -> Iterator[None]:
    """Undo what was done within when it is refused, and name the free slots nearest to what was wanted.

    Locks taken within go with it, before the search: who has lost keeps nobody waiting. What only
    the last wall or a deadlock refuses is a time that somebody has taken, too.
    """
    try:
        with _savepoint(db, wanted), _overlaps_refused(wanted[0]):
            yield
    except (SlotTakenError, SlotNotOfferedError) as refused:
        lost = next(one for one in wanted if one.start == refused.facts["start"])
        if not lost.bare:
            refused.nearest = _around(db, lost, excluded, now)
        raise


@contextmanager
def _savepoint(db: Session, wanted: Sequence[Claim]) -> Iterator[None]:
    """Go back to here when what is within fails; a caller of bare claims goes further back.

    Barer than `begin_nested`: nothing within changes objects that aren't expired then, and the end
    of the transaction lets go of it. Every hold passes here.
    """
    if all(one.bare for one in wanted):
        yield
        return
    db.flush()
    connection = db.connection()
    connection.exec_driver_sql("SAVEPOINT claim")
    try:
        yield
    except BaseException:
        if not connection.invalidated:
            connection.exec_driver_sql("ROLLBACK TO SAVEPOINT claim")
        raise


@contextmanager
def _overlaps_refused(wanted: Claim) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) in {_OVERLAP, _DEADLOCK}:
            raise SlotTakenError(start=wanted.start) from error
        raise


def _around(db: Session, wanted: Claim, excluded: Collection[int], now: datetime) -> Sequence[Slot]:
    return nearest(
        db,
        service=wanted.rules,
        n=SHOWN_WHEN_TAKEN,
        customer_zone=wanted.customer_zone,
        around=wanted.start,
        excluded=excluded,
        for_desk=wanted.for_desk,
        held_share=wanted.held_share,
        now=now,
    )
