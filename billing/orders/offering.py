"""The waitlist's offers: free time is held for who waits, as the draft of an order.

A freed time is public the moment it is free, and whoever comes first has it; the worker offers it
within about a second of that. Nobody in line is passed over for somebody behind him whom the same
time suits, unless it is night where he is.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING

from billing.orders.ending import give_up
from billing.orders.letters import send_offer
from billing.orders.queries import find_order_of, get_order_by_id
from billing.orders.starting import start
from billing.prices.errors import NoPriceError
from billing.sellers.errors import NoSellerError
from services import scheduling, sessions
from services.catalogue.models import Service
from services.core import locks
from services.core.states import IllegalMoveError
from services.scheduling import SlotNotOfferedError, SlotTakenError
from services.sessions import Holder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from billing.orders.models import Order
    from services.scheduling import Slot
    from services.sessions.models import Wish

_TRIES = 5
SHORTEST = timedelta(minutes=15)
"""What is kept for less is not worth a letter."""


def offer_next(db: Session, *, service_id: int, now: datetime) -> Order | None:
    """Offer one free time to the first in line whom one suits; None when there is nothing to offer.

    The offer is a draft with a real hold. Whoever offers times of a service waits for the others
    who do, so that the order of arrival holds with several workers.
    """
    locks.wait_for(db, locks.SERVICE_LINE, [service_id])
    service = db.get_one(Service, service_id)
    if not service.active:
        return None
    rules = sessions.waitlist_rules(db)
    line = [wish for wish in sessions.list_line(db, service=service) if rules.is_awake(wish.zone, now=now)]
    free = _free_times(db, service, line, now)
    for wish in line:
        for slot in _suiting(service, wish, free[wish.zone], now):
            latest = slot.start - timedelta(minutes=service.notice_minutes)
            order = _offer(db, wish, slot, min(now + rules.offer_length, latest), now)
            if order is not None:
                return order
    return None


def withdraw(db: Session, *, wish: Wish, actor: str, now: datetime) -> Wish:
    """Take a wish out of the line, and let go of what is offered to it and not ordered yet.

    `actor` is `customer` or `staff:<person id>`. Raises IllegalMoveError once the wish has ended.
    """
    let_go(db, wish=wish, actor=actor, now=now)
    return sessions.withdraw_wish(db, wish=wish, actor=actor, now=now)


def let_go(db: Session, *, wish: Wish, actor: str, now: datetime) -> bool:
    """Give the offered time to others; the wish waits on for another one. True if it was still kept."""
    order = offered_order(db, wish=wish, lock=True)
    if order is None or order.state != "draft":
        return False
    give_up(db, order=order, actor=actor, now=now)
    return True


def offered_order(db: Session, *, wish: Wish, lock: bool = False) -> Order | None:
    """The order that is offered to a wish just now; `lock` keeps others from moving it."""
    offer = sessions.find_open_offer(db, wish=wish)
    found = find_order_of(db, session=offer.session) if offer else None
    if found is None or not lock:
        return found
    return get_order_by_id(db, order_id=found.id, lock=True)


def _free_times(db: Session, service: Service, line: Sequence[Wish], now: datetime) -> dict[str, list[Slot]]:
    """The free times of each zone, as far as somebody there waits for one: loaded once a zone."""
    free = {}
    for zone in {wish.zone for wish in line}:
        windows = [sessions.window_of(wish) for wish in line if wish.zone == zone]
        free[zone] = scheduling.list_slots(
            db,
            service=service,
            after=max(now, min(window.after for window in windows)),
            before=max(window.before for window in windows),
            customer_zone=zone,
            now=now,
        )
    return free


def _suiting(service: Service, wish: Wish, free: Sequence[Slot], now: datetime) -> Iterator[Slot]:
    """The first few times that the wish asks for and that can be kept long enough to be answered."""
    window = sessions.window_of(wish)
    earliest = now + SHORTEST + timedelta(minutes=service.notice_minutes)
    suiting = (
        slot
        for slot in free
        if slot.start >= earliest
        and window.suits(slot.start)
        and not sessions.passed_over(wish, start=slot.start, end=slot.end)
    )
    return islice(suiting, _TRIES)


def _offer(db: Session, wish: Wish, slot: Slot, until: datetime, now: datetime) -> Order | None:
    """Hold the time for the wish and tell; None when somebody has just taken either of them."""
    try:
        with db.begin_nested():
            order = start(
                db,
                slug=wish.service.slug,
                start_at=slot.start,
                # The line is the holder: no browser keeps this time, and no network began it.
                holder=Holder(f"wish {wish.reference}"),
                country=wish.country,
                zone=wish.zone,
                locale="en" if wish.locale == "en" else "ru",
                offered_until=until,
                now=now,
            ).order(db)
            # Only now: whoever books what was offered before has the dates, and waits for the wish.
            sessions.note_offer(db, wish=wish, session=order.session, now=now)
    except (SlotTakenError, SlotNotOfferedError, IllegalMoveError, NoSellerError, NoPriceError):
        return None
    send_offer(db, order=order, wish=wish, now=now)
    return order
