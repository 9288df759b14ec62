"""The button that gives money back, pressed twice."""

from __future__ import annotations

from tests.fakes.desk import enter


def test_money_goes_back_once_however_often_the_button_of_one_page_is_pressed(desk, shop):
    reference = shop.place(nth=30)
    shop.pay(reference)
    shop.sync(reference)
    accountant = enter(desk.app, "accountant")
    page = accountant.get(f"/staff/orders/{reference}/refund")
    accountant.submit(page, amount="100", reason="goodwill")
    again = accountant.submit(page, status=422, amount="100", reason="goodwill")
    assert "Money was given back since" in again.text
    assert [one.amount_minor for one in shop.refunds()] == [100_00]
    accountant.submit(again, amount="50", reason="goodwill")
    assert [one.amount_minor for one in shop.refunds()] == [100_00, 50_00]
