"""Promised wall times: which of them newer zone data no longer keep, and who is told.

A session's start is an instant. When a country changes its clocks, the same instant shows another
time than the customer was promised: nobody may find that out by waiting before his screen.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from sqlalchemy import select, union
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import joinedload

from services.core import audit, jobs, mail
from services.core.db import core_of
from services.core.errors import NotFoundError
from services.core.vendor import find_setting, store_setting, vendor
from services.core.zones import find_unknown
from services.people.models import Person
from services.scheduling.models import Specialist
from services.sessions.models import MovedPromise, RemoteSession, Wish
from services.sessions.wishes import LIVE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

WallOf: TypeAlias = Callable[[datetime, str], datetime]
_KEY = "zone_data"


class Promise(NamedTuple):
    """What a customer was promised: `start` (UTC) shows as `wall` on the clocks of `zone` (IANA)."""

    session_id: int
    start: datetime
    wall: datetime
    zone: str


def wall_of(moment: datetime, zone: str) -> datetime:
    """The naive time that clocks of `zone` show at `moment`; KeyError for a zone nobody knows."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def find_moved(promises: Iterable[Promise], *, wall_of: WallOf = wall_of) -> list[tuple[Promise, datetime]]:
    """Those promises that the clock no longer keeps, each with the wall time that it shows now.

    Promises in zones that `wall_of` doesn't know are left out: they are told of as unknown zones.
    """
    found = []
    for promise in promises:
        try:
            shows = wall_of(promise.start, promise.zone)
        except KeyError:
            continue
        if shows != promise.wall:
            found.append((promise, shows))
    return found


def note_zone_data(db: Session, *, version: str, more_zones: Collection[str] = (), now: datetime) -> bool:
    """Write down the zone data in use, and have promises compared when they are others than before.

    Notes as well which stored zones the data don't have, `more_zones` (of layers above) included.
    Gives whether the version is another one.
    """
    before = find_setting(db, key=_KEY) or {}
    found = {"version": version, "unknown": list(find_unknown({*_stored_zones(db, now), *more_zones}))}
    if found == before:
        return False
    store_setting(db, key=_KEY, value=found, actor="system", now=now)
    is_other = before.get("version") != version
    if is_other:
        jobs.defer(db, "compare_promises", queue="calendar", lock="compare_promises", version=version)
    return is_other


def unknown_zones(db: Session) -> list[str]:
    """Stored zones that the data lacked when a worker last started."""
    return list((find_setting(db, key=_KEY) or {}).get("unknown", ()))


def compare_promises(db: Session, *, version: str, now: datetime) -> Sequence[int]:
    """Write down which sessions to come are no longer at the wall time promised, and tell the vendor.

    Gives the sessions (ids) that are new among them. Twice is as good as once; where a promise
    holds again, its row goes.
    """
    live = db.execute(
        select(
            RemoteSession.id,
            RemoteSession.starts_at,
            RemoteSession.promised_wall,
            RemoteSession.promised_zone,
        ).where(*_to_come(now))
    )
    promises = [Promise(*row) for row in live]
    moved = find_moved(promises)
    _drop_held_again(db, promises, {(promise.session_id, shows) for promise, shows in moved})
    rows = [
        {
            "session_id": promise.session_id, "zone": promise.zone, "promised_wall": promise.wall,
            "shows_wall": shows, "zone_data": version, "noted_at": now,
        }
        for promise, shows in moved
    ]  # fmt: skip
    if not rows:
        return []
    noted = insert(MovedPromise).on_conflict_do_nothing().returning(MovedPromise.session_id)
    fresh = db.scalars(noted, rows).all()
    if fresh:
        _tell(db, count=len(fresh), version=version, now=now)
    return fresh


def list_moved_promises(db: Session, *, now: datetime) -> Sequence[MovedPromise]:
    """The open ones: of sessions to come whose promise is still the one that was broken, by start."""
    return db.scalars(
        select(MovedPromise)
        .join(RemoteSession)
        .where(
            MovedPromise.settled_at.is_(None),
            MovedPromise.promised_wall == RemoteSession.promised_wall,
            MovedPromise.zone == RemoteSession.promised_zone,
            *_to_come(now),
        )
        .options(
            joinedload(MovedPromise.session).options(
                joinedload(RemoteSession.person), joinedload(RemoteSession.organisation)
            )
        )
        .order_by(RemoteSession.starts_at, MovedPromise.id)
    ).all()


def settle_moved_promise(db: Session, *, moved_id: int, actor: str, now: datetime) -> None:
    """Write down that the customer knows; a second time changes nothing. Raises NotFoundError."""
    moved = db.get(MovedPromise, moved_id, with_for_update=True)
    if moved is None:
        raise NotFoundError(kind="moved_promise")
    if moved.settled_at is not None:
        return
    moved.settled_at = now
    subject = f"session:{moved.session.reference}"
    facts: dict[str, Any] = {
        "zone": moved.zone,
        "promised": f"{moved.promised_wall:%Y-%m-%d %H:%M}",
        "shows": f"{moved.shows_wall:%Y-%m-%d %H:%M}",
    }
    audit.record(db, actor=actor, verb="promise.settle", subject=subject, after=facts, now=now)


def _to_come(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (RemoteSession.state.in_(("held", "booked")), RemoteSession.starts_at > now)


def _stored_zones(db: Session, now: datetime) -> Iterable[str]:
    used = union(
        select(Specialist.zone),
        select(Person.zone),
        select(RemoteSession.promised_zone).where(*_to_come(now)),
        select(Wish.zone).where(Wish.state.in_(LIVE)),
    )
    profile = find_setting(db, key="vendor")
    return [*db.scalars(used), *([profile["zone"]] if profile else [])]


def _drop_held_again(db: Session, promises: Iterable[Promise], moved: set[tuple[int, datetime]]) -> None:
    live = [promise.session_id for promise in promises]
    rows = db.scalars(select(MovedPromise).where(MovedPromise.session_id.in_(live)))
    for row in rows:
        if (row.session_id, row.shows_wall) not in moved:
            db.delete(row)
    db.flush()


def _tell(db: Session, *, count: int, version: str, now: datetime) -> None:
    """Write to the vendor's own mailbox, which his coordinators read, in the vendor's language."""
    us = vendor(db)
    mail.queue(
        db,
        event="promises_moved",
        to=mail.Recipient(us.name.ru, us.support_email),
        locale="ru",
        facts={
            "count": count,
            "zone_data": version,
            "url": f"{core_of(db).public_url}/staff/promises",
        },
        subject_ref=f"zone_data:{version}",
        now=now,
    )
