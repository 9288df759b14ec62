"""Walks of customer, provider, clock and broken wires; in the end every kopeck has its place.

Hypothesis chooses the steps. After each walk reconciliation runs to its end with the wires whole,
and the invariants of billing are checked against what the provider says it holds.
"""

from __future__ import annotations

from contextlib import suppress

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from billing import checks, inbox, orders, payments, refunds
from billing.payments.aside import about
from billing.payments.attempts import open_attempt
from billing.payments.page import PageWishes
from billing.refunds.states import LIVE as LIVE_REFUNDS
from services.core.errors import ConflictError
from services.core.mail.models import OutboxMail

WISHES = PageWishes(locale="ru", success_url="http://127.0.0.1:1/r", cancel_url="http://127.0.0.1:1/pay")
NUMBERS = st.integers(0, 1000)


class Walk(RuleBasedStateMachine):
    shop = None

    def __init__(self):
        super().__init__()
        self.orders = []

    def one(self, things, number):
        return things[number % len(things)]

    def pages(self, status):
        return [one["id"] for one in self.shop.double.all("checkout.session") if one["status"] == status]

    @initialize(far=st.booleans(), pressed=st.sampled_from([True, True, False]))
    def begin(self, far, pressed):
        self.place(far)
        if pressed:
            self.press_pay(0)

    @precondition(lambda self: len(self.orders) < 2)
    @rule(far=st.booleans())
    def place(self, far):
        self.orders.append(self.shop.place(nth=300 if far else 20))

    @precondition(lambda self: self.orders)
    @rule(number=NUMBERS)
    def press_pay(self, number):
        with suppress(ConflictError):
            self.shop.open_page(self.one(self.orders, number))

    @precondition(lambda self: self.orders)
    @rule(number=NUMBERS, heard=st.booleans())
    def buy(self, number, heard):
        """What most customers do, with or without coming back."""
        reference = self.one(self.orders, number)
        with suppress(ConflictError):
            self.shop.double.outcome(self.shop.open_page(reference), "pay")
            if heard:
                self.shop.sync(reference)

    @precondition(lambda self: self.orders)
    @rule(number=NUMBERS, called=st.booleans())
    def crash_while_opening(self, number, called):
        """Stop after the attempt was written down, or after the provider was called."""
        with suppress(ConflictError):
            with self.shop.sessions.begin() as db:
                bill = orders.find_main_bill(
                    orders.get_order(db, reference=self.one(self.orders, number), lock=True)
                )
                if bill is None or payments.find_live_attempt(db, bill_id=bill.id):
                    return
                attempt = open_attempt(db, bill_id=bill.id, wishes=WISHES, livemode=False, now=self.shop.now)
            if called:
                self.shop.provider.create_checkout(attempt.params, key=attempt.key)

    @rule(number=NUMBERS, outcome=st.sampled_from(["pay", "pay", "pay", "decline", "later"]))
    def use_page(self, number, outcome):
        if opened := self.pages("open"):
            self.shop.double.outcome(self.one(opened, number), outcome)

    @rule(number=NUMBERS, outcome=st.sampled_from(["settle", "fail"]))
    def end_delayed(self, number, outcome):
        if done := self.pages("complete"):
            with suppress(AssertionError):
                self.shop.double.outcome(self.one(done, number), outcome)

    @precondition(lambda self: self.orders)
    @rule(number=NUMBERS)
    def come_back(self, number):
        self.shop.sync(self.one(self.orders, number))

    @rule(number=NUMBERS, twin=st.booleans())
    def deliver(self, number, twin):
        if events := self.shop.double.events():
            event = self.one(events, number)
            with suppress(ConflictError):
                self.shop.work(event | {"id": event["id"] + f"_{number}"} if twin else event)

    @rule(minutes=st.sampled_from([1, 1, 6, 11, 32]))
    def wait(self, minutes):
        self.shop.later(minutes=minutes)

    @rule(kind=st.sampled_from(["500", "cut", "429"]), times=st.integers(1, 3))
    def break_wire(self, kind, times):
        self.shop.double.fault(kind, times=times)

    @rule()
    def poll(self):
        self.shop.poll()

    @precondition(lambda self: self.orders)
    @rule(number=NUMBERS)
    def look_at_hold(self, number):
        self.lapse(self.one(self.orders, number))

    def lapse(self, reference):
        session_id = self.shop.order(reference).session_id
        payments.close_lapsed_pages(self.shop.sessions, session_id=session_id, clock=self.shop.clock)
        with self.shop.sessions.begin() as db:
            payments.let_lapse(db, session_id=session_id, now=self.shop.now)

    @precondition(lambda self: self.orders)
    @rule(number=NUMBERS, actor=st.sampled_from(["customer", "staff:1"]))
    def cancel(self, number, actor):
        with suppress(ConflictError):
            self.shop.cancel(self.one(self.orders, number), actor)

    @rule()
    def do_jobs(self):
        self.shop.run_surplus()
        with suppress(ConflictError):
            self.shop.submit_refunds()

    @rule(number=NUMBERS)
    def refund_comes_back(self, number):
        gone = [one["id"] for one in self.shop.double.all("refund") if one["status"] == "succeeded"]
        if gone:
            self.shop.double.control("refund", refund=self.one(gone, number), outcome="fail")

    def teardown(self):
        shop = self.shop
        shop.double.control("faults")
        for page in self.pages("complete"):
            with suppress(AssertionError):
                shop.double.outcome(page, "settle")
        for _ in range(4):
            shop.later(minutes=65)
            shop.poll()
            for order in self.orders:
                self.lapse(order)
            refunds.poll_refunds(shop.sessions, shop.provider, now=shop.now)
            inbox.sweep_events(shop.sessions, shop.provider, since=shop.now, now=shop.now)
            inbox.follow_waiting_events(shop.sessions, shop.provider, now=shop.now)
            self.do_jobs()
        check(shop, self.orders)


