"""A specialist's day and week, made of sessions and working time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from services import sessions
from webapp.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.orm import Session

    from services.scheduling.models import Specialist
    from services.sessions.models import RemoteSession

# Of the line: time, details, payment, connection, report.
_STATIONS = {"held": 1, "booked": 3, "in_progress": 3, "delivered": 5, "missed": 3}


AGREED = ("booked", "in_progress", "delivered", "missed")
"""States of sessions that somebody counts on, or did."""


@dataclass(frozen=True)
class Entry:
    """One session in one specialist's day."""

    session: RemoteSession
    specialist: Specialist


def list_entries(
    db: Session,
    *,
    after: datetime,
    before: datetime,
    specialist: Specialist | None = None,
    states: Collection[str] = AGREED,
) -> list[Entry]:
    """Sessions that start in `[after, before)` (UTC), by start, once for each who takes part."""
    found = sessions.list_sessions(db, after=after, before=before, specialist=specialist, states=states)
    return [
        Entry(session, seat.occupancy.specialist)
        for session in found
        for seat in session.seats
        if seat.left_at is None and specialist in {None, seat.occupancy.specialist}
    ]


@dataclass(frozen=True)
class Item:
    """One session of a day as a page shows it."""

    entry: Entry
    at: int
    missing: str
    past: bool

    @property
    def session(self) -> RemoteSession:
        """The session itself."""
        return self.entry.session


@dataclass(frozen=True)
class Day:
    """One local date: its items in order, the next one, and how much of it is taken."""

    on: date
    items: list[Item]
    next: Item | None
    now_after: int
    minutes: int


def bounds(on: date, zone: str, days: int = 1) -> tuple[datetime, datetime]:
    """The instants (UTC) at which local dates begin and end in an IANA zone."""
    start = datetime.combine(on, time(), ZoneInfo(zone))
    end = datetime.combine(on + timedelta(days=days), time(), ZoneInfo(zone))
    return start.astimezone(UTC), end.astimezone(UTC)


def read_day(db: Session, *, on: date, zone: str, specialist: Specialist | None, now: datetime) -> Day:
    """The agreed sessions of a date in `zone`, of one specialist or of all."""
    after, before = bounds(on, zone)
    entries = list_entries(db, after=after, before=before, specialist=specialist)
    items = [_item(entry, now) for entry in entries]
    coming = [item for item in items if item.session.state == "booked" and item.session.ends_at > now]
    return Day(
        on=on,
        items=items,
        next=coming[0] if coming else None,
        now_after=sum(1 for item in items if item.session.starts_at <= now),
        minutes=sum(_minutes(item.session) for item in items),
    )


def empty_day(on: date) -> Day:
    """A date of somebody who takes no sessions."""
    return Day(on=on, items=[], next=None, now_after=0, minutes=0)


def _item(entry: Entry, now: datetime) -> Item:
    session = entry.session
    return Item(
        entry=entry,
        at=_STATIONS.get(session.state, 1),
        missing=missing(session, now),
        past=session.ends_at <= now,
    )


def _minutes(session: RemoteSession) -> int:
    return int((session.ends_at - session.starts_at).total_seconds()) // 60


def missing(session: RemoteSession, now: datetime) -> str:
    """What is still needed for a session, in one sentence."""
    if session.state == "delivered":
        return _("Done.")
    if session.state == "missed":
        return _("The customer did not come.")
    if session.state == "held":
        return _("The customer is still ordering.")
    if session.ends_at <= now:
        return _("Its time is over, nobody has written a report.")
    return _missing_preparation(session)


def _missing_preparation(session: RemoteSession) -> str:
    preparation = session.preparation
    done, all_points = ticked(session), len(sessions.POINTS)
    has_id = preparation is not None and preparation.connection_id_enc is not None
    if has_id and done == all_points:
        return _("Connection: everything is ready.")
    if has_id:
        return _("Preparation %(done)s of %(all)s, the ID is there.", done=done, all=all_points)
    if done:
        return _("Preparation %(done)s of %(all)s: no connection ID.", done=done, all=all_points)
    return _("Nothing is prepared yet: no connection ID.")


def ticked(session: RemoteSession) -> int:
    """How many points of the checklist the customer has ticked."""
    return len(session.preparation.checklist) if session.preparation is not None else 0


@dataclass(frozen=True)
class Cell:
    """One specialist on one date of a week."""

    on: date
    entries: list[Entry]


@dataclass(frozen=True)
class Row:
    """One specialist's week."""

    specialist: Specialist
    cells: list[Cell]


def read_week(db: Session, *, monday: date, specialists: Sequence[Specialist], now: datetime) -> list[Row]:
    """Seven dates of each specialist, each by his own clock; holds included."""
    rows = []
    after, before = bounds(monday - timedelta(days=1), "UTC", days=9)
    entries = [
        entry
        for entry in list_entries(db, after=after, before=before, states=(*AGREED, "held"))
        if entry.session.state != "held" or sessions.is_held(entry.session, now=now)
    ]
    for specialist in specialists:
        zone = ZoneInfo(specialist.zone)
        mine = [entry for entry in entries if entry.specialist.id == specialist.id]
        cells = [
            Cell(on, [one for one in mine if one.session.starts_at.astimezone(zone).date() == on])
            for on in (monday + timedelta(days=n) for n in range(7))
        ]
        rows.append(Row(specialist, cells))
    return rows
