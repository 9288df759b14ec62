"""Everybody does everything at once: offers, orders, late money, withdrawals. Nobody waits in a ring."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from billing import orders, payments
from billing.orders.models import Order
from billing.settings import BillingSettings
from services import sessions
from services.core.db import make_sessions
from services.core.errors import DomainError
from services.sessions import Holder
from services.sessions.models import Wish
from tests.crowd import Crowd, nobody_overlaps
from tests.waiting import MOSCOW, NOW, THURSDAY, WEDNESDAY, close_all, moscow, offer, open_hours, waits

DEADLOCKS = text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
PEOPLE, STEPS = 8, 30
STARTS = [moscow(day, f"{hour}:30") for day in (WEDNESDAY, THURSDAY) for hour in range(10, 15)]


@pytest.fixture
def scarce(demo_db):
    """Two dates of two specialists, for which ten people wait."""
    close_all(demo_db)
    for day in (WEDNESDAY, THURSDAY):
        for nth in range(2):
            open_hours(demo_db, day, "10:00-16:00", nth=nth)
    for nth in range(10):
        waits(demo_db, f"n{nth}", last=THURSDAY)
    demo_db.commit()
    return demo_db


def offers(db, _draw, now):
    offer(db, now=now)


def withdraws(db, draw, now):
    wish = draw.choice(db.scalars(select(Wish)).all())
    act = draw.choice((orders.withdraw, orders.let_go, orders.let_go))
    act(db, wish=wish, actor="customer", now=now)


def begins(db, draw, now):
    orders.start(
        db, slug="remote-session", start_at=draw.choice(STARTS),
        holder=Holder(f"b{draw.randrange(4)}", f"10.0.0.{draw.randrange(30)}"),
        country="RU", zone=MOSCOW, locale="ru", now=now,
    )  # fmt: skip


def lapses(db, draw, now):
    payments.let_lapse(db, session_id=draw.choice(db.scalars(select(Order.session_id)).all()), now=now)


def changes(db, draw, now):
    orders.change_time(db, order=any_order(db, draw), start_at=draw.choice(STARTS), now=now)


def fills_in(db, draw, now):
    contact = orders.Contact("Anna", f"c{draw.randrange(4)}@customer.example")
    payer = orders.Payer("RU", draw.choice(("", "", "7707083893")))
    trouble = orders.Trouble("unknown")
    orders.fill_in(db, order=any_order(db, draw), contact=contact, payer=payer, trouble=trouble, now=now)


def pays_late(db, draw, now):
    again = sessions.hold_again(db, session=any_order(db, draw).session, now=now)
    if again.person_id is not None:
        sessions.confirm(db, session=again, actor="provider", now=now)


def any_order(db, draw):
    reference = draw.choice(db.scalars(select(Order.reference)).all())
    return orders.get_order(db, reference=reference, lock=True)


VERBS = (offers, withdraws, begins, begins, lapses, changes, fills_in, pays_late)


def lives(db, number, seed):
    """One of them, whose refusals are part of life; gives how much he got done."""
    draw, done = random.Random(f"{seed} {number}"), 0
    for step in range(STEPS):
        verb = begins if step == 0 else draw.choice(VERBS)
        try:
            verb(db, draw, NOW + step * timedelta(minutes=4))
            db.commit()
            done += 1
        except (DomainError, IndexError):  # nothing is there yet to choose from
            db.rollback()
    return done


@pytest.mark.parametrize("seed", ["first", "second"])
def test_verbs_of_everybody_at_once_end_without_a_deadlock(demo, scarce, seed):
    engine = demo.engine_again(pool_size=PEOPLE)
    rush = Crowd.over(engine, make_sessions(engine, demo.core, billing=BillingSettings()), PEOPLE)
    done = rush.run(lambda db, number: lives(db, number, seed))
    engine.dispose()
    assert sum(done) > PEOPLE * STEPS / 4
    assert nobody_overlaps(scarce)
    # Some that happened would have passed for refusals.
    assert scarce.scalar(DEADLOCKS) == 0
