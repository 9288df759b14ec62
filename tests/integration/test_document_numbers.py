"""Numbers of documents are 1…n, whatever threads, rollbacks and killed connections do to them."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from billing import invoices, orders, sellers
from billing.invoices.models import Counter, Document
from billing.invoices.numbering import take_number, write_number
from billing.orders.models import Bill, BillLine
from services.core.references import new_reference
from services.core.texts import Texts
from tests.cluster import ROOT

THREADS, EACH = 16, 6


def add_bills(shop, reference, how_many):
    """More bills of an order: addenda, each of which may have an invoice."""
    with shop.sessions.begin() as db:
        order = orders.get_order(db, reference=reference)
        made = [
            Bill(
                reference=new_reference("B"), order=order, kind="addendum", state="open",
                total_minor=122_00, total_currency=order.currency, due_at=shop.now, created_at=shop.now,
                lines=[
                    BillLine(
                        position=1, text=Texts("Продление", "Extension"), net_minor=100_00, vat_rate=2200,
                        vat_minor=22_00, gross_minor=122_00,
                    )
                ],
            )
            for _ in range(how_many)
        ]  # fmt: skip
        db.add_all(made)
        db.flush()
        return [bill.id for bill in made]


class CrashError(Exception):
    """What a thread may run into after it has issued."""


def fall(db, fate):
    if fate == 1:
        raise CrashError
    if fate == 2:
        db.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))


def issue_and_maybe_fall(shop, bill_id, turn):
    """Issue; every third time roll back, every third time lose the connection; then once more."""
    for fate in (turn % 3, 0):
        try:
            with shop.sessions.begin() as db:
                invoices.issue_invoice(db, bill=orders.get_bill(db, bill_id=bill_id), now=shop.now)
                fall(db, fate)
        except (CrashError, DBAPIError):
            continue


def numbers(shop, kind="schet"):
    with shop.sessions() as db:
        rows = db.execute(select(Document.n, Document.issued_on).where(Document.kind == kind))
        return sorted(tuple(row) for row in rows)


def test_sixteen_threads_with_crashes_and_rollbacks_leave_no_gap(shop):
    bills = [bill for _ in range(4) for bill in add_bills(shop, shop.place(), THREADS * EACH // 4)]
    turns = count()
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda bill: issue_and_maybe_fall(shop, bill, next(turns)), bills))
    assert [n for n, _on in numbers(shop)] == list(range(1, THREADS * EACH + 1))
    with shop.sessions() as db:
        assert db.scalars(select(Counter.last)).all() == [THREADS * EACH]


def test_sixteen_who_issue_for_one_bill_get_one_invoice(shop):
    (bill_id,) = add_bills(shop, shop.place(), 1)

    def issue(_turn):
        with shop.sessions.begin() as db:
            return invoices.issue_invoice(db, bill=orders.get_bill(db, bill_id=bill_id), now=shop.now).number

    with ThreadPoolExecutor(THREADS) as pool:
        assert set(pool.map(issue, range(THREADS))) == {"2026-000001"}
    assert len(numbers(shop)) == 1


def test_who_is_killed_while_he_holds_a_number_gives_it_back(shop, demo):
    script = f"""
import sys, time
from datetime import datetime, UTC
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from webapp import models
from billing import sellers
from billing.invoices.numbering import take_number
with Session(create_engine({demo.url.replace("postgresql://", "postgresql+psycopg://", 1)!r})) as db:
    seller = sellers.get_seller(db, code="ooo")
    taken = take_number(db, seller=seller, kind="schet", now=datetime(2026, 11, 23, 8, tzinfo=UTC))
    print(taken.number, flush=True)
    time.sleep(600)
"""
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        taken = child.stdout.readline().strip()
        child.kill()
    bill_id = add_bills(shop, shop.place(), 1)[0]
    with shop.sessions.begin() as db:
        issued = invoices.issue_invoice(db, bill=orders.get_bill(db, bill_id=bill_id), now=shop.now)
    assert (taken, issued.number) == ("2026-000001", "2026-000001")


def test_the_year_changes_by_the_sellers_date(demo_db):
    seller = sellers.get_seller(demo_db, code="ooo")
    midnight = datetime(2026, 12, 31, 21, tzinfo=UTC)  # in Moscow
    before = take_number(demo_db, seller=seller, kind="schet", now=midnight - timedelta(seconds=1))
    after = take_number(demo_db, seller=seller, kind="schet", now=midnight)
    assert (before.number, before.issued_on) == ("2026-000001", date(2026, 12, 31))
    assert (after.number, after.issued_on) == ("2027-000001", date(2027, 1, 1))


def test_dates_never_fall_when_somebody_waited_over_midnight(demo_db):
    seller = sellers.get_seller(demo_db, code="ooo")
    midnight = datetime(2026, 11, 23, 21, tzinfo=UTC)
    first = take_number(demo_db, seller=seller, kind="act", now=midnight)
    overtaken = take_number(demo_db, seller=seller, kind="act", now=midnight - timedelta(seconds=1))
    assert (first.n, overtaken.n) == (1, 2)
    assert overtaken.issued_on == first.issued_on


def test_each_seller_and_each_kind_has_a_series_of_its_own(demo_db, now):
    ooo, abroad = (sellers.get_seller(demo_db, code=code) for code in ("ooo", "abroad"))
    taken = [
        take_number(demo_db, seller=seller, kind=kind, now=now).number
        for seller, kind in ((ooo, "schet"), (ooo, "act"), (abroad, "schet"), (ooo, "schet"))
    ]
    assert taken == ["2026-000001", "2026-000001", "INV-2026-00001", "2026-000002"]


@pytest.mark.parametrize(
    "verb",
    [
        "UPDATE billing.counter SET last = last + 2",
        "UPDATE billing.counter SET last = last - 1",
        "UPDATE billing.counter SET last = last + 1, last_on = last_on - 1",
        "INSERT INTO billing.counter SELECT seller_id, 'upd', year, 7, last_on FROM billing.counter",
    ],
)
def test_nobody_counts_otherwise_than_by_one(demo_db, now, verb):
    take_number(demo_db, seller=sellers.get_seller(demo_db, code="ooo"), kind="schet", now=now)
    demo_db.execute(text("UPDATE billing.counter SET last = last + 1"))
    with pytest.raises(DBAPIError):
        demo_db.execute(text(verb))


@given(year=st.integers(2000, 2999), n=st.lists(st.integers(1, 10**7), min_size=2, max_size=2, unique=True))
def test_different_numbers_are_written_differently(year, n):
    written = [write_number("PS-{year}/{n:04}", year=year, n=one) for one in n]
    assert written[0] != written[1]


@pytest.mark.parametrize(
    "pattern", ["{year}", "{n:06}", "{n}{n}{year}", "{year}-{n.__class__}", "", "{year}-{n:6}"]
)
def test_a_pattern_without_year_and_number_is_refused(pattern):
    with pytest.raises(invoices.NumberPatternError):
        write_number(pattern, year=2026, n=1)
