"""A vendor with hardly any free time, and people who wait for it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from itertools import count
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import select

from billing import orders
from services import catalogue, scheduling, sessions
from services.sessions import HoldLimits, Waiting, Window

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from services.sessions.models import Wish

MOSCOW, KRASNOYARSK, VLADIVOSTOK = "Europe/Moscow", "Asia/Krasnoyarsk", "Asia/Vladivostok"
NOW = datetime(2026, 11, 23, 7, 20, tzinfo=UTC)
WEDNESDAY, THURSDAY = date(2026, 12, 2), date(2026, 12, 3)
_keys = count(1)


def moscow(on: date, clock: str) -> datetime:
    """The moment (UTC) at which it is `clock` in Moscow."""
    return datetime.combine(on, time.fromisoformat(clock), ZoneInfo(MOSCOW)).astimezone(UTC)


def close_all(db: Session, *, now: datetime = NOW) -> None:
    """Let nobody work any more; what a test opens can be sold in full."""
    scheduling.set_desk_reserve(db, percent=0, effective_from=now.date(), actor="system", now=now)
    sessions.edit_hold_limits(db, limits=HoldLimits(held_percent=100), actor="system", now=now)
    for one in scheduling.list_specialists(db):
        scheduling.set_hours(
            db, specialist=one, effective_from=date(2026, 11, 23), windows=[], actor="system", now=now
        )


def open_hours(db: Session, on: date, *spans: str, nth: int = 0, now: datetime = NOW) -> None:
    """Let one of Moscow's specialists work on a date from "10:00-11:00", and at no other time of it."""
    who = [one for one in scheduling.list_specialists(db) if one.zone == MOSCOW][nth]
    windows = [tuple(_minute(clock) for clock in span.split("-")) for span in spans]
    scheduling.set_own_date(db, specialist=who, day_on=on, windows=windows, actor="system", now=now)


def _minute(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def waits(
    db: Session,
    name: str,
    *,
    first: date = WEDNESDAY,
    last: date = WEDNESDAY,
    part: str = "any",
    zone: str = MOSCOW,
    slug: str = "remote-session",
    now: datetime = NOW,
) -> Wish:
    """Put somebody in line."""
    return sessions.make_wish(
        db,
        service=catalogue.get_service(db, slug=slug),
        who=Waiting(name, f"{name.lower()}@customer.example", "RU", "ru"),
        window=Window(first, last, part, zone),
        form_key=f"form-key-{next(_keys):016}",
        now=now,
    )


def offer(db: Session, *, slug: str = "remote-session", now: datetime = NOW) -> str | None:
    """Make the next offer; the name of who got it."""
    service = catalogue.get_service(db, slug=slug)
    order = orders.offer_next(db, service_id=service.id, now=now)
    found = sessions.find_offer(db, session=order.session) if order else None
    return found.wish.name if found else None


def offer_all(db: Session, *, now: datetime = NOW) -> list[str]:
    """Make all offers that can be made."""
    made = []
    while (name := offer(db, now=now)) is not None:
        made.append(name)
    return made


def states(db: Session) -> dict[str, str]:
    """How every wish stands, by the name of who made it."""
    from services.sessions.models import Wish

    db.expire_all()
    return {one.name: one.state for one in db.scalars(select(Wish).order_by(Wish.id))}
