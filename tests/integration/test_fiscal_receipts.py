"""Fiscal receipts: what asks for one, from when on, and what a cash register gave."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from sqlalchemy import select, text

from billing import orders, payments, receipts, refunds
from billing.sellers.models import Seller
from services import documents, sessions
from services.core.errors import InvalidError, NotFoundError
from services.core.money import Money
from tests.fakes.transfers import arrive

LINK = "https://ofd.example/receipt/1"


@pytest.fixture
def paid(shop):
    """The reference of an order that is paid by a card whose seller owes receipts."""
    ask_for_receipts(shop, ["card"])
    reference = shop.place(nth=30)
    shop.pay(reference)
    shop.sync(reference)
    return reference


def ask_for_receipts(shop, methods):
    with shop.sessions.begin() as db:
        for seller in db.scalars(select(Seller)):
            seller.receipt_methods = methods


def awaited(shop):
    with shop.sessions() as db:
        return receipts.list_awaited(db, limit=50)


def note(shop, receipt, link=LINK):
    with shop.sessions.begin() as db:
        receipts.note_receipt(db, receipt=receipt, link=link, actor="staff:1", now=shop.now)


def deliver(shop, reference):
    with shop.sessions.begin() as db:
        session = orders.get_order(db, reference=reference).session
        version = documents.get_current(db, kind="consent_remote", on=shop.now.date())
        sessions.consent(db, session=session, version=version, address="", agent="", now=shop.now)
        sessions.start(db, session=session, actor="staff:1", now=shop.now)
        sessions.finish(db, session=session, result="solved", text="Готово.", actor="staff:1", now=shop.now)
        session_id = session.id
    with shop.sessions.begin() as db:
        refunds.accept_delivery(db, session_id=session_id, now=shop.now)


def test_money_by_a_way_that_asks_for_a_receipt_awaits_one_until_its_link_is_noted(shop, paid):
    (one,) = awaited(shop)
    assert (one.kind, one.order_reference, one.amount, one.link) == (
        "payment", paid, shop.payments()[0].amount, None,
    )  # fmt: skip
    note(shop, one)
    assert awaited(shop) == []
    with shop.sessions() as db:
        order = orders.get_order(db, reference=paid)
        assert [row.link for row in receipts.list_of_order(db, order=order)] == [LINK]


def test_the_setting_holds_from_the_next_payment_on_and_asks_nothing_backwards(shop):
    ask_for_receipts(shop, [])
    first = shop.place(nth=30)
    shop.pay(first)
    shop.sync(first)
    ask_for_receipts(shop, ["card"])
    assert awaited(shop) == []
    second = shop.place(nth=40)
    shop.pay(second)
    shop.sync(second)
    ask_for_receipts(shop, [])
    assert [one.order_reference for one in awaited(shop)] == [second]


def test_an_advance_set_off_and_money_given_back_have_receipts_of_their_own(shop, paid):
    with shop.sessions.begin() as db:
        order = orders.get_order(db, reference=paid)
        part = Money(100_00, order.currency)
        refunds.request_refund(db, order=order, amount=part, reason="goodwill", actor="staff:1", now=shop.now)
    assert [one.kind for one in awaited(shop)] == ["payment"]  # the money hasn't left yet
    shop.submit_refunds()
    deliver(shop, paid)
    came = shop.payments()[0].amount
    asked = {one.kind: one.amount for one in awaited(shop)}
    assert asked == {"payment": came, "refund": part, "set_off": came - part}


def test_what_is_paid_after_its_act_was_no_advance(shop):
    ask_for_receipts(shop, ["transfer"])
    with shop.sessions.begin() as db:
        order = orders.get_order(db, reference=shop.place(nth=30))
        reference, bill = order.reference, orders.find_main_bill(order)
        orders.confirm_on_trust(
            db, order=order, bill=bill, reason="credit", due_on=shop.now.date(), actor="staff:1", now=shop.now
        )
    deliver(shop, reference)
    with shop.sessions.begin() as db:
        shop.later(hours=1)
        bill = payments.lock_bill(db, bill_id=orders.get_order(db, reference=reference).bills[0].id)
        payment = arrive(db, seller=bill.order.seller, amount=bill.total, now=shop.now)
        payments.put_to_bill(db, payment=payment, bill=bill, amount=bill.total, actor="staff:1", now=shop.now)
    assert [(one.kind, one.order_reference) for one in awaited(shop)] == [("payment", reference)]


def test_only_web_addresses_are_links_and_a_wrong_one_is_corrected(shop, paid):
    (one,) = awaited(shop)
    for wrong in ("", "чек 12", "javascript:alert(1)", "https://", "https://ofd.example/a b", LINK * 40):
        with pytest.raises(InvalidError):
            note(shop, one, wrong)
    note(shop, one)
    note(shop, one, LINK + "2")
    with shop.sessions() as db:
        found = receipts.get_receipt(db, kind="payment", payment_id=one.payment_id, source_id=one.source_id)
        assert found.link == LINK + "2"
        said = db.scalars(text("SELECT verb FROM core.audit WHERE verb = 'receipt.note'")).all()
        assert len(said) == 2
        with pytest.raises(NotFoundError):
            receipts.get_receipt(db, kind="refund", payment_id=one.payment_id, source_id=one.source_id)


@dataclass
class Register:
    """A cash register that is slow at first."""

    answers: list[str | None]
    name: str = "test"
    asked: list[object] = field(default_factory=list)

    def issue(self, receipt):
        self.asked.append((receipt.kind, receipt.payment_id, receipt.source_id))
        return self.answers.pop(0)


def test_a_connected_cash_register_is_asked_until_it_answers_and_never_again(shop, paid):
    register = Register([None, LINK])
    given = [receipts.issue_awaited(shop.sessions, register, now=shop.now) for _ in range(3)]
    assert given == [0, 1, 0]
    assert len(set(register.asked)) == 1
    assert len(register.asked) == 2
