"""A delivered session completes the order it was sold by, once, and is certified."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from billing import invoices, journal, orders, refunds
from services import documents, sessions


def start_session(shop, reference):
    """Pay the order and begin its session; the session's id."""
    shop.pay(reference)
    shop.sync(reference)
    with shop.sessions.begin() as db:
        session = orders.get_order(db, reference=reference).session
        version = documents.get_current(db, kind="consent_remote", on=shop.now.date())
        sessions.consent(db, session=session, version=version, address="", agent="", now=shop.now)
        sessions.start(db, session=session, actor="staff:1", now=shop.now)
        return session.id


def deliver(shop, session_id, result="solved", **said):
    """End the session and do the job that follows; what it answered."""
    with shop.sessions.begin() as db:
        session = sessions.get_session_by_id(db, session_id=session_id)
        said = {"text": "Обмен снова идёт.", **said}
        sessions.finish(db, session=session, result=result, actor="staff:1", now=shop.now, **said)
    return follow(shop, session_id)


def follow(shop, session_id):
    with shop.sessions.begin() as db:
        return refunds.accept_delivery(db, session_id=session_id, now=shop.now)


def balance(shop, bill):
    with shop.sessions() as db:
        return journal.bill_balance(db, bill_id=bill.id)


def acts(shop):
    return [one for one in shop.all(invoices.Document) if one.kind == "act"]


def test_the_order_of_a_delivered_session_is_completed_and_certified_once(shop):
    reference = shop.place()
    session_id = start_session(shop, reference)
    assert (deliver(shop, session_id), follow(shop, session_id)) == (True, False)
    order = shop.order(reference)
    assert order.state == "completed"
    (act,) = acts(shop)
    assert (act.number, act.gross, act.said.service_on) == (
        "2026-000001", order.bills[0].total, shop.now.date(),
    )  # fmt: skip
    found = balance(shop, order.bills[0])
    assert (found.recognised, found.set_off, found.advances, found.receivable) == (
        act.gross_minor, act.gross_minor, 0, 0,
    )  # fmt: skip


def test_delivering_leaves_a_job_for_who_sold_it(shop):
    session_id = start_session(shop, shop.place())
    deliver(shop, session_id)
    with shop.sessions() as db:
        query = text("SELECT args FROM procrastinate_jobs WHERE task_name = 'session_delivered'")
        assert {"session_id": session_id} in [row.args for row in db.execute(query)]


def test_a_session_that_is_still_to_come_completes_nothing(shop):
    reference = shop.place()
    session_id = start_session(shop, reference)
    assert not follow(shop, session_id)
    assert shop.order(reference).state == "confirmed"
    assert not acts(shop)


@pytest.mark.parametrize("minutes", [0, 35, 59])
def test_what_we_cut_short_is_paid_for_the_minutes_it_took(shop, minutes):
    reference = shop.place()
    session_id = start_session(shop, reference)
    deliver(shop, session_id, result="cut_short", minutes=minutes)
    order = shop.order(reference)
    bill = order.bills[0]
    earned = bill.total_minor * minutes // 60
    assert order.state == "completed"
    assert [one.gross_minor for one in acts(shop)] == ([earned] if earned else [])
    assert [one.amount_minor for one in shop.refunds()] == [bill.total_minor - earned]
    found = balance(shop, bill)
    assert (found.put, found.recognised, found.advances, found.receivable) == (earned, earned, 0, 0)


def test_a_fee_that_is_kept_has_an_act_of_its_own(shop):
    reference = shop.place()
    shop.pay(reference)
    shop.sync(reference)
    start = shop.order(reference).session.starts_at
    shop.at(start.replace(hour=start.hour - 1))
    shop.cancel(reference)
    main, fee = shop.order(reference).bills
    (act,) = acts(shop)
    assert (main.state, fee.kind, act.bill_id, act.gross) == ("void", "fee", fee.id, fee.total)
    assert balance(shop, fee).advances == 0
