"""Documents are issued once, numbered without gaps, and never change."""

from __future__ import annotations

from billing import invoices, orders
from billing.invoices.queries import Wanted


def issue(shop, reference):
    with shop.sessions.begin() as db:
        bill = orders.find_main_bill(orders.get_order(db, reference=reference))
        return invoices.issue_invoice(db, bill=bill, now=shop.now)


def test_an_invoice_is_issued_once_while_it_stands(shop):
    reference = shop.place()
    first, again = issue(shop, reference), issue(shop, reference)
    assert (first.id, first.number) == (again.id, "2026-000001")


def test_an_invoice_is_found_by_number_order_and_buyer(shop):
    reference = shop.place()
    issued = issue(shop, reference)
    with shop.sessions() as db:
        for search in (issued.number, "2026-0", "№ 2026-000001", reference, "ольга"):
            rows, total = invoices.list_documents(db, wanted=Wanted(search=search), limit=5, now=shop.now)
            assert ([row.id for row in rows], total) == ([issued.id], 1), search
        assert invoices.find_by_number(db, seller=issued.seller, number=issued.number).id == issued.id
