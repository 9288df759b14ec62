"""What the page of times shows: nearest times, days with counts, the times of one day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from billing import prices, sellers
from services import scheduling
from services.core.wording import format_money, format_number
from webapp.i18n import current_locale
from webapp.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from billing.prices.quote import Quote
    from billing.sellers.vat import Vat
    from services.catalogue.models import Service
    from services.core.money import Money

Part = Literal["night", "morning", "day", "evening"]
_PARTS: tuple[tuple[int, Part], ...] = ((6, "night"), (12, "morning"), (18, "day"), (24, "evening"))
STRIP = 14
_LOOKED_AT = 60


@dataclass(frozen=True)
class Time:
    """One start that can be chosen; `note` says when it costs more than usual, `price` how much."""

    start: datetime
    end: datetime
    note: str = ""
    price: str = ""
    taken: bool = False


@dataclass(frozen=True)
class Day:
    """One day of the strip, on the customer's calendar."""

    date: date
    free: int
    url: str
    here: bool


@dataclass(frozen=True)
class Group:
    """The times of one part of a day."""

    part: Part
    slots: tuple[Time, ...]


@dataclass(frozen=True)
class Board:
    """Everything the page needs to know of times; `day` is None when nothing is free at all."""

    nearest: tuple[Time, ...]
    days: tuple[tuple[date, int], ...]
    day: date | None
    groups: tuple[Group, ...]
    ordinary: Money
    vat: Vat
    earlier: date | None
    later: date | None


def board(
    db: Session, *, service: Service, country: str, zone: str, day: date | None, now: datetime
) -> Board:
    """Work out the page for a customer in `zone` (IANA) paying from `country`.

    `day` is a date of his calendar; without one, or with one that has nothing left, the first
    day with a free time is shown.
    """
    clock = ZoneInfo(zone)
    today = now.astimezone(clock).date()
    last = today + timedelta(days=service.horizon_days)
    first = _strip_start(day, today=today, last=last)
    found = scheduling.list_slots(
        db,
        service=service,
        after=now,
        before=_midnight(last + timedelta(days=1), clock),
        customer_zone=zone,
        now=now,
    )
    by_day: defaultdict[date, list[Time]] = defaultdict(list)
    for slot in found:
        by_day[slot.start.astimezone(clock).date()].append(Time(slot.start, slot.end))
    shown = day if day in by_day else min((d for d in by_day if d >= first), default=None)
    if shown is None:
        shown = min(by_day, default=None)
    if shown is not None:
        first = _strip_start(shown, today=today, last=last)
    strip = [first + timedelta(days=n) for n in range(STRIP) if first + timedelta(days=n) <= last]
    soon = [time for d in sorted(by_day)[:3] for time in by_day[d]][:_LOOKED_AT]
    times = by_day[shown] if shown is not None else []
    noted = _with_prices(db, service, country, [*soon, *times], now=now)
    return Board(
        nearest=_nearest(noted.times[: len(soon)]),
        days=tuple((d, len(by_day.get(d, ()))) for d in strip),
        day=shown,
        groups=_groups(noted.times[len(soon) :], clock),
        ordinary=noted.ordinary,
        vat=noted.vat,
        earlier=first - timedelta(days=STRIP) if first > today else None,
        later=strip[-1] + timedelta(days=1) if strip and strip[-1] < last else None,
    )


def _nearest(times: list[Time]) -> tuple[Time, ...]:
    """The first time of all, and the first at the ordinary price when that one is dearer."""
    if not times:
        return ()
    ordinary = next((time for time in times if not time.price), None)
    if ordinary is None or ordinary is times[0]:
        return tuple(times[:2])
    return (ordinary, times[0])


def _strip_start(day: date | None, *, today: date, last: date) -> date:
    """Strips of two weeks, counted from today, so that leafing always meets the same edges."""
    if day is None or not today <= day <= last:
        return today
    return today + timedelta(days=(day - today).days // STRIP * STRIP)


def _midnight(day: date, clock: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=clock)


@dataclass(frozen=True)
class _Noted:
    times: list[Time]
    ordinary: Money
    vat: Vat


def _with_prices(db: Session, service: Service, country: str, times: list[Time], *, now: datetime) -> _Noted:
    seller = sellers.seller_for(db, country=country)
    overview = prices.price_overview(db, seller=seller, now=now)
    ordinary = next(row.gross for row in overview.services if row.service.id == service.id)
    quotes = prices.quotes_for(
        db, service=service, seller=seller, starts=[time.start for time in times], now=now
    )
    return _Noted(
        [
            replace(time, note=price_note(quote), price=dearer(quote))
            for time, quote in zip(times, quotes, strict=True)
        ],
        ordinary,
        overview.vat,
    )


def price_note(quote: Quote) -> str:
    """What a time's button says of its price: nothing when it is the ordinary one."""
    if quote.factor_code == "ordinary":
        return ""
    locale = current_locale()
    words = {
        "factor": "×" + format_number(Decimal(quote.factor) / 100, locale),
        "price": format_money(quote.gross, locale),
    }
    if quote.factor_code == "urgent":
        return _("urgent, %(factor)s — %(price)s", **words)
    return _("%(factor)s — %(price)s", **words)


def dearer(quote: Quote) -> str:
    """The price of a time that costs more than usual, for a small button; else nothing."""
    return "" if quote.factor_code == "ordinary" else format_money(quote.gross, current_locale())


def _groups(times: Iterable[Time], clock: ZoneInfo) -> tuple[Group, ...]:
    parts: defaultdict[Part, list[Time]] = defaultdict(list)
    for time in times:
        hour = time.start.astimezone(clock).hour
        parts[next(part for until, part in _PARTS if hour < until)].append(time)
    return tuple(Group(part, tuple(parts[part])) for _until, part in _PARTS if parts[part])
