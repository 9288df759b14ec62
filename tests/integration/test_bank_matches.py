"""Money from statements reaches its invoices by the rule or by hand, and can be taken back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from billing import bank, invoices, orders, payments, refunds
from billing.payments.models import Payment
from billing.refunds.models import Refund
from billing.tasks.models import Task
from services.core import mail
from tests.fakes.bank import OTHERS, OUR_INN, OWN, Bank, Paper, inn_of, statement


@pytest.fixture
def till(demo, now):
    return Bank(demo, now)


def bill_of(till, order):
    return till.invoice(order).bill


def unapplied(till, line) -> int:
    with till.sessions() as db:
        return bank.free_of(db, line=line).minor


def journal_is_even(till) -> bool:
    with till.sessions() as db:
        return db.scalar(text("SELECT coalesce(sum(minor), 0) FROM billing.line")) == 0


def void(till, order):
    """Let the order lapse, as its job does when the time is over."""
    with till.sessions.begin() as db:
        found = orders.get_order(db, reference=order, lock=True)
        assert orders.expire(db, order=found, now=till.now)


def test_number_payer_and_sum_agree_and_the_order_is_confirmed_with_its_invitation(till):
    order = till.order()
    (line,) = till.take(till.pays(order))
    assert (line.state, line.reason) == ("applied", None)
    assert till.state(order) == ("confirmed", "covered")
    with till.sessions() as db:
        events = set(db.scalars(select(mail.OutboxMail.event)))
    assert any("confirmed" in event for event in events)


def test_part_after_part_confirms_with_the_last(till):
    order = till.order()
    whole = till.invoice(order).gross_minor
    (first,) = till.take(till.pays(order, whole - 100))
    assert (first.state, till.state(order)) == ("applied", ("awaiting_payment", "open"))
    till.take(till.pays(order, 100))
    assert till.state(order) == ("confirmed", "covered")


def test_more_than_is_due_confirms_and_the_rest_waits_for_a_person(till):
    order = till.order()
    (line,) = till.take(till.pays(order, till.invoice(order).gross_minor + 1234))
    assert (line.state, line.reason, unapplied(till, line)) == ("partly", "overpaid", 1234)
    assert till.state(order) == ("confirmed", "covered")


def test_one_payment_of_two_invoices(till):
    one, two = till.order(), till.order(days=12)
    numbers = ", ".join(till.invoice(order).number for order in (two, one))
    minor = sum(till.invoice(order).gross_minor for order in (one, two))
    (line,) = till.take(till.pays(one, minor, purpose=f"Счета №№ {numbers}"))
    assert line.state == "applied"
    assert {till.state(order) for order in (one, two)} == {("confirmed", "covered")}


@pytest.mark.parametrize(
    ("reason", "facts"),
    [
        ("no_number", {"purpose": "Оплата за услуги"}),
        ("payer_unknown", {"inn": ""}),
        ("other_payer", {"inn": "7707083893"}),
    ],
)
def test_what_the_rule_refuses_waits_with_its_reason_and_candidates(till, reason, facts):
    order = till.order()
    (line,) = till.take(till.pays(order, **facts))
    assert (line.state, line.reason) == ("waiting", reason)
    assert till.state(order) == ("awaiting_payment", "open")
    with till.sessions() as db:
        found = bank.list_candidates(db, line=bank.get_line(db, reference=line.reference), now=till.now)
        owed = [(one.document.id, one.would_take.minor) for one in found]
    assert owed == [(till.invoice(order).id, line.minor)]


def test_late_money_for_a_voided_invoice_is_never_put_by_itself_but_a_person_may(till):
    order = till.order(days=12)
    paper = till.pays(order)
    till.now += timedelta(days=7)
    void(till, order)
    (line,) = till.take(paper)
    assert (line.state, line.reason, till.state(order)) == ("waiting", "void", ("expired", "void"))
    till.do(bank.apply_line, line, shares={bill_of(till, order).id: line.minor})
    assert till.state(order) == ("confirmed", "covered")


def test_a_payment_twice_waits_the_second_time_and_goes_back(till):
    order = till.order()
    till.take(till.pays(order))
    (second,) = till.take(till.pays(order))
    assert (second.state, second.reason) == ("waiting", "covered")
    refund = till.do(bank.refund_line, second)
    assert (refund.state, refund.way, refund.amount_minor) == ("approved", "bank_transfer", second.minor)
    assert till.lines()[-1].state == "refunded"


def test_a_person_confirms_the_payment_of_a_third_party(till):
    order = till.order()
    (line,) = till.take(till.pays(order, inn="7707083893"))
    till.do(bank.apply_line, line, shares={bill_of(till, order).id: line.minor})
    assert till.state(order) == ("confirmed", "covered")
    assert till.lines()[0].reason is None


def test_a_match_is_taken_back_by_a_reversing_row_and_may_be_made_again(till):
    order = till.order()
    (line,) = till.take(till.pays(order))
    with till.sessions() as db:
        ((allocation, bill, document, _amount),) = bank.list_matches(db, line=line)
        assert (bill.state, document.id) == ("covered", till.invoice(order).id)
    till.do(bank.take_back, line, allocation=allocation)
    (back,) = till.lines()
    assert (back.state, back.reason, unapplied(till, back)) == ("waiting", "taken_back", line.minor)
    assert till.state(order) == ("confirmed", "open")
    with pytest.raises(payments.AlreadyTakenOffError):
        till.do(bank.take_back, line, allocation=allocation)
    till.do(bank.apply_line, line, shares={bill.id: line.minor})
    assert till.state(order) == ("confirmed", "covered")
    assert journal_is_even(till)


def test_a_line_is_set_aside_with_a_reason_and_taken_up_again(till):
    (line,) = till.take(Paper(100_00, "Заём учредителя"))
    till.do(bank.set_aside, line, note="Заём, не от покупателя")
    (aside,) = till.lines()
    assert (aside.state, aside.note, aside.set_aside_by) == ("set_aside", "Заём, не от покупателя", "staff:1")
    with till.sessions() as db:
        assert bank.count_waiting(db) == 0
    till.do(bank.take_up, line)
    assert till.lines()[0].state == "waiting"
    with pytest.raises(bank.LineMovedOnError):
        till.do(bank.take_up, line)


def test_more_than_is_free_or_owed_is_not_put(till):
    order = till.order()
    (line,) = till.take(Paper(100_00, "Оплата"))
    bill = bill_of(till, order)
    with pytest.raises(bank.LineMovedOnError):
        till.do(bank.apply_line, line, shares={bill.id: 100_01})
    (large,) = till.take(Paper(bill.total_minor + 1, "Оплата"))
    with pytest.raises(payments.NothingToPayError):
        till.do(bank.apply_line, large, shares={bill.id: large.minor})
    assert journal_is_even(till)


def test_a_cancelled_order_gives_its_transfer_back_and_the_line_follows(till):
    order = till.order(days=12)
    (line,) = till.take(till.pays(order))
    with till.sessions.begin() as db:
        found = orders.get_order(db, reference=order, lock=True)
        refunds.cancel_order(db, order=found, actor="customer", now=till.now)
    assert till.lines()[0].state == "refunded"
    with till.sessions() as db:
        ((refund, its),) = bank.list_transfers(db)
    assert (refund.state, refund.amount_minor, its.id) == ("approved", line.minor, line.id)


def exported(till, refund) -> str:
    with till.sessions.begin() as db:
        seller = db.get(Payment, refund.payment_id).seller
        file = bank.export_transfers(
            db, seller=seller, account=OWN, references=[refund.reference], actor="staff:1", now=till.now
        )
    return file.decode("cp1251")


def gone(refund, **facts) -> Paper:
    """The line that shows a refund on its way to the payer."""
    known = {"payer": OWN, "payee": OTHERS, "inn": OUR_INN, "payee_inn": "2499004176", "bic": "044525225"}
    return Paper(
        refund.amount_minor, f"Возврат средств. Возврат {refund.reference}. Без НДС", **known | facts
    )


def state_of(till, refund) -> str:
    with till.sessions() as db:
        return refunds.get_refund(db, reference=refund.reference).state


def test_a_refund_is_exported_to_the_payers_account_and_the_line_that_equals_it_ends_it(till):
    (line,) = till.take(Paper(300_00, "Ошибочный платеж"))
    refund = till.do(bank.refund_line, line)
    file = exported(till, refund)
    for row in (
        f"ПлательщикСчет={OWN}",
        f"ПолучательСчет={OTHERS}",
        "Сумма=300.00",
        "ПолучательИНН=2499004176",
    ):
        assert row in file
    assert refund.reference in file
    assert state_of(till, refund) == "submitted"
    assert exported(till, refund) == file
    (out,) = till.take(gone(refund))
    assert (out.direction, out.state) == ("out", "none")
    assert state_of(till, refund) == "succeeded"
    assert journal_is_even(till)


@pytest.mark.parametrize(
    "facts", [{"minor": 300_01}, {"payee": "40702810200000000001"}, {"purpose": "Возврат"}]
)
def test_an_outgoing_line_that_differs_ends_no_refund_by_itself(till, facts):
    (line,) = till.take(Paper(300_00, "Ошибочный платеж"))
    refund = till.do(bank.refund_line, line)
    paper = gone(refund)
    for name, value in facts.items():
        setattr(paper, name, value)
    (out,) = till.take(paper)
    assert state_of(till, refund) == "approved"
    with till.sessions() as db:
        may_be = bank.candidates_for(db, line=out)
    assert [one.id for one in may_be] == ([refund.id] if "purpose" in facts else [])
    if may_be:
        till.do(bank.settle_by_hand, out, refund=refund)
        assert state_of(till, refund) == "succeeded"


def test_a_large_refund_needs_a_second_person_before_it_is_exported(till):
    (line,) = till.take(Paper(100_001_00, "Ошибочный платеж"))
    refund = till.do(bank.refund_line, line)
    assert refund.state == "requested"
    assert till.lines()[0].state == "refunded"
    with till.sessions.begin() as db:
        refunds.withdraw_refund(
            db, refund=refunds.get_refund(db, reference=refund.reference), actor="staff:1", now=till.now
        )
    assert till.lines()[0].state == "waiting"
    refund = till.do(bank.refund_line, line)
    with pytest.raises(bank.NothingToExportError):
        exported(till, refund)
    with till.sessions.begin() as db:
        mine = refunds.get_refund(db, reference=refund.reference)
        with pytest.raises(refunds.errors.OneApproverError):
            refunds.approve_refund(db, refund=mine, actor="staff:1", now=till.now)
        refunds.approve_refund(db, refund=mine, actor="staff:2", now=till.now)
    assert refund.reference in exported(till, refund)
    assert till.lines()[0].state == "refunded"


def together(*presses):
    """Do all at once; what each came to: its value or the name of its refusal."""

    def press(one):
        try:
            return one()
        except (bank.LineMovedOnError, payments.NothingToPayError, payments.AlreadyTakenOffError) as error:
            return type(error).__name__

    with ThreadPoolExecutor(len(presses)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(press, one) for one in presses]]


def test_two_people_at_one_line_put_its_money_once(till):
    one, two = till.order(), till.order(days=12)
    (line,) = till.take(till.pays(one, purpose="Оплата"))
    bills = [bill_of(till, order).id for order in (one, two)]
    ended = together(
        *(lambda bill=bill: till.do(bank.apply_line, line, shares={bill: line.minor}) for bill in bills),
        lambda: till.do(bank.set_aside, line, note="не наше"),
        lambda: till.do(bank.refund_line, line),
    )
    assert ended.count("LineMovedOnError") == 3
    states = [till.state(order) for order in (one, two)]
    assert states.count(("confirmed", "covered")) <= 1
    assert journal_is_even(till)


def test_an_import_and_a_hand_at_the_same_bill_pay_it_once(till):
    order = till.order()
    (loose,) = till.take(till.pays(order, inn="7707083893"))
    made = till.bring(statement(till.pays(order)))
    bill = bill_of(till, order)
    together(
        lambda: till.match(made),
        lambda: till.do(bank.apply_line, loose, shares={bill.id: loose.minor}),
    )
    assert till.state(order) == ("confirmed", "covered")
    assert sorted(line.state for line in till.lines()) == ["applied", "waiting"]
    assert journal_is_even(till)


def test_an_import_and_the_expiry_of_the_order_agree_on_one_ending(till):
    orders_ = [till.order(inn=inn_of(n), days=10 + n) for n in range(3)]
    made = till.bring(statement(*(till.pays(order) for order in orders_)))
    till.now += timedelta(days=7)

    def lapse(order):
        with till.sessions.begin() as db:
            return orders.expire(db, order=orders.get_order(db, reference=order, lock=True), now=till.now)

    together(lambda: till.match(made), *(lambda order=order: lapse(order) for order in orders_))
    for order, line in zip(orders_, till.lines(), strict=True):
        ended = till.state(order)
        assert ended in {("confirmed", "covered"), ("expired", "void")}
        assert line.state == ("applied" if ended[1] == "covered" else "waiting")
        assert line.looked_at is not None
    assert journal_is_even(till)


def test_crossing_sums_of_combined_payments_never_lock_each_other_out(till):
    made = [till.order(inn=inn_of(n), days=10 + n) for n in range(4)]
    bills = [bill_of(till, order) for order in made]
    total = sum(bill.total_minor for bill in bills)
    lines = [till.take(Paper(total, f"Оплата {n}"))[0] for n in range(4)]
    share = {bill.id: bill.total_minor // 4 for bill in bills}
    ended = together(*(lambda line=line: till.do(bank.apply_line, line, shares=share) for line in lines))
    assert "LineMovedOnError" not in ended
    assert {till.state(order) for order in made} == {("confirmed", "covered")}


def test_money_whose_time_is_gone_stays_with_the_reason_and_the_order_asks_for_a_person(till):
    order = till.order(days=12)
    with till.sessions() as db:
        till.now = orders.get_order(db, reference=order).session.starts_at + timedelta(hours=1)
    (line,) = till.take(till.pays(order))
    assert (line.state, line.reason) == ("waiting", "time_gone")
    with till.sessions() as db:
        assert orders.get_order(db, reference=order).attention == "paid_after_time_was_gone"
        assert db.scalar(select(Task.kind)) == "paid_after_time_was_gone"


def test_money_for_a_cancelled_order_is_put_by_nobody(till):
    order = till.order(days=12)
    paper = till.pays(order)
    with till.sessions.begin() as db:
        found = orders.get_order(db, reference=order, lock=True)
        refunds.cancel_order(db, order=found, actor="customer", now=till.now)
    (line,) = till.take(paper)
    assert (line.state, line.reason) == ("waiting", "void")
    with till.sessions() as db:
        stored = bank.get_line(db, reference=line.reference)
        with pytest.raises(orders.OrderEndedError):
            bank.apply_line(
                db, line=stored, shares={bill_of(till, order).id: line.minor}, actor="staff:1", now=till.now
            )
        db.commit()
    assert (till.lines()[0].state, till.lines()[0].reason) == ("waiting", "order_ended")
    assert till.state(order) == ("cancelled", "void")


def test_an_import_and_a_card_at_the_same_bill_pay_it_once(demo, shop, now):
    till = Bank(demo, now)
    order = till.order()
    shop.pay(order)
    made = till.bring(statement(till.pays(order)))
    together(lambda: till.match(made), lambda: shop.sync(order))
    assert till.state(order) == ("confirmed", "covered")
    (line,) = till.lines()
    by_card = line.state == "waiting"
    assert line.reason == ("covered" if by_card else None)
    # Whichever came second is given back, or waits with its reason.
    assert bool(shop.jobs("refund_surplus")) is not by_card
    assert journal_is_even(till)


def test_an_order_in_doubt_is_left_alone_by_the_rule(till):
    order = till.order()
    with till.sessions.begin() as db:
        found = orders.get_order(db, reference=order, lock=True)
        orders.need_attention(db, order=found, reason="payment_differs", now=till.now)
    (line,) = till.take(till.pays(order))
    assert (line.state, line.reason) == ("waiting", "attention")


def test_the_number_of_a_replaced_invoice_is_left_to_a_person(till):
    order = till.order()
    old = till.pays(order)
    with till.sessions.begin() as db:
        bill = orders.get_order(db, reference=order).bills[0]
        invoices.reissue_invoice(db, bill=bill, actor="staff:1", reason="Новый КПП", now=till.now)
    (line,) = till.take(old)
    assert (line.state, line.reason) == ("waiting", "void")
    (new,) = till.take(till.pays(order))
    assert new.state == "applied"


def test_no_refund_is_asked_twice(till):
    (line,) = till.take(Paper(300_00, "Ошибочный платеж"))
    ended = together(*(lambda: till.do(bank.refund_line, line) for _n in range(3)))
    assert ended.count("LineMovedOnError") == 2
    with till.sessions() as db:
        assert len(db.scalars(select(Refund)).all()) == 1
