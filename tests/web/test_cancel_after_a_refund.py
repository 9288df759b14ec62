"""Cancelling for the vendor after a part of the money went back: the figure shown is what still goes back."""

from __future__ import annotations

from tests.fakes.desk import enter


def test_the_page_shows_what_is_left_to_go_back(desk, shop):
    reference = shop.place(nth=30)
    shop.pay(reference)
    shop.sync(reference)
    came = shop.payments()[0].amount_minor
    accountant, coordinator = enter(desk.app, "accountant"), enter(desk.app, "coordinator")
    accountant.submit(accountant.get(f"/staff/orders/{reference}/refund"), amount="100", reason="goodwill")
    page = coordinator.get(f"/staff/orders/{reference}/cancel")
    assert f"{(came - 100_00) // 100:,}".replace(",", " ") in page.text.replace(",", " ")
    coordinator.submit(page)
    assert [one.amount_minor for one in shop.refunds()] == [100_00, came - 100_00]
