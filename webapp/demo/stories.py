"""The demo's customers and what became of their orders, told by the verbs that pages use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

from sqlalchemy import select

from billing import refunds
from services import catalogue, scheduling
from services.core.money import Money
from services.core.production_days import HOME, list_days, works
from services.sessions.models import RemoteSession
from webapp.demo.purchases import Credit, Customer, Purchase, buy, follow
from webapp.demo.source import Table, minute, read, texts
from webapp.demo.till import open_till

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sqlalchemy.orm import Session, sessionmaker

    from services.core.texts import Locale

_ZONE = "Europe/Moscow"
_AHEAD = timedelta(days=3)
"""How long before the start the demo's customers order, at the latest a little before loading."""
_TRANSFER_TAKES = {"transfer": 1, "late": 5}
_JUST_NOW = timedelta(hours=2)
_FAR = timedelta(days=40)


@dataclass(frozen=True)
class Told:
    """How many of the demo's sessions found a free time."""

    bought: int
    planned: int


def tell(sessions: sessionmaker[Session], *, now: datetime, sandbox: Path) -> Told:
    """Let the demo's customers order, pay, meet and cancel around `now`; commits step by step.

    The vendor is loaded already. Payments are made with a sandbox whose state lies in the
    folder `sandbox`. A session that finds no free time is left out.
    """
    source = read()
    people = {row["key"]: _customer(row) for row in source["customer"]}
    with sessions() as db:
        planned = [_plan(db, row, people, now=now) for row in source["session"]]
    purchases = sorted((one for one in planned if one), key=lambda one: one.ordered_at)
    with open_till(sandbox) as till:
        for purchase in purchases:
            reference = buy(sessions, till, purchase)
            with sessions.begin() as db:
                follow(db, purchase, reference, now=now)
    certify(sessions, now=now)
    return Told(len(purchases), len(planned))


def certify(sessions: sessionmaker[Session], *, now: datetime) -> None:
    """Issue the acts of what was delivered by `now`, in the order of its ends, as numbers go."""
    with sessions() as db:
        query = select(RemoteSession).where(RemoteSession.state == "delivered")
        ended = [(one.ends_at, one.id) for one in db.scalars(query.order_by(RemoteSession.ends_at))]
    for ends_at, session_id in ended:
        with sessions.begin() as db:
            refunds.accept_delivery(db, session_id=session_id, now=min(ends_at, now))


def _customer(row: Table) -> Customer:
    person, company = row["person"], row["organisation"]
    return Customer(
        name=person["name"],
        email=person["email"],
        phone=person["phone"],
        zone=person["zone"],
        locale=cast("Locale", person["locale"]),
        company=company["name"],
        inn=company.get("inn", ""),
        country=company["country"],
        kpp=company.get("kpp", ""),
        address=company.get("address", ""),
        accountant=row.get("accountant", ""),
        credit=_credit(row.get("credit")),
    )


def _credit(row: Table | None) -> Credit | None:
    return Credit(Money(row["minor"], row["currency"]), row["term_days"]) if row else None


def _plan(db: Session, row: Table, people: Mapping[str, Customer], *, now: datetime) -> Purchase | None:
    customer = people[row["customer"]]
    service = catalogue.get_service(db, slug=row["service"])
    day = working_day(db, now.astimezone(ZoneInfo(_ZONE)).date(), row["days"])
    after = datetime.combine(day, time(), ZoneInfo(_ZONE)) + timedelta(minutes=minute(row["from"]))
    ordered_at = min(_ordered_at(db, row, after), now - _JUST_NOW).astimezone(UTC)
    free = scheduling.list_slots(
        db,
        service=service,
        after=after,
        before=after + timedelta(days=1),
        customer_zone=customer.zone,
        now=ordered_at,
    )
    if not free:
        return None
    return Purchase(
        customer=customer,
        service_slug=service.slug,
        start_at=free[0].start,
        ordered_at=ordered_at,
        situation=row["situation"],
        trouble=texts(row["trouble"]).of(customer.locale),
        product_slug=row.get("product", ""),
        project=row.get("project", ""),
        points=row.get("points", 0),
        is_cancelled=row.get("ends") == "cancelled",
        pays=row.get("pays", "card"),
        paid_at=_paid_at(db, row, ordered_at),
    )


def _ordered_at(db: Session, row: Table, start: datetime) -> datetime:
    """Three days before the start, or so many working days as the story says."""
    if "ahead" not in row:
        return start - _AHEAD
    return start + (working_day(db, start.date(), -row["ahead"]) - start.date())


def _paid_at(db: Session, row: Table, ordered_at: datetime) -> datetime | None:
    """A transfer comes on the next working day at noon; one that is late, on the fifth."""
    away = _TRANSFER_TAKES.get(row.get("pays", ""))
    if away is None:
        return None
    day = working_day(db, ordered_at.astimezone(ZoneInfo(_ZONE)).date(), away)
    return datetime.combine(day, time(12), ZoneInfo(_ZONE)).astimezone(UTC)


def working_day(db: Session, today: date, away: int) -> date:
    """The date `away` working days of Russia from `today`; 0 is today or the next working one."""
    odd = list_days(db, country=HOME, first=today - _FAR, last=today + _FAR)
    step = timedelta(days=-1 if away < 0 else 1)
    day, left = today, abs(away)
    if away >= 0:
        while not works(day, odd):
            day += step
    while left:
        day += step
        left -= works(day, odd)
    return day
