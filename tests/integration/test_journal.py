"""What is booked when money comes, covers bills, is earned, and goes back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from billing import invoices, journal, orders, payments, refunds
from billing.orders.errors import OrderEndedError
from billing.payments import AlreadyTakenOffError, NotEnoughUnappliedError, NothingToPayError
from services.core.money import Money
from tests.fakes.ledger import accounts, balance, entries, main_bill, payment_balance
from tests.fakes.transfers import arrive, line

PRICE = 5490_00


def rub(minor):
    return Money(minor, "RUB")


@pytest.fixture
def paid(shop):
    """The reference of an order that is paid by card and confirmed."""
    reference = shop.place(nth=30)
    shop.pay(reference)
    shop.sync(reference)
    return reference


@pytest.fixture
def bank(shop):
    """Verbs of money that comes by bank, each in a transaction of its own."""
    return Bank(shop)


class Bank:
    def __init__(self, shop) -> None:
        self.shop = shop

    def arrive(self, minor):
        with self.shop.sessions.begin() as db:
            seller = orders.get_order(db, reference=self.shop.all_orders[-1]).seller
            return arrive(db, seller=seller, amount=rub(minor), now=self.shop.now)

    def put(self, payment, reference, minor):
        with self.shop.sessions.begin() as db:
            bill = payments.lock_bill(db, bill_id=main_bill(self.shop, reference).id)
            return payments.put_to_bill(
                db, payment=db.merge(payment), bill=bill, amount=rub(minor), actor="staff:1",
                now=self.shop.now,
            )  # fmt: skip

    def take_off(self, allocation):
        with self.shop.sessions.begin() as db:
            payments.take_off_bill(db, allocation=db.merge(allocation), actor="staff:1", now=self.shop.now)


@pytest.fixture
def owed(shop):
    """The reference of an order whose bill is open."""
    shop.all_orders = [shop.place(nth=30)]
    return shop.all_orders[0]


def give_back(shop, reference, minor, actor="staff:1"):
    with shop.sessions.begin() as db:
        order = orders.get_order(db, reference=reference, lock=True)
        return refunds.request_refund(
            db, order=order, amount=rub(minor), reason="goodwill", actor=actor, now=shop.now
        )


def act(shop, reference):
    with shop.sessions.begin() as db:
        bill = db.merge(main_bill(shop, reference))
        return invoices.issue_act(db, bill=bill, service_on=shop.now.date(), now=shop.now)


def test_a_card_payment_is_booked_as_money_and_as_an_advance(shop, paid):
    assert entries(shop) == [
        ("capture", {"clearing": PRICE, "unapplied": -PRICE}),
        ("allocation", {"unapplied": PRICE, "advances": -PRICE}),
    ]
    told = balance(shop, main_bill(shop, paid))
    assert (told.put, told.advances, told.recognised, told.receivable, told.owed) == (PRICE, PRICE, 0, 0, 0)


def test_the_act_turns_the_advance_into_revenue_and_tax(shop, paid):
    act(shop, paid)
    assert entries(shop)[2:] == [
        ("act", {"receivable": PRICE, "revenue": -4500_00, "vat": -990_00}),
        ("set_off", {"advances": PRICE, "receivable": -PRICE}),
    ]
    assert accounts(shop) == {"clearing": PRICE, "revenue": -4500_00, "vat": -990_00}


def test_a_late_cancellation_keeps_a_fee_and_promises_the_rest(shop):
    reference = shop.place()
    shop.pay(reference)
    shop.sync(reference)
    starts_at = shop.order(reference).session.starts_at
    shop.at(starts_at - timedelta(hours=6))
    shop.cancel(reference)
    price = shop.payments()[0].amount_minor
    kept = sum(bill.total_minor for bill in shop.order(reference).bills if bill.kind == "fee")
    assert 0 < kept < price
    assert entries(shop, "deallocation", "allocation", "refund_approved")[1:] == [
        ("deallocation", {"unapplied": -price, "advances": price}),
        ("allocation", {"unapplied": kept, "advances": -kept}),
        ("refund_approved", {"unapplied": price - kept, "refunds_in_transit": kept - price}),
    ]
    shop.submit_refunds()
    told = accounts(shop)
    assert (told["clearing"], told["revenue"] + told["vat"], len(told)) == (kept, -kept, 3)


def test_a_refund_by_hand_lowers_the_bill_before_the_act(shop, paid):
    give_back(shop, paid, 1000_00)
    bill = main_bill(shop, paid)
    assert (bill.state, bill.payable) == ("covered", rub(PRICE - 1000_00))
    assert balance(shop, bill).put == PRICE - 1000_00
    document = act(shop, paid)
    assert document.gross == rub(PRICE - 1000_00)
    assert accounts(shop) == {
        "clearing": PRICE,
        "refunds_in_transit": -1000_00,
        "revenue": -document.net_minor,
        "vat": -document.vat_minor,
    }


def test_a_refund_by_hand_after_the_act_comes_with_a_credit_note(shop, paid):
    document = act(shop, paid)
    give_back(shop, paid, 1000_00)
    told = balance(shop, main_bill(shop, paid))
    assert (told.put, told.recognised, told.advances, told.receivable) == (4490_00, 4490_00, 0, 0)
    assert [kind for kind, _ in entries(shop)[4:]] == [
        "credit_note", "unset_off", "deallocation", "unset_off", "allocation", "set_off", "refund_approved",
    ]  # fmt: skip
    with shop.sessions() as db:
        (note,) = invoices.list_credit_notes(db, document=document)
        assert (note.gross_minor, note.vat_minor) == (1000_00, 180_33)
    assert shop.tasks() == []


def test_a_credit_note_by_hand_and_then_the_money_lower_the_bill_once(shop, paid):
    document = act(shop, paid)
    with shop.sessions.begin() as db:
        invoices.issue_credit_note(
            db,
            act=db.merge(document),
            amount=rub(500_00),
            reason="Меньше работы",
            actor="staff:1",
            now=shop.now,
        )
    assert balance(shop, main_bill(shop, paid)).owed == -500_00
    give_back(shop, paid, 700_00)
    bill = main_bill(shop, paid)
    assert (bill.payable.minor, balance(shop, bill).put) == (PRICE - 700_00, PRICE - 700_00)


def test_a_refund_above_the_limit_moves_nothing_before_it_is_approved(shop, paid, monkeypatch):
    monkeypatch.setattr("billing.refunds.commands.APPROVED_BY_RULE", 100)
    (asked,) = give_back(shop, paid, 1000_00)
    assert len(entries(shop)) == 2
    with shop.sessions.begin() as db:
        refunds.approve_refund(
            db, refund=refunds.get_refund(db, reference=asked.reference), actor="staff:2", now=shop.now
        )
    assert balance(shop, main_bill(shop, paid)).put == PRICE - 1000_00


def test_a_refund_that_fails_weeks_later_is_owed_again(shop, paid):
    shop.cancel(paid)
    shop.submit_refunds()
    assert accounts(shop) == {}
    (gone,) = shop.double.all("refund")
    shop.later(days=20)
    shop.double.control("refund", refund=gone["id"], outcome="fail")
    with shop.sessions() as db:
        (reference,) = [one.reference for one in refunds.list_refunds(db, order=shop.order(paid))]
    refunds.sync_refund(shop.sessions, shop.provider, reference=reference, now=shop.now)
    assert accounts(shop) == {"clearing": PRICE, "unapplied": -PRICE}
    assert payment_balance(shop, shop.payments()[0]).unapplied == PRICE
    assert [task.kind for task in shop.tasks()] == ["refund_failed"]


def test_two_transfers_cover_a_bill_and_confirm_its_order(shop, owed, bank):
    bank.put(bank.arrive(2000_00), owed, 2000_00)
    assert (shop.order(owed).state, main_bill(shop, owed).state) == ("awaiting_payment", "open")
    rest = bank.arrive(4000_00)
    bank.put(rest, owed, PRICE - 2000_00)
    assert (shop.order(owed).state, main_bill(shop, owed).state) == ("confirmed", "covered")
    assert payment_balance(shop, rest).unapplied == 6000_00 - PRICE
    assert accounts(shop) == {"bank": 6000_00, "unapplied": PRICE - 6000_00, "advances": -PRICE}


def test_more_than_came_or_is_owed_is_never_put(shop, owed, bank):
    payment = bank.arrive(3000_00)
    with pytest.raises(NotEnoughUnappliedError):
        bank.put(payment, owed, 3000_01)
    with pytest.raises(NothingToPayError):
        bank.put(bank.arrive(6000_00), owed, PRICE + 1)
    assert shop.allocations() == []


def test_a_match_that_was_taken_off_leaves_the_order_to_a_person_and_may_be_made_again(shop, owed, bank):
    payment = bank.arrive(PRICE)
    put = bank.put(payment, owed, PRICE)
    bank.take_off(put)
    assert (main_bill(shop, owed).state, shop.order(owed).attention) == ("open", "match_reversed")
    assert [task.kind for task in shop.tasks()] == ["match_reversed"]
    with pytest.raises(AlreadyTakenOffError):
        bank.take_off(put)
    bank.put(payment, owed, PRICE)
    assert (main_bill(shop, owed).state, shop.order(owed).state) == ("covered", "confirmed")
    assert payment_balance(shop, payment).applied == PRICE


def test_money_for_a_cancelled_order_stays_unapplied_with_a_task(shop, owed, bank):
    shop.cancel(owed)
    payment = bank.arrive(PRICE)
    with shop.sessions.begin() as db:
        bill = payments.lock_bill(db, bill_id=main_bill(shop, owed).id)
        with pytest.raises(OrderEndedError):
            payments.put_to_bill(
                db, payment=db.merge(payment), bill=bill, amount=rub(PRICE), actor="system", now=shop.now
            )
    assert shop.order(owed).attention == "paid_after_cancelling"
    assert [task.kind for task in shop.tasks()] == ["paid_after_cancelling"]
    assert payment_balance(shop, payment).unapplied == PRICE


def test_late_money_confirms_while_the_time_is_free(shop, owed, bank):
    shop.later(minutes=95)
    with shop.sessions.begin() as db:
        payments.let_lapse(db, session_id=shop.order(owed).session_id, now=shop.now)
    assert shop.order(owed).state == "expired"
    payment = bank.arrive(PRICE)
    with pytest.raises(NothingToPayError):
        bank.put(payment, owed, 100)
    bank.put(payment, owed, PRICE)
    assert (shop.order(owed).state, main_bill(shop, owed).state) == ("confirmed", "covered")


def test_what_was_earned_on_credit_is_owed_until_the_money_comes(shop, owed, bank):
    with shop.sessions.begin() as db:
        bill = payments.lock_bill(db, bill_id=main_bill(shop, owed).id)
        orders.confirm_on_trust(
            db, order=bill.order, bill=bill, reason="credit", due_on=shop.now.date(), actor="staff:1",
            now=shop.now,
        )  # fmt: skip
    act(shop, owed)
    assert balance(shop, main_bill(shop, owed)).receivable == PRICE
    bank.put(bank.arrive(2000_00), owed, 2000_00)
    assert balance(shop, main_bill(shop, owed)).receivable == PRICE - 2000_00
    bank.put(bank.arrive(PRICE - 2000_00), owed, PRICE - 2000_00)
    assert accounts(shop) == {"bank": PRICE, "revenue": -4500_00, "vat": -990_00}


def test_what_came_in_part_goes_back_when_the_order_is_cancelled(shop, owed, bank):
    bank.put(bank.arrive(2000_00), owed, 2000_00)
    shop.cancel(owed)
    (back,) = shop.refunds()
    assert (back.way, back.state, back.amount_minor) == ("bank_transfer", "approved", 2000_00)
    assert accounts(shop) == {"bank": 2000_00, "refunds_in_transit": -2000_00}


def test_a_refund_by_bank_is_gone_when_the_statement_says_so(shop, owed, bank):
    bank.put(bank.arrive(PRICE), owed, PRICE)
    shop.cancel(owed)
    with shop.sessions.begin() as db:
        (refund,) = refunds.list_refunds(db, order=shop.order(owed))
        refunds.submit_transfer(db, refund=refund, actor="staff:1", now=shop.now)
        out = line(db, seller=refund.payment.seller, amount=refund.amount, direction="out", now=shop.now)
        refunds.succeed_transfer(
            db, refund=refund, bank_line_id=out.id, settled_on=shop.now.date(), actor="system", now=shop.now
        )
    assert accounts(shop) == {}
    with shop.sessions.begin() as db:
        (refund,) = refunds.list_refunds(db, order=shop.order(owed))
        refunds.fail_transfer(db, refund=refund, why="account_closed", actor="system", now=shop.now)
    assert accounts(shop) == {"bank": PRICE, "unapplied": -PRICE}


def test_what_one_payment_gave_to_two_orders_goes_back_by_order(shop, owed, bank):
    other = shop.place(nth=40)
    shop.all_orders.append(other)
    price = main_bill(shop, other).total_minor
    payment = bank.arrive(PRICE + price)
    bank.put(payment, owed, PRICE)
    bank.put(payment, other, price)
    shop.cancel(owed)
    assert [one.amount_minor for one in shop.refunds()] == [PRICE]
    assert main_bill(shop, other).state == "covered"
    with shop.sessions() as db:
        assert refunds.left_of(db, order=shop.order(other)) == rub(price)


def test_a_withdrawn_refund_leaves_the_money_unapplied(shop, owed, bank):
    bank.put(bank.arrive(PRICE), owed, PRICE)
    (asked,) = give_back(shop, owed, 1000_00)
    with shop.sessions.begin() as db:
        refund = refunds.get_refund(db, reference=asked.reference)
        refunds.withdraw_refund(db, refund=refund, actor="staff:2", now=shop.now)
    assert payment_balance(shop, shop.payments()[0]) == journal.PaymentBalance(PRICE, 4490_00, 0, 1000_00)
