"""Submitting again by another way than the first time: nothing new begins, whoever forges it."""

from __future__ import annotations

import pytest

from billing import invoices, orders, trust
from billing.invoices.transfer import submit_by_transfer
from tests.integration.test_trust import agreement, draft, give_credit


def far(db, now, **facts):
    """A draft whose start leaves time for a transfer."""
    return draft(db, now, nth=200, **facts)


def test_an_order_by_transfer_asks_for_no_credit_by_being_submitted_again(demo_db, now):
    give_credit(demo_db, now, limit=1)
    order = far(demo_db, now)
    submit_by_transfer(demo_db, order=order, agreement=agreement(demo_db, now), now=now)
    kept = order.session.held_until
    with pytest.raises(orders.MethodNotOfferedError):
        trust.submit_on_credit(demo_db, order=order, agreement=agreement(demo_db, now), now=now)
    trust.submit_by_payment_order(demo_db, order=order, agreement=agreement(demo_db, now), now=now)
    assert trust.find_request(demo_db, order=order) is None
    assert order.session.held_until == kept
    assert len(invoices.list_of_order(demo_db, order=order)) == 1


def test_a_refused_wish_for_credit_is_not_asked_again_by_a_second_press(demo_db, now):
    give_credit(demo_db, now)
    order = far(demo_db, now)
    asked = trust.submit_on_credit(demo_db, order=order, agreement=agreement(demo_db, now), now=now)
    again = trust.submit_on_credit(demo_db, order=order, agreement=agreement(demo_db, now), now=now)
    assert again.id == asked.id
    trust.refuse_trust(demo_db, reference=asked.reference, actor="staff:7", reason="нет", now=now)
    trust.submit_on_credit(demo_db, order=order, agreement=agreement(demo_db, now), now=now)
    assert trust.find_waiting(demo_db, order=order) is None
