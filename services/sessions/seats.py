"""What a session has of scheduling: its seats, its rules, and who holds it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update
from sqlalchemy.orm import joinedload

from services import scheduling
from services.core.db import core_of
from services.scheduling.models import Occupancy
from services.sessions.models import HolderRow, RemoteSession, Seat

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from typing import Any

    from sqlalchemy import Select, Table
    from sqlalchemy.orm import Session

    from services.catalogue.models import Service
    from services.core.texts import Texts
    from services.scheduling import ServiceRules, Taken

_INSERT = insert(cast("Table", Seat.__table__)).inline()
ADDRESS_KEPT = timedelta(days=1)
"""Longer than any limit counts holds by the address they came from."""


@dataclass(frozen=True)
class Chosen:
    """The service that somebody chooses: what is frozen of it with the session."""

    service_id: int
    slug: str
    name: Texts
    rules: ServiceRules

    @classmethod
    def of(cls, service: Service) -> Chosen:
        """Take it from the catalogue."""
        return cls(service.id, service.slug, service.name, scheduling.rules_of(service))

    def snapshot(self) -> dict[str, Any]:
        """Give what is frozen: the rules of booking, and the name in both languages."""
        rules = scheduling.rules_to_json(self.rules)
        return rules | {"schema": 1, "slug": self.slug, "name": self.name.to_json()}


@dataclass(frozen=True)
class Holder:
    """Who keeps a time before he says who he is: a random token of his browser, his network address.

    None for an address: the hold is not begun over the network, and counts for none. A token `is_new`
    that was drawn just now: nobody keeps anything under it.
    """

    browser_token: str
    address: str | None = None
    is_new: bool = False


def token_hash(db: Session, browser_token: str) -> bytes:
    """Give what is stored of a browser's token."""
    return core_of(db).keys.mac("holder", browser_token)


def forget_addresses(db: Session, *, now: datetime) -> int:
    """Forget the network addresses of those who kept a time over a day ago; gives how many."""
    old = (HolderRow.held_at <= now - ADDRESS_KEPT, HolderRow.address.is_not(None))
    forgotten = db.execute(update(HolderRow).where(*old).values(address=None).returning(HolderRow.session_id))
    return len(forgotten.all())


def promise(session: RemoteSession, *, start: datetime, zone: str) -> None:
    """Set the times, and write down what the customer's clock was promised to show."""
    rules = scheduling.rules_from_json(session.service)
    for name, value in promised(rules, start=start, zone=zone).items():
        setattr(session, name, value)


def promised(rules: ServiceRules, *, start: datetime, zone: str) -> dict[str, Any]:
    """Give the same by the names of a session's columns."""
    return {
        "starts_at": start,
        "ends_at": rules.end_of(start),
        "promised_zone": zone,
        "promised_wall": start.astimezone(ZoneInfo(zone)).replace(tzinfo=None),
    }


def locked(db: Session, session: RemoteSession) -> RemoteSession:
    """Lock the session's row and read it anew, so that nobody else moves it meanwhile."""
    db.flush()
    db.refresh(session, with_for_update=True)
    return session


def lock_session(db: Session, *, session_id: int) -> RemoteSession:
    """Lock the session with this id and read it, in one statement, whether or not it was read before."""
    db.flush()
    return db.get_one(RemoteSession, session_id, with_for_update=True, populate_existing=True)


def seats_of(db: Session, session: RemoteSession) -> Sequence[Seat]:
    """List the seats in force, the leading one first; those of an ended session remain."""
    return db.scalars(
        select(Seat)
        .where(Seat.session_id == session.id, Seat.left_at.is_(None))
        .options(joinedload(Seat.occupancy).joinedload(Occupancy.specialist))
        .order_by(Seat.lead.desc(), Seat.id)
    ).all()


def seated(session: RemoteSession) -> Select[int]:
    """Select the ids of what takes specialists' time for the session, for another statement's use."""
    return select(Seat.occupancy_id).where(Seat.session_id == session.id, Seat.left_at.is_(None))


def occupancies_of(db: Session, session: RemoteSession) -> list[Occupancy]:
    """List what takes specialists' time for the session."""
    return [seat.occupancy for seat in seats_of(db, session)]


def seat(db: Session, session: RemoteSession, taken: Taken) -> None:
    """Write down which rows take time for the session."""
    seats = [
        {"session_id": session.id, "occupancy_id": row.id, "lead": number == 0}
        for number, row in enumerate(taken.occupancies)
    ]
    db.execute(_INSERT, seats)


def leave(db: Session, session: RemoteSession, *, now: datetime) -> None:
    """Close the seats in force, which were exchanged for others."""
    for old in seats_of(db, session):
        old.left_at = now
    db.flush()
