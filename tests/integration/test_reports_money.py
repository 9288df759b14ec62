"""What a reconciliation, the tax register and the debts say equals what the journal says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from billing import invoices, journal, orders, payments, refunds, reports
from billing.orders.models import Bill, Order
from billing.payments.models import Allocation, Payment
from services.core.errors import DomainError
from services.core.money import Money
from tests.fakes.ledger import main_bill
from tests.fakes.transfers import line

CUSTOMERS = {"7736207543": "ООО «Весна»", "7728168971": "АО «Осень»"}
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["card", "bank", "put", "off", "act", "back", "note"]),
        st.sampled_from(sorted(CUSTOMERS)),
        st.integers(1, 9000_00),
    ),
    min_size=4,
    max_size=10,
)


class Story:
    """Money and services of two customers; what rules refuse changes nothing."""

    def __init__(self, shop) -> None:
        self.shop, self.orders = shop, []

    def tell(self, what, inn, minor) -> None:
        if what == "order":
            self._order(inn, minor)
            return
        try:
            getattr(self, f"_{what}")(inn, minor)
        except DomainError:
            return

    def _order(self, inn, _minor):
        reference = self.shop.place(nth=8)
        with self.shop.sessions.begin() as db:
            order = orders.get_order(db, reference=reference, lock=True)
            payer = orders.Payer("RU", company=CUSTOMERS[inn], inn=inn, kpp="770401001", address="Москва")
            orders.correct_payer(db, order=order, payer=payer, actor="staff:1", now=self.shop.now)
        self.orders.append(reference)

    def _card(self, _inn, minor):
        reference = self._some(minor)
        self.shop.pay(reference)
        self.shop.sync(reference)

    def _bank(self, inn, minor):
        with self.shop.sessions.begin() as db:
            seller = orders.get_order(db, reference=self._some(minor)).seller
            amount = Money(minor, "RUB")
            came = line(db, seller=seller, amount=amount, now=self.shop.now, inn=inn, name=CUSTOMERS[inn])
            payments.take_transfer(
                db, seller=seller, bank_line_id=came.id, amount=amount, received_on=came.booked_on,
                payer_name=came.payer_name, payer_inn=came.payer_inn, now=self.shop.now,
            )  # fmt: skip

    def _put(self, inn, minor):
        with self.shop.sessions.begin() as db:
            bill = payments.lock_bill(db, bill_id=self._bill(minor).id)
            payment = db.scalars(
                select(Payment).where(Payment.payer_inn == inn).order_by(Payment.id.desc())
            ).first()
            if payment is not None:
                free = journal.payment_balance(db, payment_id=payment.id).unapplied
                owed = payments.open_amount(db, bill=bill).minor
                amount = Money(min(minor, free, owed), "RUB")
                payments.put_to_bill(
                    db, payment=payment, bill=bill, amount=amount, actor="staff:1", now=self.shop.now
                )

    def _off(self, _inn, minor):
        with self.shop.sessions.begin() as db:
            payments.lock_bill(db, bill_id=self._bill(minor).id)
            put = db.scalars(select(Allocation).where(Allocation.bill_id == self._bill(minor).id)).first()
            if put is not None:
                payments.take_off_bill(db, allocation=put, actor="staff:1", now=self.shop.now)

    def _act(self, _inn, minor):
        with self.shop.sessions.begin() as db:
            bill = payments.lock_bill(db, bill_id=self._bill(minor).id)
            if bill.order.confirmed_at is None:
                return
            invoices.issue_act(db, bill=bill, service_on=self.shop.now.date(), now=self.shop.now)

    def _back(self, _inn, minor):
        with self.shop.sessions.begin() as db:
            order = orders.get_order(db, reference=self._some(minor), lock=True)
            refunds.request_refund(
                db, order=order, amount=Money(minor % 2000_00 + 1, "RUB"), reason="goodwill",
                actor="staff:1", now=self.shop.now,
            )  # fmt: skip

    def _note(self, _inn, minor):
        with self.shop.sessions.begin() as db:
            bill = payments.lock_bill(db, bill_id=self._bill(minor).id)
            act = invoices.find_standing(db, bill=bill, kind="act")
            if act is not None:
                invoices.issue_credit_note(
                    db,
                    act=act,
                    amount=Money(minor % 1000_00 + 1, "RUB"),
                    reason="test",
                    actor="staff:1",
                    now=self.shop.now,
                )

    def _some(self, minor):
        return self.orders[minor % len(self.orders)]

    def _bill(self, minor):
        return main_bill(self.shop, self._some(minor))


def held_by_views(db, inn) -> int:
    """What a customer owes by the journal's own views of bills and payments."""
    bills = db.scalars(select(Bill).join(Order).where(Order.payer["inn"].astext == inn))
    owed = sum(
        one.receivable - one.advances for one in (journal.bill_balance(db, bill_id=bill.id) for bill in bills)
    )
    ours = [
        payment
        for payment in db.scalars(select(Payment))
        if (payment.payer_inn or payment.attempt.bill.order.payer.get("inn")) == inn
    ]
    free = sum(journal.payment_balance(db, payment_id=one.id).unapplied for one in ours)
    leaving = (
        "SELECT coalesce(-sum(minor), 0)::bigint FROM billing.line"
        " WHERE account = 'refunds_in_transit' AND payment_id = ANY(:ids)"
    )
    return owed - free - db.scalar(text(leaving), {"ids": [one.id for one in ours]})


