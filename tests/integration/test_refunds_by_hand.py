"""Money given back by hand: not past the second person, and never in the way of a cancellation."""

from __future__ import annotations

import pytest

from billing import orders, refunds
from billing.refunds.commands import APPROVED_BY_RULE
from services.core.money import Money


@pytest.fixture
def paid(shop):
    """The reference of an order that is paid and confirmed."""
    reference = shop.place(nth=30)
    shop.pay(reference)
    shop.sync(reference)
    return reference


def ask(shop, reference, minor, actor="staff:1"):
    with shop.sessions.begin() as db:
        order = orders.get_order(db, reference=reference)
        amount = Money(minor, order.currency)
        refunds.request_refund(db, order=order, amount=amount, reason="goodwill", actor=actor, now=shop.now)


def test_what_went_back_before_does_not_keep_a_customer_from_cancelling(shop, paid):
    came = shop.payments()[0].amount_minor
    ask(shop, paid, 100_00)
    with shop.sessions() as db:
        order = orders.get_order(db, reference=paid)
        assert refunds.step_on_cancelling(db, order=order, at=shop.now).refund.minor == came - 100_00
    shop.cancel(paid)
    assert shop.order(paid).state == "cancelled"
    assert [one.amount_minor for one in shop.refunds()] == [100_00, came - 100_00]


def test_a_vendor_can_cancel_an_order_whose_money_is_all_back(shop, paid):
    ask(shop, paid, shop.payments()[0].amount_minor)
    shop.cancel(paid, actor="staff:1")
    assert shop.order(paid).state == "cancelled"
    assert len(shop.refunds()) == 1


def test_a_large_sum_needs_a_second_person_however_it_is_split(shop, paid, monkeypatch):
    came = shop.payments()[0].amount_minor
    assert came <= APPROVED_BY_RULE
    monkeypatch.setattr("billing.refunds.commands.APPROVED_BY_RULE", came // 2)
    ask(shop, paid, came // 2)
    ask(shop, paid, 100)
    assert [one.state for one in shop.refunds()] == ["approved", "requested"]
    assert [task.kind for task in shop.tasks()] == ["refund_to_approve"]
