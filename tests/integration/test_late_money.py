"""Money that comes when its time is gone: another time, or the money back, by itself in the end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from billing import orders, payments, refunds, tasks
from billing.payments.errors import ChoiceOverError
from services import scheduling, sessions
from services.core.money import Money
from services.scheduling import SlotTakenError
from services.sessions import Holder
from tests.fakes.transfers import arrive
from tests.integration.test_trust import letters, ordered


@pytest.fixture
def late(demo_db, now):
    """An order whose time somebody else has, and whose money has come after that: order and payment."""
    return lose_and_pay(demo_db, now)


def lose_and_pay(db, now, nth=30):
    order = ordered(db, now, nth=nth)
    over = sessions.held_until(order.session)
    assert payments.let_lapse(db, session_id=order.session_id, now=over)
    fill(db, order, over)
    bill = payments.lock_bill(db, bill_id=orders.find_main_bill(order).id)
    payment = arrive(db, seller=order.seller, amount=bill.total, now=over)
    with pytest.raises(orders.SlotGoneError):
        payments.put_to_bill(db, payment=payment, bill=bill, amount=bill.total, actor="system", now=over)
    db.flush()
    return order, payment, over


def fill(db, order, now):
    """Let others have every specialist at the order's time."""
    start = order.session.starts_at
    n = 0
    while any(
        slot.start == start
        for slot in scheduling.list_slots(
            db, service=order.service, after=start, before=start + timedelta(minutes=1),
            customer_zone="Europe/Moscow", now=now,
        )
    ):  # fmt: skip
        n += 1
        orders.start(
            db, slug=order.service.slug, start_at=start, holder=Holder(f"rival {n}"), country="RU",
            zone="Europe/Moscow", locale="ru", offered_until=start, now=now,
        )  # fmt: skip


def free_start(db, order, now, days=1):
    slots = scheduling.nearest(
        db, service=order.service, n=1, customer_zone="Europe/Moscow",
        around=order.session.starts_at + timedelta(days=days), now=now,
    )  # fmt: skip
    return slots[0].start


def test_the_customer_is_asked_for_three_business_days(demo_db, late):
    order, _payment, over = late
    assert order.attention == "paid_after_time_was_gone"
    assert payments.may_choose(order, now=over)
    # Monday; until Thursday's end in Moscow.
    assert order.choose_until == datetime(2026, 11, 26, 20, 59, 59, tzinfo=UTC)
    assert letters(demo_db).count("time_gone") == 1


def test_another_time_is_booked_with_the_money_that_is_here(demo_db, late):
    order, payment, over = late
    start = free_start(demo_db, order, over)
    payments.take_new_time(demo_db, order=order, start_at=start, zone="Europe/Moscow", now=over)
    bill = orders.find_main_bill(order)
    assert (order.state, order.session.state, bill.state) == ("confirmed", "booked", "covered")
    assert order.session.starts_at == start
    assert order.attention is None
    assert payments.unapplied(demo_db, payment=payment).minor == 0
    assert tasks.list_open_tasks(demo_db) == []
    assert "session_confirmed" in letters(demo_db)
    with pytest.raises(ChoiceOverError):
        payments.take_new_time(demo_db, order=order, start_at=start, zone="Europe/Moscow", now=over)


def test_a_time_that_is_taken_too_changes_nothing(demo_db, late):
    order, payment, over = late
    with pytest.raises(SlotTakenError), demo_db.begin_nested():
        payments.take_new_time(
            demo_db, order=order, start_at=order.session.starts_at, zone="Europe/Moscow", now=over
        )
    assert payments.may_choose(order, now=over)
    assert payments.unapplied(demo_db, payment=payment) == payment.amount


def test_the_money_goes_back_when_the_customer_wants_it(demo_db, late):
    order, payment, over = late
    refunds.take_money_back(demo_db, order=order, now=over)
    assert [(one.reason, one.amount, one.way) for one in refunds.list_refunds(demo_db, order=order)] == [
        ("slot_gone", payment.amount, "bank_transfer")
    ]
    assert (order.state, order.attention) == ("expired", None)
    assert tasks.list_open_tasks(demo_db) == []
    with pytest.raises(ChoiceOverError):
        refunds.take_money_back(demo_db, order=order, now=over)


def test_the_money_goes_back_by_itself_when_nobody_says_anything(demo_db, late):
    order, payment, over = late
    give = {"order_reference": order.reference}
    assert not refunds.give_back_late(demo_db, **give, now=over)
    after = order.choose_until
    assert not payments.may_choose(order, now=after)
    assert refunds.give_back_late(demo_db, **give, now=after)
    assert not refunds.give_back_late(demo_db, **give, now=after)
    assert [one.amount for one in refunds.list_refunds(demo_db, order=order)] == [payment.amount]


def test_what_a_person_has_looked_at_is_left_alone(demo_db, late):
    order, _payment, _over = late
    orders.settle_attention(demo_db, order=order, actor="staff:1", now=order.choose_until)
    assert not refunds.give_back_late(demo_db, order_reference=order.reference, now=order.choose_until)
    assert refunds.list_refunds(demo_db, order=order) == []


def test_a_dearer_time_is_refused(demo_db, late):
    order, _payment, over = late
    start, price = free_start(demo_db, order, over), order.quote.gross
    bill = orders.find_main_bill(order)
    orders.reduce_bill(demo_db, bill=bill, amount=Money(100, price.currency), actor="system", now=over)
    with pytest.raises(payments.DearerTimeError) as dearer:
        payments.take_new_time(demo_db, order=order, start_at=start, zone="Europe/Moscow", now=over)
    assert dearer.value.price == price


def test_a_cheaper_time_gives_the_difference_back(demo_db, now):
    order, payment, over = lose_and_pay(demo_db, now, nth=1)  # soon, which costs more
    start = free_start(demo_db, order, over)
    payments.take_new_time(demo_db, order=order, start_at=start, zone="Europe/Moscow", now=over)
    bill = orders.find_main_bill(order)
    assert (order.state, bill.state) == ("confirmed", "covered")
    assert bill.payable == order.quote.gross
    rest = payment.amount - bill.payable
    assert payments.unapplied(demo_db, payment=payment) == rest
    refunds.refund_surplus(demo_db, payment_reference=payment.reference, now=over)
    assert [one.amount for one in refunds.list_refunds(demo_db, order=order)] == [rest]
