"""Faults that were planted below every verb are found by the nightly check, each under its name."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from billing import checks, invoices
from billing.checks.runs import OVERDUE_AFTER
from billing.journal.models import ReconciliationRun
from billing.tasks.models import Task
from services.core.db import make_engine
from tests.fakes.ledger import main_bill
from tests.fakes.transfers import arrive

# Owners can do what no role that serves may: switch the walls off, and write past them.
FAULTS = {
    "money_without_a_place": "UPDATE billing.task SET state = 'done', closed_at = now(), closed_by = 'x'",
    "money_put_to_a_void_bill": "UPDATE billing.bill SET state = 'void'",
    "bill_paid_beyond_what_is_left_of_it": "UPDATE billing.bill SET reduced_minor = 100",
    "capture_not_booked_once": """UPDATE billing.line SET minor = minor - 1
        WHERE account = 'unapplied' AND bill_id IS NULL""",
    "captured_without_a_payment": """UPDATE billing.attempt SET state = 'expired', ended_at = now()
        WHERE state = 'captured'""",
    "confirmed_without_money": "UPDATE billing.bill SET state = 'open'",
    "paid_and_not_confirmed": """UPDATE billing."order" SET state = 'awaiting_payment'""",
    "more_back_than_came": """INSERT INTO billing.refund (reference, payment_id, amount_minor,
            amount_currency, reason, state, key, requested_by, requested_at)
        SELECT 'R-1', id, amount_minor + 1, amount_currency, 'goodwill', 'requested', 'k', 'x', now()
        FROM billing.payment LIMIT 1""",
    "entry_not_balanced": "UPDATE billing.line SET minor = minor + 1 WHERE account = 'clearing'",
    "entry_without_lines": """INSERT INTO billing.entry (seller_id, source, source_id, kind, booked_on, at)
        SELECT seller_id, 'fee', 1, 'fee', booked_on, at FROM billing.entry LIMIT 1""",
    "payment_differs_from_its_allocations": """INSERT INTO billing.allocation
        (payment_id, bill_id, amount_minor, allocated_at)
        SELECT payment_id, bill_id, 1, now() FROM billing.allocation LIMIT 1""",
    "bill_differs_from_its_allocations": """UPDATE billing.line SET minor = minor - 1
        WHERE account = 'advances' AND payment_id IS NOT NULL""",
    "payment_differs_from_its_refunds": """INSERT INTO billing.refund (reference, payment_id, amount_minor,
            amount_currency, reason, state, key, requested_by, requested_at, approved_by)
        SELECT 'R-1', id, 1, amount_currency, 'goodwill', 'approved', 'k', 'x', now(), 'x'
        FROM billing.payment LIMIT 1""",
    "refund_not_in_transit": """INSERT INTO billing.refund (reference, payment_id, amount_minor,
            amount_currency, reason, state, key, requested_by, requested_at, approved_by)
        SELECT 'R-1', id, 1, amount_currency, 'goodwill', 'approved', 'k', 'x', now(), 'x'
        FROM billing.payment LIMIT 1""",
    "bill_differs_from_its_state": "UPDATE billing.bill SET state = 'open'",
    "advance_and_debt_at_once": """DELETE FROM billing.line
        WHERE entry_id IN (SELECT id FROM billing.entry WHERE kind = 'set_off')""",
    "bill_differs_from_its_documents": """UPDATE billing.document
        SET net_minor = net_minor + 1, gross_minor = gross_minor + 1 WHERE kind = 'act'""",
    "numbers_with_gaps": "UPDATE billing.document SET n = n + 1",
    "number_without_a_series": "DELETE FROM billing.counter",
    "dates_that_fall": """INSERT INTO billing.document (reference, seller_id, kind, year, n, number, bill_id,
            issued_on, issued_at, currency, net_minor, vat_minor, gross_minor, buyer_inn, buyer_key, content)
        SELECT 'D-1', seller_id, kind, year, 2, '2', (SELECT max(id) FROM billing.bill), issued_on - 1,
            issued_at, currency, net_minor, vat_minor, gross_minor, '', '', content
        FROM billing.document WHERE kind = 'act'""",
    "content_changed": """UPDATE billing.document
        SET content = jsonb_set(content, '{lines,0,gross}', '1') WHERE kind = 'act'""",
    "file_changed": """INSERT INTO billing.document_file (document_id, sha256, size, pdf, made_at)
        SELECT id, repeat('0', 64), 1, 'x', now() FROM billing.document LIMIT 1""",
    "credited_beyond_the_act": """INSERT INTO billing.document (reference, seller_id, kind, year, n, number,
            bill_id, corrects_id, issued_on, issued_at, currency, net_minor, vat_minor, gross_minor,
            buyer_inn, buyer_key, content)
        SELECT 'D-1', seller_id, 'credit_note', year, 1, '1', bill_id, id, issued_on, issued_at, currency,
            net_minor, vat_minor, gross_minor, '', '', jsonb_set(content, '{lines,0,net}', '99999999')
        FROM billing.document WHERE kind = 'act'""",
    "sold_twice": """INSERT INTO scheduling.occupancy (specialist_id, kind, starts_at, ends_at, footprint,
            assigned_at)
        SELECT specialist_id, 'booking', starts_at, ends_at, footprint, now()
        FROM scheduling.occupancy WHERE released_at IS NULL LIMIT 1""",
    "attempt_without_an_end": """INSERT INTO billing.attempt (reference, bill_id, state, amount_minor,
            amount_currency, livemode, key, params, expires_at, created_at)
        SELECT 'A-1', bill_id, 'created', 1, 'RUB', false, 'k', '{}', expires_at - interval '4 days',
            created_at FROM billing.attempt LIMIT 1""",
}
LOOSE = "ALTER TABLE scheduling.occupancy DROP CONSTRAINT occupancy_no_overlap"


@pytest.fixture
def told(shop):
    """A shop in which a bit of everything happened: paid, earned, refunded, money without a place."""
    reference = shop.place(nth=30)
    shop.pay(reference)
    shop.sync(reference)
    with shop.sessions.begin() as db:
        bill = db.merge(main_bill(shop, reference))
        invoices.issue_act(db, bill=bill, service_on=shop.now.date(), now=shop.now)
    late = shop.place(nth=40)
    page = shop.open_page(late)
    shop.cancel(late)
    shop.double.outcome(page, "pay")
    shop.sync(late)
    return reference


def found(shop):
    with shop.sessions() as db:
        return checks.list_findings(db, now=shop.now)


def plant(demo, fault):
    owner = make_engine(demo.admin_url.replace("/postgres?", f"/{demo.name}?"))
    with owner.begin() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        if "occupancy" in fault:
            connection.execute(text(LOOSE))
        connection.execute(text(fault.replace(":", r"\:")))
    owner.dispose()


def test_what_the_verbs_leave_behind_is_right(shop, told):
    assert found(shop) == []


@pytest.mark.planted_faults
@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_found_under_its_name(shop, demo, told, name):
    plant(demo, FAULTS[name])
    assert name in {one.name for one in found(shop)}


def test_every_condition_has_a_planted_fault():
    from billing.checks.runs import ALL

    assert {one.name for one in ALL} == FAULTS.keys()
    assert {one.code for one in ALL} == {f"I{n}" for n in range(1, 11)}


@pytest.mark.planted_faults
def test_a_run_is_written_down_and_each_difference_asked_about_once(shop, demo, told):
    def run():
        with shop.sessions.begin() as db:
            return checks.check_money(db, now=shop.now)

    assert run() == []
    plant(demo, FAULTS["entry_not_balanced"])
    assert run()
    assert run()
    questions = [one for one in shop.all(Task) if one.kind == "sums_differ"]
    assert len(questions) == len({one.about for one in questions}) == len(run())
    assert [one.green for one in shop.all(ReconciliationRun)] == [True, False, False, False]
    assert "entry_not_balanced" in {one.facts["check"] for one in questions}


def test_a_day_without_a_green_run_is_noticed(shop, told):
    def overdue(after):
        with shop.sessions() as db:
            return checks.is_check_overdue(db, now=shop.now + after)

    hour = timedelta(hours=1)
    assert not overdue(OVERDUE_AFTER - hour)
    assert overdue(OVERDUE_AFTER + hour)
    shop.later(hours=30)
    with shop.sessions.begin() as db:
        checks.check_money(db, now=shop.now)
    assert not overdue(OVERDUE_AFTER - hour)
    assert overdue(OVERDUE_AFTER + hour)


def test_before_any_money_nothing_is_overdue(demo_db, now):
    assert not checks.is_check_overdue(demo_db, now=now + timedelta(days=9))


def test_money_of_a_statement_waits_in_the_review_and_is_no_fault(shop, told):
    with shop.sessions.begin() as db:
        bill = db.merge(main_bill(shop, told))
        arrive(db, seller=bill.order.seller, amount=bill.total, now=shop.now)
    assert found(shop) == []
