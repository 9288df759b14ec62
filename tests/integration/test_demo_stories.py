"""The demo's customers: paid sessions around now, told by real verbs, payments included."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from billing import checks, receipts, trust
from billing.bank.models import BankLine
from billing.invoices import Document
from billing.orders.models import Bill, Order
from billing.payments.models import Allocation, Payment
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


# What went back to the cancelled one was taken off its bill.
_PUT = select(Allocation).where(Allocation.amount_minor > 0)


@pytest.fixture
def told(database: Database, now: datetime, tmp_path: Path) -> Database:
    with database.app_sessions.begin() as db:
        load(db, now=now)
    done = tell(database.app_sessions, now=now, sandbox=tmp_path / "sandbox")
    assert done.bought == done.planned == 12
    return database


def test_sessions_lie_in_the_past_today_and_ahead(told: Database, now: datetime) -> None:
    with told.app_sessions() as db:
        found = db.scalars(select(RemoteSession)).all()
        states = Counter(session.state for session in found)
        assert states == {"delivered": 4, "cancelled": 1, "booked": 5, "held": 1, "expired": 1}
        ahead = {"booked", "held", "expired"}
        assert all((session.starts_at > now) == (session.state in ahead) for session in found)


def test_every_order_was_paid_in_full_and_the_cancelled_one_goes_back(told: Database) -> None:
    with told.app_sessions() as db:
        put = {row.bill_id: row.amount_minor for row in db.scalars(_PUT)}
        orders = db.scalars(select(Order)).all()
        states = {"awaiting_payment", "expired"}
        owed = [order for order in orders if order.state in states or order.credit_reason is not None]
        paid = {
            bill.id: order.quote.gross.minor for order in orders if order not in owed for bill in order.bills
        }
        assert paid == put
        assert Counter(order.state for order in orders) == {
            "confirmed": 5, "completed": 4, "cancelled": 1, "awaiting_payment": 1, "expired": 1,
        }  # fmt: skip
        refund = db.scalars(select(Refund)).one()
        assert refund.amount == Money(12_500, "EUR")
        assert all(order.attention is None for order in orders)
        assert {bill.state for bill in db.scalars(select(Bill))} == {"covered", "void", "open"}


def test_one_company_paid_its_invoice_by_transfer_and_another_one_s_waits(told: Database) -> None:
    with told.app_sessions() as db:
        invoices = db.scalars(select(Document).where(Document.kind == "schet").order_by(Document.id)).all()
        assert [invoice.number for invoice in invoices] == [
            "2026-000001", "2026-000002", "2026-000003", "2026-000004",
        ]  # fmt: skip
        paid, late, trusted, waiting = invoices
        assert (paid.bill.state, paid.bill.order.state) == ("covered", "completed")
        assert (waiting.bill.state, waiting.bill.order.state) == ("open", "awaiting_payment")
        assert (late.bill.state, late.bill.order.state, late.stands) == ("void", "expired", False)
        assert (trusted.bill.state, trusted.bill.order.credit_reason) == ("open", "credit")
        acts = db.scalars(select(Document).where(Document.kind == "act").order_by(Document.id)).all()
        assert paid.bill_id in {act.bill_id for act in acts}
        assert trusted.bill_id in {act.bill_id for act in acts}
        assert [act.said.service_on for act in acts] == [act.issued_on for act in acts]


def test_money_that_came_late_waits_for_the_accountant_and_a_company_has_credit(
    told: Database, now: datetime
) -> None:
    with told.app_sessions() as db:
        waiting = db.scalars(select(BankLine).where(BankLine.state == "waiting")).all()
        assert [line.reason for line in waiting] == ["void"]
        (line,) = trust.list_credit_lines(db)
        assert line.organisation.name == "ООО «Полюс-Снаб»"
        owed = trust.open_with(db, organisation_id=line.organisation_id, currency="RUB")
        assert 0 < owed.minor < line.limit_minor
        assert {one.kind for one in receipts.list_awaited(db, limit=50)} == {"payment", "set_off"}
        assert checks.list_findings(db, now=now) == []


def test_the_sandbox_remembers_the_payments(told: Database, tmp_path: Path) -> None:
    kept = json.loads((tmp_path / "sandbox" / "state.json").read_text("utf-8"))
    with told.app_sessions() as db:
        intents = set(db.scalars(select(Payment.intent_ref).where(Payment.attempt_id.is_not(None))))
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
