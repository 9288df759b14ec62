"""What the tests of card payments look at again and again."""

from __future__ import annotations

from sqlalchemy import select

from billing import orders
from billing.payments.attempts import open_attempt
from billing.payments.page import PageWishes
from services.core.mail.models import OutboxMail

WISHES = PageWishes(
    locale="ru",
    success_url="http://127.0.0.1:1/return?checkout={CHECKOUT_SESSION_ID}",
    cancel_url="http://127.0.0.1:1/pay",
)
CREATE = "POST /v1/checkout/sessions"


def completed(shop):
    return shop.double.events("checkout.session.")[-1]


def mails(shop, event):
    with shop.sessions() as db:
        return db.scalars(select(OutboxMail.id).where(OutboxMail.event == event)).all()


def assert_confirmed_once(shop, reference):
    order = shop.order(reference)
    assert (order.state, order.session.state, order.attention) == ("confirmed", "booked", None)
    assert [bill.state for bill in order.bills] == ["covered"]
    paid, put = shop.payments(), shop.allocations()
    assert [one.amount for one in paid] == [order.bills[0].total]
    assert [(one.payment_id, one.amount_minor) for one in put] == [(paid[0].id, order.bills[0].total_minor)]
    assert [one.state for one in shop.attempts()] == ["captured"]
    assert len(mails(shop, "session_confirmed")) == 1
    assert shop.tasks() == []


def assert_not_confirmed(shop, reference):
    order = shop.order(reference)
    assert order.state != "confirmed"
    assert order.session.state == "held"
    assert [bill.state for bill in order.bills] == ["open"]
    assert shop.allocations() == []


def freeze(shop, reference):
    with shop.sessions.begin() as db:
        bill = orders.find_main_bill(orders.get_order(db, reference=reference))
        return open_attempt(db, bill_id=bill.id, wishes=WISHES, livemode=False, now=shop.now)
