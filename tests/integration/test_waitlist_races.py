"""Several workers offer times at once, and customers act meanwhile: the line keeps its order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as drawn
from hypothesis import strategies as st
from sqlalchemy import select, text

from billing import orders, payments
from billing.settings import BillingSettings
from services import catalogue, scheduling, sessions
from services.core.db import make_sessions
from services.sessions.models import Offer, RemoteSession, Wish
from tests.crew import customer
from tests.crowd import Crowd, nobody_overlaps
from tests.waiting import (
    KRASNOYARSK,
    MOSCOW,
    NOW,
    VLADIVOSTOK,
    WEDNESDAY,
    close_all,
    offer,
    open_hours,
    states,
    waits,
)


@pytest.fixture
def rush(demo):
    engine = demo.engine_again(pool_size=8)
    yield Crowd.over(engine, make_sessions(engine, demo.core, billing=BillingSettings()), 8)
    engine.dispose()


@pytest.fixture
def db(demo_db):
    close_all(demo_db)
    demo_db.commit()
    return demo_db


def test_workers_at_once_offer_each_time_once_and_to_the_first(db, rush):
    for name in ("Anna", "Boris", "Clara"):
        waits(db, name)
    open_hours(db, WEDNESDAY, "10:00-11:00", "12:00-13:00")
    db.commit()
    named = rush.run(lambda one, _number: offer(one))
    assert sorted(filter(None, named)) == ["Anna", "Boris"]
    assert states(db) == {"Anna": "offered", "Boris": "offered", "Clara": "waiting"}
    assert nobody_overlaps(db)


def test_who_withdraws_while_times_are_offered_keeps_nobody_out(db, rush):
    anna = waits(db, "Anna").reference
    waits(db, "Boris")
    open_hours(db, WEDNESDAY, "10:00-11:00")
    db.commit()

    def act(one, number):
        if number:
            return offer(one)
        return orders.withdraw(one, wish=sessions.get_wish(one, reference=anna), actor="customer", now=NOW)

    rush.run(act)
    while offer(db):  # what the job after the withdrawal does
        pass
    db.commit()
    assert states(db) == {"Anna": "withdrawn", "Boris": "offered"}
    assert nobody_overlaps(db)


ZONES = st.sampled_from([MOSCOW, KRASNOYARSK, VLADIVOSTOK])
PARTS = st.sampled_from(sorted(sessions.PARTS))
DAYS = st.integers(0, 2)
WISHES = st.lists(st.tuples(DAYS, DAYS, PARTS, ZONES), min_size=1, max_size=6)
FREE = st.lists(st.tuples(DAYS, st.integers(6, 20), st.integers(0, 1)), max_size=4)


@given(wishes=WISHES, free=FREE)
@drawn(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whoever_is_offered_a_time_is_the_first_whom_it_suits(db, wishes, free):
    db.rollback()  # what the example before has done
    for nth, (day, more, part, zone) in enumerate(wishes):
        first = WEDNESDAY + timedelta(days=day)
        waits(db, f"n{nth}", first=first, last=first + timedelta(days=more), part=part, zone=zone)
    for day, hour, nth in free:
        open_hours(db, WEDNESDAY + timedelta(days=day), f"{hour:02}:00-{hour + 2:02}:00", nth=nth)
    service = catalogue.get_service(db, slug="remote-session")
    while True:
        expected = first_whom_any_suits(db, service)
        assert offer(db) == expected
        if expected is None:
            break
    assert nobody_overlaps(db)
    assert len(db.scalars(select(Offer)).all()) <= 2 * len(free)


def first_whom_any_suits(db, service):
    """The same by the plain definition: the line, and the list of free times."""
    end = NOW + timedelta(days=30)
    for wish in db.scalars(select(Wish).where(Wish.state == "waiting").order_by(Wish.queued_at, Wish.id)):
        window = sessions.window_of(wish)
        free = scheduling.list_slots(
            db, service=service, after=NOW, before=end, customer_zone=wish.zone, now=NOW
        )
        if any(window.suits(slot.start) for slot in free):
            return wish.name
    return None


WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


def test_money_that_comes_late_for_one_offer_while_the_next_is_made_ends_without_a_deadlock(db, rush):
    waits(db, "Anna")
    open_hours(db, WEDNESDAY, "10:00-11:00")
    assert offer(db) == "Anna"
    made = db.scalars(select(Offer)).one().session
    sessions.describe(db, session=made, person=customer(db), now=NOW)
    late = NOW + timedelta(hours=2)
    payments.let_lapse(db, session_id=made.id, now=late)
    open_hours(db, WEDNESDAY, "10:00-11:00", "12:00-13:00")
    db.commit()

    with ThreadPoolExecutor(1) as pool, rush.sessions() as paying, rush.sessions() as watching:
        again = sessions.hold_again(paying, session=paying.get_one(RemoteSession, made.id), now=late)
        offering = pool.submit(offer_and_commit, rush, late)
        while not watching.scalar(WAITING):
            assert not offering.done()
        sessions.confirm(paying, session=again, actor="provider", now=late)
        paying.commit()
        assert offering.result(timeout=20) is None
    assert states(db) == {"Anna": "taken"}
    assert nobody_overlaps(db)


def offer_and_commit(rush, now):
    with rush.sessions.begin() as db:
        return offer(db, now=now)
