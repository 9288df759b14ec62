"""What the page of times shows: the nearest times, days with counts, the times of one day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from billing.prices import StartPrices
from services import scheduling

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy.orm import Session

    from billing.prices import Sale, StartPrice
    from billing.sellers.vat import Vat
    from services.core.money import Money
    from services.core.revisions import Topic
    from services.scheduling import Slot
    from services.sessions import OwnTime

Part = Literal["night", "morning", "day", "evening"]
_PARTS: tuple[tuple[int, Part], ...] = ((6, "night"), (12, "morning"), (18, "day"), (24, "evening"))
STRIP = 14
_LOOKED_AT = 60
_NEAR = 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to see: a date of his calendar, or what is left around a `lost` start.

    `own` is the time that he keeps already: it doesn't stand in his way.
    """

    country: str
    zone: str
    day: date | None = None
    lost: datetime | None = None
    own: OwnTime | None = None


@dataclass(frozen=True, slots=True)
class Time:
    """One start with its price; `near` is one of the nearest to a start that was lost."""

    start: datetime
    end: datetime
    price: StartPrice
    near: bool = False
    own: bool = False
    taken: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """The times of one part of a day."""

    part: Part
    times: tuple[Time, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """Everything the page needs to know of times; `day` is None when nothing is free at all."""

    nearest: tuple[Time, ...]
    first: Time | None
    """The earliest of all."""
    urgent: Time | None
    """The same, if it begins within two working hours."""
    days: tuple[tuple[date, int], ...]
    day: date | None
    empty: date | None
    """The date that was asked for, when nothing is free on it and `day` is another."""
    groups: tuple[Group, ...]
    instead: Time | None
    """The time nearest to the lost one that costs no more."""
    ordinary: Money
    vat: Vat
    earlier: date | None
    later: date | None


def board(
    db: Session, *, sale: Sale, wanted: Wanted, seen: Mapping[Topic, str] | None = None, now: datetime
) -> Board:
    """Work out the page as of `now`; without a date of its own it shows the first free one.

    `seen` are the revisions of all topics, if they were read before in this transaction.
    Raises NoSellerError, NoPriceError, NoVatRateError.
    """
    prices = StartPrices(sale.offer_to(wanted.country), minutes=sale.rules.minutes, now=now)
    clock = ZoneInfo(wanted.zone)
    today = now.astimezone(clock).date()
    last = today + timedelta(days=sale.rules.horizon_days)
    end = _midnight(last + timedelta(days=1), clock)
    found = _found(db, sale, wanted, before=end, seen=seen, now=now)
    by_day: defaultdict[date, list[Slot]] = defaultdict(list)
    for slot in found:
        by_day[slot.start.astimezone(clock).date()].append(slot)
    asked = wanted.lost.astimezone(clock).date() if wanted.lost else wanted.day
    shown = _shown(by_day, asked)
    first = _strip_start(shown or asked, today=today, last=last)
    strip = [first + timedelta(days=n) for n in range(STRIP) if first + timedelta(days=n) <= last]
    pricing = _Pricing(sale, prices, wanted, _closest(found, wanted.lost))
    return Board(
        nearest=pricing.nearest(found),
        first=pricing.time(found[0]) if found else None,
        urgent=pricing.urgent(found),
        days=tuple((d, len(by_day.get(d, ()))) for d in strip),
        day=shown,
        empty=asked if asked and asked != shown and today <= asked <= last else None,
        groups=_groups(pricing.day(by_day.get(shown, ()) if shown else (), shown, clock), clock),
        instead=pricing.instead(),
        ordinary=prices.ordinary,
        vat=prices.vat,
        earlier=first - timedelta(days=STRIP) if first > today else None,
        later=strip[-1] + timedelta(days=1) if strip and strip[-1] < last else None,
    )


def _found(
    db: Session,
    sale: Sale,
    wanted: Wanted,
    *,
    before: datetime,
    seen: Mapping[Topic, str] | None,
    now: datetime,
) -> list[Slot]:
    return scheduling.list_slots(
        db,
        service=sale.rules,
        after=now,
        before=before,
        customer_zone=wanted.zone,
        excluded=wanted.own.occupancy_ids if wanted.own else (),
        seen=seen,
        now=now,
    )


@dataclass(frozen=True, slots=True)
class _Pricing:
    """Turns slots into times of somebody who wants something."""

    sale: Sale
    prices: StartPrices
    wanted: Wanted
    closest: Sequence[Slot]

    def time(self, slot: Slot) -> Time:
        own = self.wanted.own
        return Time(
            slot.start,
            slot.end,
            self.prices.at(slot.start),
            near=slot in self.closest,
            own=own is not None and own.service_id == self.sale.service_id and own.start == slot.start,
        )

    def nearest(self, found: Sequence[Slot]) -> tuple[Time, ...]:
        """The first time at the ordinary price, and the first of all when that one is dearer."""
        times = (self.time(slot) for slot in found[:_LOOKED_AT])
        first = next(times, None)
        if first is None or first.price.is_ordinary:
            return tuple(self.time(slot) for slot in found[:2])
        ordinary = next((time for time in times if time.price.is_ordinary), None)
        return (ordinary, first) if ordinary else tuple(self.time(slot) for slot in found[:2])

    def urgent(self, found: Sequence[Slot]) -> Time | None:
        until = self.prices.urgent_until
        soon = bool(found) and until is not None and found[0].start <= until
        return self.time(found[0]) if soon else None

    def day(self, slots: Iterable[Slot], day: date | None, clock: ZoneInfo) -> list[Time]:
        """The times of the day, with the one that was lost if it was on it."""
        times = [self.time(slot) for slot in slots]
        lost = self.wanted.lost
        known = lost is None or any(time.start == lost for time in times)
        if lost is not None and not known and lost.astimezone(clock).date() == day:
            gone = Time(lost, self.sale.rules.end_of(lost), self.prices.at(lost), taken=True)
            times = sorted([*times, gone], key=lambda time: time.start)
        return times

    def instead(self) -> Time | None:
        lost = self.wanted.lost
        if lost is None:
            return None
        limit = self.prices.at(lost).gross
        return next((t for t in map(self.time, self.closest) if t.price.gross <= limit), None)


def _closest(found: Sequence[Slot], lost: datetime | None) -> Sequence[Slot]:
    if lost is None:
        return ()
    return sorted(found, key=lambda slot: (abs(slot.start - lost), slot.start))[:_NEAR]


def _shown(by_day: Mapping[date, object], asked: date | None) -> date | None:
    """The date itself if something is free on it, else the next free one, else the last before."""
    if asked is None or asked in by_day:
        return asked or min(by_day, default=None)
    return min((d for d in by_day if d > asked), default=None) or max(by_day, default=None)


def _strip_start(day: date | None, *, today: date, last: date) -> date:
    """Strips of two weeks, counted from today, so that leafing always meets the same edges."""
    if day is None or not today <= day <= last:
        return today
    return today + timedelta(days=(day - today).days // STRIP * STRIP)


def _midnight(day: date, clock: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=clock)


def _groups(times: Iterable[Time], clock: ZoneInfo) -> tuple[Group, ...]:
    parts: defaultdict[Part, list[Time]] = defaultdict(list)
    for time in times:
        hour = time.start.astimezone(clock).hour
        parts[next(part for until, part in _PARTS if hour < until)].append(time)
    return tuple(Group(part, tuple(parts[part])) for _until, part in _PARTS if parts[part])
