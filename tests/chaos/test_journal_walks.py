"""Walks of money: it comes, is put, taken off, earned, credited, given back, sent back, in any order.

Hypothesis chooses the steps, each a transaction of its own. After every one the books are
balanced and say what the rows say; in the end the money on our accounts is what came less what went.
"""

from __future__ import annotations

from contextlib import suppress

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from billing import checks, invoices, orders, payments, refunds
from billing.invoices.models import Document
from billing.orders.models import Order
from billing.payments.models import Allocation, Payment
from billing.refunds.models import Refund
from services.core.errors import ConflictError, InvalidError
from services.core.money import Money
from tests.fakes.ledger import accounts
from tests.fakes.transfers import arrive, line
from tests.sums import ALWAYS

NUMBERS = st.integers(0, 1000)
SUMS = st.sampled_from([1, 100_00, 1234_57, 5490_00, 5490_01, 12000_00])
ENDS = st.sampled_from(["approve", "submit", "succeed", "succeed", "fail", "withdraw"])
REFUSED = (ConflictError, InvalidError)


class Walk(RuleBasedStateMachine):
    shop = None
    orders: tuple[str, ...] = ()

    def __init__(self):
        super().__init__()
        self.mine = []

    @initialize(count=st.integers(1, 2))
    def begin(self, count):
        for _ in range(count):
            self.mine.append(self.shop.place(nth=30))

    def one(self, db, model, number, *conditions):
        things = db.scalars(select(model).where(*conditions).order_by(model.id)).all()
        return things[number % len(things)] if things else None

    def order(self, db, number):
        return orders.get_order(db, reference=self.mine[number % len(self.mine)], lock=True)

    def act(self, step):
        """One transaction; what is refused leaves nothing behind."""
        with suppress(*REFUSED), self.shop.sessions.begin() as db:
            step(db, self.shop.now)

    @rule(number=NUMBERS, minor=SUMS)
    def money_comes(self, number, minor):
        def come(db, now):
            arrive(db, seller=self.order(db, number).seller, amount=Money(minor, "RUB"), now=now)

        self.act(come)

    @rule(number=NUMBERS)
    def pay_by_card(self, number):
        reference = self.mine[number % len(self.mine)]
        with suppress(*REFUSED):
            self.shop.pay(reference)
            self.shop.sync(reference)

    @rule(number=NUMBERS, which=NUMBERS, minor=SUMS, all_of_it=st.booleans())
    def put(self, number, which, minor, all_of_it):
        def match(db, now):
            payment = self.one(db, Payment, which)
            bill = orders.find_main_bill(self.order(db, number))
            if payment is None:
                return
            bill = payments.lock_bill(db, bill_id=bill.id)
            most = min(payments.unapplied(db, payment=payment), payments.open_amount(db, bill=bill))
            amount = most if all_of_it else Money(minor, "RUB")
            payments.put_to_bill(db, payment=payment, bill=bill, amount=amount, actor="staff:1", now=now)

        self.act(match)

    @rule(number=NUMBERS)
    def take_off(self, number):
        def unmatch(db, now):
            allocation = self.one(db, Allocation, number)
            if allocation is not None:
                payments.take_off_bill(db, allocation=allocation, actor="staff:1", now=now)

        self.act(unmatch)

    @rule(number=NUMBERS)
    def trust(self, number):
        def confirm(db, now):
            order = self.order(db, number)
            bill = orders.find_main_bill(order)
            orders.confirm_on_trust(
                db, order=order, bill=bill, reason="credit", due_on=now.date(), actor="staff:1", now=now
            )

        self.act(confirm)

    @rule(number=NUMBERS)
    def earn(self, number):
        def certify(db, now):
            order = self.order(db, number)
            if order.state == "confirmed":
                bill = orders.find_main_bill(order)
                invoices.issue_act(db, bill=bill, service_on=now.date(), now=now)

        self.act(certify)

    @rule(number=NUMBERS, minor=SUMS)
    def correct(self, number, minor):
        def credit(db, now):
            act = self.one(db, Document, number, Document.kind == "act")
            if act is not None:
                amount = Money(minor, "RUB")
                invoices.issue_credit_note(db, act=act, amount=amount, reason="x", actor="staff:1", now=now)

        self.act(credit)

    @rule(number=NUMBERS, minor=SUMS)
    def give_back(self, number, minor):
        def back(db, now):
            order, amount = self.order(db, number), Money(minor, "RUB")
            refunds.request_refund(
                db, order=order, amount=amount, reason="goodwill", actor="staff:1", now=now
            )

        self.act(back)

    @rule(number=NUMBERS)
    def give_surplus_back(self, number):
        def back(db, now):
            payment = self.one(db, Payment, number)
            if payment is not None:
                refunds.refund_surplus(db, payment_reference=payment.reference, now=now)

        self.act(back)

    @rule(
        number=NUMBERS, end=st.sampled_from(["approve", "submit", "succeed", "succeed", "fail", "withdraw"])
    )
    def move_refund(self, number, end):
        def move(db, now):
            refund = self.one(db, Refund, number)
            if refund is None:
                return
            who = {"refund": refund, "actor": "staff:2", "now": now}
            if end == "approve":
                refunds.approve_refund(db, **who)
            elif end == "submit":
                refunds.submit_transfer(db, **who)
            elif end == "fail":
                refunds.fail_transfer(db, why="closed", **who)
            elif end == "withdraw":
                refunds.withdraw_refund(db, **who)
            else:
                out = line(db, seller=refund.payment.seller, amount=refund.amount, direction="out", now=now)
                refunds.succeed_transfer(db, bank_line_id=out.id, settled_on=now.date(), **who)

        self.act(move)

    @rule()
    def send_card_refunds(self):
        with suppress(*REFUSED):
            self.shop.submit_refunds()

    @rule(number=NUMBERS)
    def card_refund_comes_back(self, number):
        gone = [one["id"] for one in self.shop.double.all("refund") if one["status"] == "succeeded"]
        if gone:
            self.shop.double.control("refund", refund=gone[number % len(gone)], outcome="fail")
            self.shop.later(days=2)
            refunds.poll_refunds(self.shop.sessions, self.shop.provider, now=self.shop.now)

    @precondition(lambda self: self.mine)
    @rule(number=NUMBERS, actor=st.sampled_from(["customer", "staff:1"]))
    def cancel(self, number, actor):
        self.act(lambda db, now: refunds.cancel_order(db, order=self.order(db, number), actor=actor, now=now))

    @rule(minutes=st.sampled_from([1, 40, 95, 60 * 24]))
    def wait(self, minutes):
        self.shop.later(minutes=minutes)
        for reference in self.mine:
            session_id = self.shop.order(reference).session_id
            payments.close_lapsed_pages(self.shop.sessions, session_id=session_id, clock=self.shop.clock)
            self.act(lambda db, now, one=session_id: payments.let_lapse(db, session_id=one, now=now))

    @invariant()
    def books_are_right(self):
        with self.shop.sessions() as db:
            assert checks.list_findings(db, codes=ALWAYS, now=self.shop.now) == []

    def teardown(self):
        told, gone = accounts(self.shop), ("succeeded",)
        with self.shop.sessions() as db:
            came = sum(one.amount_minor for one in db.scalars(select(Payment)))
            back = sum(one.amount_minor for one in db.scalars(select(Refund)) if one.state in gone)
            assert set(db.scalars(select(Order.currency).distinct())) <= {"RUB"}
        assert told.get("bank", 0) + told.get("clearing", 0) == came - back
        assert sum(told.values()) == 0


def test_however_money_moves_the_books_say_what_the_rows_say(shop, monkeypatch):
    # Small enough for many refunds to wait for a second person.
    monkeypatch.setattr("billing.refunds.commands.APPROVED_BY_RULE", 2000_00)

    class ThisWalk(Walk):
        pass

    ThisWalk.shop = shop
    run_state_machine_as_test(
        ThisWalk,
        settings=settings(
            max_examples=10,
            stateful_step_count=20,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
