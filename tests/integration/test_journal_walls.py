"""What the database itself refuses: unbalanced entries, facts twice, money given away twice."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from billing import journal, orders, payments, refunds
from billing.journal import Side
from billing.payments.errors import NotEnoughUnappliedError, NothingToPayError
from billing.payments.models import Allocation
from services.core.db import make_engine
from services.core.errors import ConflictError
from services.core.money import Money
from services.core.states import IllegalMoveError
from tests.fakes.ledger import entries, main_bill, payment_balance
from tests.fakes.transfers import arrive


@pytest.fixture
def paid(shop):
    """The reference of an order that is paid by card and confirmed."""
    reference = shop.place(nth=30)
    shop.pay(reference)
    shop.sync(reference)
    return reference


def came(shop, reference, minor):
    with shop.sessions.begin() as db:
        seller = orders.get_order(db, reference=reference).seller
        return arrive(db, seller=seller, amount=Money(minor, "RUB"), now=shop.now)


def post(db, shop, payment, *sides, kind="fee"):
    journal.post(
        db, seller_id=payment.seller_id, source="fee", source_id=1, kind=kind, booked_on=shop.now.date(),
        lines=sides, now=shop.now,
    )  # fmt: skip


def test_an_entry_that_is_not_balanced_never_commits(shop, paid):
    (payment,) = shop.payments()
    with shop.sessions() as db:
        post(db, shop, payment, Side("provider_fees", 5, "RUB"), Side("clearing", -4, "RUB"))
        with pytest.raises(DBAPIError, match="not balanced"):
            db.commit()
    with shop.sessions() as db:
        post(db, shop, payment, Side("provider_fees", 5, "RUB"), Side("clearing", -5, "EUR"))
        with pytest.raises(DBAPIError, match="not balanced"):
            db.commit()


def test_an_entry_without_lines_never_commits_and_no_line_joins_an_old_one(shop, paid):
    with shop.sessions() as db:
        db.execute(
            text("""INSERT INTO billing.entry (seller_id, source, source_id, kind, booked_on, at)
                SELECT seller_id, 'fee', 7, 'fee', booked_on, at FROM billing.entry LIMIT 1""")
        )
        with pytest.raises(DBAPIError, match="not balanced"):
            db.commit()
    with shop.sessions() as db:
        db.execute(
            text("""INSERT INTO billing.line (entry_id, account, minor, currency)
                SELECT id, 'rounding', 1, 'RUB' FROM billing.entry LIMIT 1""")
        )
        with pytest.raises(DBAPIError, match="not balanced"):
            db.commit()


def test_a_fact_is_posted_once(shop, paid):
    (payment,) = shop.payments()
    fee = Side("provider_fees", 5, "RUB"), Side("clearing", -5, "RUB")
    with shop.sessions.begin() as db:
        post(db, shop, payment, *fee)
    with shop.sessions() as db, pytest.raises(DBAPIError, match="entry_source"):
        post(db, shop, payment, *fee)


@pytest.mark.parametrize("table", ["entry", "line", "payment", "allocation", "reconciliation_run"])
@pytest.mark.parametrize("verb", ["UPDATE billing.{} SET id = DEFAULT", "DELETE FROM billing.{}"])
def test_what_is_booked_is_never_changed_not_even_by_the_owner(shop, paid, demo, table, verb):
    with shop.sessions.begin() as db:
        db.execute(
            text("""INSERT INTO billing.reconciliation_run (at, green, findings)
                VALUES (now(), true, '[]')""")
        )
    with shop.sessions() as db, pytest.raises(DBAPIError):
        db.execute(text(verb.format(table)))
    owner = make_engine(demo.owner_url)
    with pytest.raises(DBAPIError, match="never changed"), owner.begin() as connection:
        connection.execute(text(verb.format(table)))
    with pytest.raises(DBAPIError, match="never changed"), owner.begin() as connection:
        connection.execute(text(f"TRUNCATE billing.{table} CASCADE"))
    owner.dispose()


def test_rows_that_give_money_away_twice_are_refused_below_the_verbs(shop, paid):
    (payment,) = shop.payments()
    (put,) = shop.allocations()
    bill = main_bill(shop, paid)
    with shop.sessions() as db, pytest.raises(DBAPIError, match="beyond its total"):
        row(db, payment, bill, 1)
    other = main_bill(shop, shop.place(nth=40))
    with shop.sessions() as db, pytest.raises(DBAPIError, match="given away twice"):
        row(db, payment, other, 1)
    with shop.sessions() as db, pytest.raises(DBAPIError, match="reverses another sum"):
        row(db, payment, bill, 1 - put.amount_minor, reverses=put)
    with shop.sessions() as db, pytest.raises(DBAPIError, match="given away twice"):
        db.execute(
            text("""INSERT INTO billing.refund (reference, payment_id, amount_minor, amount_currency, reason,
                    state, key, requested_by, requested_at, approved_by)
                SELECT 'R-1', id, 1, 'RUB', 'goodwill', 'approved', 'k', 'system', now(), 'system'
                FROM billing.payment""")
        )


def row(db, payment, bill, minor, *, reverses=None):
    db.add(
        Allocation(
            payment_id=payment.id,
            bill_id=bill.id,
            amount_minor=minor,
            allocated_at=payment.captured_at,
            reverses_id=reverses.id if reverses else None,
        )
    )
    db.flush()


def both(first, second):
    """Start two acts at once; what each answered, refusals included."""
    gate = threading.Barrier(2)

    def run(one):
        gate.wait()
        try:
            one()
        except ConflictError as refusal:
            return type(refusal)
        return None

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(run, (first, second)))


def putting(shop, payment, reference, minor):
    def put():
        with shop.sessions.begin() as db:
            bill = payments.lock_bill(db, bill_id=main_bill(shop, reference).id)
            payments.put_to_bill(
                db, payment=db.merge(payment), bill=bill, amount=Money(minor, "RUB"), actor="staff:1",
                now=shop.now,
            )  # fmt: skip

    return put


def test_one_payment_is_put_to_two_bills_at_once_only_as_far_as_it_goes(shop):
    first, second = shop.place(nth=30), shop.place(nth=40)
    price = main_bill(shop, first).total_minor
    for _ in range(5):
        payment = came(shop, first, 100_00)
        said = both(putting(shop, payment, first, 60_00), putting(shop, payment, second, 60_00))
        assert sorted(said, key=str) == [NotEnoughUnappliedError, None]
        assert payment_balance(shop, payment).unapplied == 40_00
    assert sum(one.amount_minor for one in shop.allocations()) == 300_00 < price


def test_two_payments_for_one_bill_at_once_cover_it_once(shop):
    reference = shop.place(nth=30)
    price = main_bill(shop, reference).total_minor
    one, two = came(shop, reference, price), came(shop, reference, price)
    said = both(putting(shop, one, reference, price), putting(shop, two, reference, price))
    assert sorted(said, key=str) == [NothingToPayError, None]
    assert main_bill(shop, reference).state == "covered"
    assert len(shop.allocations()) == 1


def test_money_is_not_put_and_given_back_at_once(shop):
    reference = shop.place(nth=30)
    for _ in range(5):
        payment = came(shop, reference, 100_00)

        def back(payment=payment):
            with shop.sessions.begin() as db:
                refunds.refund_surplus(db, payment_reference=payment.reference, now=shop.now)

        both(putting(shop, payment, reference, 60_00), back)
        told = payment_balance(shop, payment)
        assert (told.applied, told.refunded, told.unapplied) in {(60_00, 40_00, 0), (0, 100_00, 0)}


def test_two_people_approve_one_refund_at_once_and_it_is_promised_once(shop, paid, monkeypatch):
    monkeypatch.setattr("billing.refunds.commands.APPROVED_BY_RULE", 100)
    with shop.sessions.begin() as db:
        order = orders.get_order(db, reference=paid, lock=True)
        (asked,) = refunds.request_refund(
            db, order=order, amount=Money(1000_00, "RUB"), reason="goodwill", actor="staff:1", now=shop.now
        )

    def approving(actor):
        def approve():
            with shop.sessions.begin() as db:
                refund = refunds.get_refund(db, reference=asked.reference)
                refunds.approve_refund(db, refund=refund, actor=actor, now=shop.now)

        return approve

    said = both(approving("staff:2"), approving("staff:3"))
    assert sorted(said, key=str) == [IllegalMoveError, None]
    assert len(entries(shop, "refund_approved")) == 1
    assert main_bill(shop, paid).reduced_minor == 1000_00
