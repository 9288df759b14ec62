"""Fiscal receipts in the staff area: awaited after a payment, given once their link is entered."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from billing import receipts
from billing.sellers.models import Seller
from tests.fakes.bank import Bank, statement
from tests.fakes.desk import enter


@pytest.fixture
def till(desk, now):
    return Bank(desk.database, now)


def pay(till, *, asked: bool) -> str:
    """An order that a bank statement pays; the seller asks for receipts of transfers, or doesn't."""
    with till.sessions.begin() as db:
        for seller in db.scalars(select(Seller)):
            seller.receipt_methods = ["transfer"] if asked else []
    order = till.order()
    till.match(till.bring(statement(till.pays(order))))
    return order


def test_the_accountant_enters_where_a_receipt_can_be_read(desk, till):
    order = pay(till, asked=True)
    accountant = enter(desk.app, "accountant")
    assert "Fiscal receipts have to be given" in enter(desk.app, "administrator").get("/staff/").text
    awaited = accountant.get("/staff/receipts/")
    assert order in awaited.text
    form = accountant.get(awaited.link("Enter the link"))
    assert "web address" in accountant.submit(form, status=422, link="чек № 5").errors()[0]
    page = accountant.submit(form, link="https://ofd.example/5")
    assert "Receipt: given" in page.text
    assert page.link("Open the receipt") == "https://ofd.example/5"
    assert "No receipt is awaited" in accountant.get("/staff/receipts/").text


def test_a_payment_that_asks_for_none_says_so(desk, till):
    order = pay(till, asked=False)
    coordinator = enter(desk.app, "coordinator")
    page = coordinator.get(f"/staff/orders/{order}")
    assert "Receipt: not needed" in page.text
    assert "Fiscal receipts" not in page.text
    coordinator.get("/staff/receipts/", status=403)
    with till.sessions() as db:
        assert receipts.list_awaited(db, limit=5) == []


def test_a_receipt_of_nothing_is_not_there(desk):
    enter(desk.app, "accountant").get("/staff/receipts/payment/1/1", status=404)
