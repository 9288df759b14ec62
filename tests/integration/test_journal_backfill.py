"""What was paid before there was a journal is posted when it is made, as if it always had been."""

from __future__ import annotations

import importlib

import pytest
from sqlalchemy import text

from billing import checks
from services.core.db import make_engine
from tests.fakes.ledger import accounts, balance, main_bill

MIGRATION = importlib.import_module("webapp.migrations.versions.0018_journal")
FORGET = ("DELETE FROM billing.line", "DELETE FROM billing.entry")
# As a refund by hand was kept before: the bill stays put in full.
BY_HAND = """INSERT INTO billing.refund (reference, payment_id, order_id, amount_minor, amount_currency,
        reason, state, key, requested_by, requested_at, approved_by, approved_at)
    SELECT 'R-1', p.id, b.order_id, 100000, p.amount_currency, 'goodwill', 'approved', 'k', 'staff:1', now(),
        'system', now()
    FROM billing.payment p JOIN billing.attempt a ON a.id = p.attempt_id
        JOIN billing.bill b ON b.id = a.bill_id
    ORDER BY p.id DESC LIMIT 1"""


@pytest.fixture
def migrate_again(demo):
    """Forget the journal, do what else is asked, and post everything as the migration does."""
    owner = make_engine(demo.admin_url.replace("/postgres?", f"/{demo.name}?"))

    def again(*changes):
        with owner.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            for change in (*FORGET, *changes):
                connection.execute(text(change))
        with owner.begin() as connection:
            connection.exec_driver_sql(MIGRATION._NEVER_TWICE_GIVEN)
            connection.exec_driver_sql(MIGRATION._POSTED_LATER)

    yield again
    owner.dispose()


def pay(shop, nth):
    reference = shop.place(nth=nth)
    shop.pay(reference)
    shop.sync(reference)
    return reference


def found(shop):
    with shop.sessions() as db:
        return checks.list_findings(db, now=shop.now)


def test_what_was_paid_kept_and_given_back_is_posted_as_it_would_have_been(shop, migrate_again):
    pay(shop, 30)
    shop.cancel(pay(shop, 40))
    shop.submit_refunds()
    shop.cancel(pay(shop, 50))
    before = accounts(shop)
    migrate_again()
    assert accounts(shop) == before
    assert found(shop) == []


def test_a_bill_that_was_given_back_in_part_by_hand_is_lowered(shop, migrate_again):
    reference = pay(shop, 30)
    price = main_bill(shop, reference).total_minor
    migrate_again(BY_HAND)
    bill = main_bill(shop, reference)
    assert (bill.state, bill.reduced_minor, balance(shop, bill).put) == ("covered", 1000_00, price - 1000_00)
    assert accounts(shop) == {
        "clearing": price, "advances": 1000_00 - price, "refunds_in_transit": -1000_00,
    }  # fmt: skip
    assert found(shop) == []
