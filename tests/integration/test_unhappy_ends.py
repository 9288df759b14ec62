"""Orders that end otherwise than they were meant to: nobody came, called off on trust; and how they close."""

from __future__ import annotations

from datetime import timedelta

import pytest

from billing import invoices, journal, orders, refunds, tasks, trust
from services import documents, sessions
from tests.fakes.bank_money import pay_by_bank
from tests.integration.test_trust import COMPANY, STAFF, attached, letters, ordered


def booked(db, now, *, nth=30, paid=True):
    """A confirmed order: paid by bank, or on a payment order only."""
    if paid:
        order = ordered(db, now, nth=nth)
        pay_by_bank(db, orders.find_main_bill(order), now=now)
        return order
    request = attached(db, now, nth=nth)
    trust.grant_trust(db, reference=request.reference, actor=STAFF, reason="", now=now)
    return request.order


def missed(db, order):
    at = order.session.starts_at + timedelta(minutes=20)
    sessions.miss(db, session=order.session, actor=STAFF, now=at)
    return at


def delivered(db, order, now):
    consent = documents.get_current(db, kind="consent_remote", on=now.date())
    sessions.consent(db, session=order.session, version=consent, address="127.0.0.1", agent="test", now=now)
    starts_at, ends_at = order.session.starts_at, order.session.ends_at
    sessions.start(db, session=order.session, actor=STAFF, now=starts_at)
    sessions.finish(db, session=order.session, result="solved", actor=STAFF, now=ends_at)
    refunds.accept_delivery(db, session_id=order.session_id, now=ends_at)
    return ends_at


def last_step(order):
    return orders.steps_of(order)[-1]


def fee_of(order):
    return next(bill for bill in order.bills if bill.kind == "fee")


def test_whoever_does_not_come_pays_by_the_ladder_and_gets_the_rest_back(demo_db, now):
    order = booked(demo_db, now)
    at = missed(demo_db, order)
    assert refunds.charge_no_show(demo_db, session_id=order.session_id, now=at)
    assert not refunds.charge_no_show(demo_db, session_id=order.session_id, now=at)
    demo_db.expire_all()
    fee = fee_of(order)
    assert (order.state, orders.find_main_bill(order).state, fee.state) == ("cancelled", "void", "covered")
    assert fee.total == last_step(order).kept
    given = refunds.list_refunds(demo_db, order=order)
    assert [one.amount for one in given] == ([last_step(order).refund] if last_step(order).refund else [])
    act = invoices.find_standing(demo_db, bill=fee, kind="act")
    assert act is not None
    assert act.gross_minor == fee.total_minor
    balance = journal.bill_balance(demo_db, bill_id=fee.id)
    assert (balance.receivable, balance.advances) == (0, 0)
    assert "session_cancelled" in letters(demo_db)


def test_whoever_was_trusted_and_does_not_come_owes_the_fee(demo_db, now):
    order = booked(demo_db, now, paid=False)
    at = missed(demo_db, order)
    refunds.charge_no_show(demo_db, session_id=order.session_id, now=at)
    demo_db.expire_all()
    fee = fee_of(order)
    assert (orders.find_main_bill(order).state, fee.state) == ("void", "open")
    assert fee.total == last_step(order).kept
    assert invoices.find_standing(demo_db, bill=fee, kind="schet") is not None
    assert refunds.list_refunds(demo_db, order=order) == []
    pay_by_bank(demo_db, fee, now=at)
    assert fee.state == "covered"
    assert journal.bill_balance(demo_db, bill_id=fee.id).receivable == 0


@pytest.mark.parametrize(("hours", "owes"), [(30, False), (10, True)])
def test_calling_a_trusted_session_off_costs_what_the_ladder_says(demo_db, now, hours, owes):
    order = booked(demo_db, now, nth=40, paid=False)
    at = order.session.starts_at - timedelta(hours=hours)
    refunds.cancel_order(demo_db, order=order, actor="customer", now=at)
    demo_db.expire_all()
    fees = [bill for bill in order.bills if bill.kind == "fee"]
    assert order.state == "cancelled"
    assert [bill.state for bill in fees] == (["open"] if owes else [])
    assert refunds.list_refunds(demo_db, order=order) == []


def test_our_own_cancellation_of_a_trusted_session_costs_nothing(demo_db, now):
    order = booked(demo_db, now, paid=False)
    refunds.cancel_order(demo_db, order=order, actor=STAFF, now=order.session.starts_at - timedelta(hours=1))
    demo_db.expire_all()
    assert [bill.state for bill in order.bills] == ["void"]


def test_a_missed_session_that_nobody_sold_costs_nobody_anything(demo_db, now):
    order = booked(demo_db, now)
    assert not refunds.charge_no_show(demo_db, session_id=order.session_id, now=now)
    assert order.state == "confirmed"


def test_a_completed_order_is_closed_after_three_quiet_days(demo_db, now):
    order = booked(demo_db, now)
    ended_at = delivered(demo_db, order, now)
    assert order.state == "completed"
    early, late = ended_at + timedelta(hours=71), ended_at + timedelta(hours=72)
    assert refunds.close_settled(demo_db, now=early) == 0
    assert refunds.close_settled(demo_db, now=late) == 1
    assert refunds.close_settled(demo_db, now=late) == 0
    assert order.state == "closed"


def test_nothing_is_closed_while_a_bill_is_open_or_somebody_objects_or_asks(demo_db, now):
    owing = booked(demo_db, now, nth=20, paid=False)
    asking = booked(demo_db, now, nth=25)
    objecting = booked(demo_db, now, nth=30)
    ends = [delivered(demo_db, order, now) for order in (owing, asking, objecting)]
    late = max(ends) + timedelta(hours=73)
    tasks.open_task(demo_db, kind="dispute", subject=f"order:{asking.reference}", facts={}, now=late)
    act = invoices.find_standing(demo_db, bill=orders.find_main_bill(objecting), kind="act")
    invoices.refuse_act(demo_db, act=act, reason="Не всё сделано", actor="customer", now=ends[2])
    assert refunds.close_settled(demo_db, now=late) == 0
    pay_by_bank(demo_db, orders.find_main_bill(owing), now=late)
    assert refunds.close_settled(demo_db, now=late) == 1
    assert (owing.state, asking.state, objecting.state) == ("closed", "completed", "completed")
    assert COMPANY.inn