def check(shop, references):
    paid = {one.intent_ref: one for one in shop.payments()}
    held = {one["id"]: one for one in shop.double.all("payment_intent") if one["status"] == "succeeded"}
    assert paid.keys() == held.keys(), "a capture is recorded exactly once"
    assert all(paid[ref].amount_minor == held[ref]["amount_received"] for ref in paid)
    assert not [one.state for one in shop.attempts() if one.state in {"created", "open", "processing"}]
    questions = {task.about for task in shop.tasks()}
    failed = {task.facts.get("refund") for task in shop.tasks() if task.kind == "refund_failed"}
    for payment in paid.values():
        put = sum(one.amount_minor for one in shop.allocations() if one.payment_id == payment.id)
        mine = [one for one in shop.refunds() if one.payment_id == payment.id]
        back = sum(one.amount_minor for one in mine if one.state in LIVE_REFUNDS)
        owed = sum(one.amount_minor for one in mine if one.state == "failed" and one.reference in failed)
        assert back <= payment.amount_minor, "never more goes back than came"
        asked = about(payment) in questions
        assert put + back == payment.amount_minor or asked or put + back + owed >= payment.amount_minor
    for charge in shop.double.all("charge"):
        assert charge["amount_refunded"] <= charge["amount_captured"]
    for reference in references:
        check_order(shop, reference)
    with shop.sessions() as db:
        assert checks.list_findings(db, now=shop.now) == []


def check_order(shop, reference):
    order = shop.order(reference)
    main = orders.find_main_bill(order)
    if order.state == "confirmed":
        assert (main.state, order.session.state) == ("covered", "booked")
    else:
        assert order.session.state in {"held", "expired", "cancelled"}
        assert order.state in {"expired", "cancelled"} or order.attention is not None
        assert main is None or main.state == "void" or shop.tasks()
    with shop.sessions() as db:
        query = select(func.count()).where(
            OutboxMail.event == "session_confirmed",
            OutboxMail.subject_ref == f"order:{reference}",
        )
        assert db.scalar(query) <= 1, "one mail for each fact"


def test_whatever_happens_every_kopeck_has_its_place(shop):
    class ThisWalk(Walk):
        pass

    ThisWalk.shop = shop
    run_state_machine_as_test(
        ThisWalk,
        settings=settings(
            max_examples=12,
            stateful_step_count=12,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
