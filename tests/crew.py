"""A small vendor for tests of time: one service, specialists who work, customers who ask."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from services import catalogue, people, scheduling, sessions
from services.catalogue.models import Service
from services.core.texts import Texts
from services.core.vendor import edit_vendor
from tests.mails import VENDOR

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from services.people.models import Person
    from services.scheduling.models import Specialist
    from services.sessions.models import RemoteSession

MOSCOW = "Europe/Moscow"
# Monday, 10:20 in Moscow.
NOW = datetime(2026, 11, 23, 7, 20, tzinfo=UTC)
NINE_TO_SIX = tuple((day, 9 * 60, 18 * 60) for day in range(7))


def at(text: str, zone: str = MOSCOW) -> datetime:
    """'11-24 10:00' of 2026 on the zone's wall clock, in UTC."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@dataclass
class Crew:
    """The service and the specialists of one test."""

    service: Service
    specialists: list[Specialist] = field(default_factory=list)


def service(**rules: object) -> Service:
    """An hour on a half-hour grid with quarter-hour buffers, unless told otherwise."""
    said = Texts(ru="Разовое подключение", en="One-off remote session")
    facts: dict[str, object] = {
        "slug": "one-hour", "position": 1, "name": said, "summary": said, "lead": said,
        "included": [], "excluded": [], "needs": [], "minutes": 60, "grid_minutes": 30,
        "buffer_before": 15, "buffer_after": 15, "notice_minutes": 60, "horizon_days": 30,
        "skills": [], "mode": "any",
    }  # fmt: skip
    return Service(**(facts | rules))


def specialist(
    db: Session, name: str, *, zone: str = MOSCOW, windows: object = NINE_TO_SIX, **facts: object
) -> Specialist:
    """One who works these weekly windows from 2026 on."""
    email = f"{name.lower()}@priyom.example"
    person = people.add_person(db, name=name, email=email, locale="ru", zone=zone)
    member = people.hire(db, person=person, actor="system", now=NOW)
    made = scheduling.add_specialist(db, staff_member=member, zone=zone, actor="system", now=NOW, **facts)
    scheduling.set_hours(
        db, specialist=made, effective_from=date(2026, 1, 1), windows=windows, actor="system", now=NOW
    )
    return made


def crew(db: Session, *names: str, **rules: object) -> Crew:
    """A vendor with these specialists (Anna alone by default), committed."""
    edit_vendor(db, profile=VENDOR, actor="system", now=NOW)
    offered = catalogue.add(db, entry=service(**rules), actor="system", now=NOW)
    made = Crew(offered, [specialist(db, name) for name in names or ("Anna",)])
    db.commit()
    return made


def customer(db: Session, name: str = "Olga") -> Person:
    """Somebody in Vladivostok."""
    email = f"{name.lower()}@kedr.example"
    return people.add_person(db, name=name, email=email, locale="ru", zone="Asia/Vladivostok")


def hold(
    db: Session,
    offered: Service,
    start: datetime,
    *,
    browser: str = "browser",
    address: str | None = None,
    is_new: bool = False,
    now: datetime = NOW,
    **facts: object,
) -> RemoteSession:
    """A quarter of an hour's hold by this browser; without an address nobody counts it."""
    said: dict[str, object] = {
        "basis": "order",
        "zone": "Asia/Vladivostok",
        "until": now + timedelta(minutes=15),
    }
    holder = sessions.Holder(browser, address, is_new=is_new)
    chosen = sessions.Chosen.of(offered)
    return sessions.hold(db, chosen=chosen, start=start, holder=holder, **(said | facts), now=now).session(db)


def booked(
    db: Session, offered: Service, start: datetime, *, browser: str = "browser", now: datetime = NOW
) -> RemoteSession:
    """A session that has been held, described and booked."""
    session = hold(db, offered, start, browser=browser, now=now)
    sessions.describe(db, session=session, person=customer(db), now=now)
    return sessions.confirm(db, session=session, actor="provider", now=now)
