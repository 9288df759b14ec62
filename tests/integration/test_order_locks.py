"""Who waits for an order's lock sees everything of it as it is after the wait."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import text

from billing import orders
from services import sessions

_WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


def test_a_time_that_was_extended_meanwhile_is_seen_as_extended(shop):
    reference = shop.place(nth=30)
    longer = shop.now + timedelta(hours=1)

    def read_locked():
        with shop.sessions.begin() as db:
            order = orders.get_order(db, reference=reference, lock=True)
            return sessions.held_until(order.session)

    with ThreadPoolExecutor(1) as pool, shop.sessions() as watching:
        with shop.sessions.begin() as db:
            order = orders.get_order(db, reference=reference, lock=True)
            sessions.extend_hold(db, session=order.session, until=longer, now=shop.now)
            reading = pool.submit(read_locked)
            while not watching.scalar(_WAITING):
                assert not reading.done()
        assert reading.result(timeout=20) == longer
