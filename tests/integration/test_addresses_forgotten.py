"""Whence somebody kept a time: known for a day, to count by, and then forgotten."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from services import catalogue, scheduling, sessions
from services.sessions.models import HolderRow


def test_the_address_of_a_hold_is_forgotten_after_a_day(demo_db, now):
    service = catalogue.list_services(demo_db)[0]
    slot = scheduling.nearest(demo_db, service=service, n=1, customer_zone="Europe/Moscow", now=now)[0]
    sessions.hold(
        demo_db,
        chosen=sessions.Chosen.of(service),
        start=slot.start,
        holder=sessions.Holder("a browser", "203.0.113.7"),
        basis="order",
        zone="Europe/Moscow",
        until=now + timedelta(minutes=15),
        now=now,
    )
    known = select(HolderRow.address).where(HolderRow.address == "203.0.113.7")
    sessions.forget_addresses(demo_db, now=now + timedelta(hours=23))
    assert demo_db.scalars(known).all() == ["203.0.113.7"]
    assert sessions.forget_addresses(demo_db, now=now + timedelta(days=1)) >= 1
    assert demo_db.scalars(known).all() == []
