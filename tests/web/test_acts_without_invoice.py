"""What was paid by card has no invoice: the letter with its act leads to a page all the same."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from billing import invoices, orders
from tests.fakes.bank_money import pay_by_bank


@pytest.fixture
def act_page(desk, visit):
    """The page that the letter with the act of a paid order without an invoice leads to."""
    now = desk.clock()
    with desk.database.app_sessions.begin() as db:
        bill = orders.find_main_bill(orders.get_order(db, reference=desk.order))
        pay_by_bank(db, bill, now=now)
        assert invoices.find_standing(db, bill=bill, kind="schet") is None
        invoices.issue_act(db, bill=bill, service_on=now.date(), now=now)
        path = urlsplit(invoices.bill_url(db, bill)).path
    return visit(address="203.0.113.77"), path


def test_the_page_is_headed_by_the_act_and_asks_for_no_money(act_page):
    visitor, path = act_page
    page = visitor.get(path)
    assert page.title.startswith("Акт № 2026-000001 от 23 ноября 2026")
    assert "Оплачен" in page.text
    assert "К оплате" not in page.text
    assert "Счёт на" not in page.text


def test_who_objects_to_it_is_heard(act_page, desk):
    visitor, path = act_page
    form = "main form[action$='/object']"
    back = visitor.submit(visitor.get(path), form=form, reason="Обмен так и не заработал")
    assert "Мы получили ваши возражения" in back.text
    with desk.database.app_sessions() as db:
        (act,) = invoices.list_of_order(db, order=orders.get_order(db, reference=desk.order))
        assert act.refused_reason == "Обмен так и не заработал"
