"""The demo's customers: paid sessions around now, told by real verbs, payments included."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from billing.orders.models import Bill, Order
from billing.payments.models import Payment
from billing.refunds.models import Refund
from services.core.money import Money
from services.core.production_years import propose_year
from services.sessions.models import RemoteSession
from webapp.demo.load import load
from webapp.demo.stories import tell, working_day

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from tests.cluster import Database


@pytest.fixture
def told(database: Database, now: datetime, tmp_path: Path) -> Database:
    with database.app_sessions.begin() as db:
        load(db, now=now)
    done = tell(database.app_sessions, now=now, sandbox=tmp_path / "sandbox")
    assert done.bought == done.planned == 8
    return database


def test_sessions_lie_in_the_past_today_and_ahead(told: Database, now: datetime) -> None:
    with told.app_sessions() as db:
        found = db.scalars(select(RemoteSession)).all()
        states = Counter(session.state for session in found)
        assert states == {"delivered": 2, "cancelled": 1, "booked": 5}
        assert all((session.starts_at > now) == (session.state == "booked") for session in found)


def test_every_order_was_paid_in_full_and_the_cancelled_one_goes_back(told: Database) -> None:
    with told.app_sessions() as db:
        paid = {payment.attempt.bill.order_id: payment.amount for payment in db.scalars(select(Payment))}
        orders = db.scalars(select(Order)).all()
        assert {order.id: order.quote.gross for order in orders} == paid
        assert Counter(order.state for order in orders) == {"confirmed": 7, "cancelled": 1}
        refund = db.scalars(select(Refund)).one()
        assert refund.amount == Money(12_500, "EUR")
        assert all(order.attention is None for order in orders)
        assert {bill.state for bill in db.scalars(select(Bill))} == {"covered", "void"}


def test_the_sandbox_remembers_the_payments(told: Database, tmp_path: Path) -> None:
    kept = json.loads((tmp_path / "sandbox" / "state.json").read_text("utf-8"))
    with told.app_sessions() as db:
        intents = set(db.scalars(select(Payment.intent_ref)))
    assert intents == set(kept["things"]["payment_intent"])
    assert kept["clock"] is None


def test_working_days_are_those_of_the_production_calendar(db: Session, now: datetime) -> None:
    propose_year(db, country="RU", year=2026, actor="system", now=now)
    assert working_day(db, date(2026, 11, 22), 0) == date(2026, 11, 23)
    assert working_day(db, date(2026, 11, 5), -1) == date(2026, 11, 3)
    assert working_day(db, date(2026, 11, 20), 1) == date(2026, 11, 23)


@pytest.mark.parametrize(
    "when",
    [
        datetime(2026, 11, 22, 18, tzinfo=UTC),
        datetime(2026, 12, 31, 20, 59, tzinfo=UTC),
        datetime(2027, 1, 7, 3, tzinfo=UTC),
        datetime(2028, 2, 29, 12, 30, tzinfo=UTC),
    ],
)
def test_the_demo_loads_on_any_day(database: Database, when: datetime, tmp_path: Path) -> None:
    with database.app_sessions.begin() as db:
        load(db, now=when)
    assert tell(database.app_sessions, now=when, sandbox=tmp_path / "sandbox").bought > 0