@settings(max_examples=8, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_the_closing_balance_is_the_journals(shop, steps):
    story = Story(shop)
    for inn in CUSTOMERS:
        story.tell("order", inn, 1)
    for step in steps:
        story.tell(*step)
    with shop.sessions() as db:
        seller = orders.get_order(db, reference=story.orders[0]).seller
        today = reports.today_of(seller, now=shop.now)
        whole = reports.Period(today - timedelta(days=400), today)
        later = reports.Period(today + timedelta(days=1), today + timedelta(days=9))
        for inn, name in CUSTOMERS.items():
            customer = reports.find_customer(db, seller=seller, key=inn)
            assert customer.name == name
            told = reports.reconcile(db, seller=seller, customer=customer, period=whole, currency="RUB")
            assert told.closing.minor == held_by_views(db, inn)
            assert told.closing == told.opening + told.debit - told.credit
            after = reports.reconcile(db, seller=seller, customer=customer, period=later, currency="RUB")
            assert (after.opening, after.closing, after.moves) == (told.closing, told.closing, ())
        register = reports.tax_register(db, seller=seller, period=whole)
        booked = "SELECT -coalesce(sum(minor), 0)::bigint FROM billing.line WHERE account = :account"
        for account, sums in (("revenue", "net"), ("vat", "vat")):
            told_sum = sum(getattr(one, sums).minor for one in register.totals)
            assert told_sum == db.scalar(text(booked), {"account": account})
        assert sum(one.gross.minor for one in register.advances) == db.scalar(
            text(booked), {"account": "advances"}
        )


@pytest.fixture
def earned(shop):
    """A story with a card payment, and an act of it."""
    story = Story(shop)
    for step in ("order", "card", "act"):
        story.tell(step, "7736207543", 0)
    return story


def test_rows_say_what_the_papers_are(shop, earned):
    with shop.sessions() as db:
        seller = orders.get_order(db, reference=earned.orders[0]).seller
        today = reports.today_of(seller, now=shop.now)
        spring = reports.find_customer(db, seller=seller, key="7736207543")
        told = reports.reconcile(
            db, seller=seller, customer=spring, period=reports.Period(today, today), currency="RUB"
        )
        assert [(one.kind, bool(one.debit), bool(one.credit)) for one in told.moves] == [
            ("capture", False, True),
            ("act", True, False),
        ]
        assert told.moves[1].number
        assert told.moves[1].dated_on == today
        assert not told.closing
        register = reports.tax_register(db, seller=seller, period=reports.Period(today, today))
        assert [one.number for one in register.sales] == [told.moves[1].number]
        assert sum(one.vat.minor for one in register.advances) == 0
        revenue = reports.revenue_by_month(db, seller=seller, now=shop.now)
        assert len(revenue) == 12
        assert revenue[-1].amount == register.totals[0].net
        assert reports.list_debts(db, seller=seller, now=shop.now) == []
        rows = reports.list_of_order(db, order=orders.get_order(db, reference=earned.orders[0]))
        assert {row.kind for row in rows} == {"capture", "allocation", "act", "set_off"}
