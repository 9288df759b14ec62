"""Documents are issued once, never change, and are corrected by other documents alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from billing import invoices, journal, orders, refunds
from billing.invoices.content import Content, Line
from billing.invoices.credit import credit_lines, left_by_rate
from billing.invoices.queries import Wanted
from services.core.db import make_engine
from services.core.money import Money


def issue(shop, reference):
    with shop.sessions.begin() as db:
        bill = orders.find_main_bill(orders.get_order(db, reference=reference))
        return invoices.issue_invoice(db, bill=bill, now=shop.now)


def pay(shop, reference):
    shop.pay(reference)
    shop.sync(reference)


def certify(shop, reference):
    """An act over the paid main bill."""
    pay(shop, reference)
    with shop.sessions.begin() as db:
        bill = orders.find_main_bill(orders.get_order(db, reference=reference))
        return invoices.issue_act(db, bill=bill, service_on=shop.now.date(), now=shop.now)


def reread(db, document):
    return invoices.get_document(db, reference=document.reference)


def credit(shop, act, minor):
    with shop.sessions.begin() as db:
        return invoices.issue_credit_note(
            db, act=reread(db, act), amount=Money(minor, act.currency), reason="Скидка",
            actor="staff:1", now=shop.now,
        )  # fmt: skip


def search(shop, **wanted):
    with shop.sessions() as db:
        rows, total = invoices.list_documents(db, wanted=Wanted(**wanted), limit=5, now=shop.now)
        assert total == len(rows)
        return [(row.document.number, row.standing) for row in rows]


def test_an_invoice_is_issued_once_while_it_stands(shop):
    reference = shop.place()
    first, again = issue(shop, reference), issue(shop, reference)
    assert (first.id, first.number) == (again.id, "2026-000001")
    assert Content.from_json(first.content).to_json() == first.content
    assert len(shop.jobs("set_document_pdf")) == 1


@pytest.mark.parametrize("typed", ["2026-000001", "2026-0", "№ 2026-000001", "ольга", "2026-000001 "])
def test_an_invoice_is_found_by_number_and_buyer(shop, typed):
    issue(shop, shop.place())
    assert search(shop, search=typed) == [("2026-000001", "open")]
    assert search(shop, search="2025") == search(shop, search="%") == []


def test_an_invoice_is_found_by_its_order_and_exactly_by_number(shop):
    reference = shop.place()
    issued = issue(shop, reference)
    assert search(shop, search=reference.lower(), seller_code="ooo", year=2026)
    assert not search(shop, search=reference, seller_code="abroad")
    with shop.sessions() as db:
        seller = orders.get_order(db, reference=reference).seller
        assert invoices.find_by_number(db, seller=seller, number="2026-000001").id == issued.id
        assert invoices.find_by_number(db, seller=seller, number="2026-00000") is None


def test_the_list_tells_how_it_stands_with_an_invoice(shop):
    reference = shop.place()
    issue(shop, reference)
    assert search(shop, standing="open")
    shop.later(hours=2)
    assert search(shop) == search(shop, standing="overdue") == [("2026-000001", "overdue")]
    pay(shop, shop.place(nth=3))
    paid = shop.place(nth=5)
    pay(shop, paid)
    issue(shop, paid)
    assert search(shop, standing="paid") == [("2026-000002", "paid")]


def test_a_void_bill_takes_its_invoice_along_and_brings_it_back(shop):
    reference = shop.place()
    issue(shop, reference)
    with shop.sessions.begin() as db:
        order = orders.get_order(db, reference=reference, lock=True)
        orders.give_up(db, order=order, actor="customer", now=shop.now)
    assert search(shop, standing="void") == [("2026-000001", "void")]
    with shop.sessions() as db:
        bill = orders.find_main_bill(orders.get_order(db, reference=reference))
        assert invoices.find_standing(db, bill=bill, kind="schet") is None
        with pytest.raises(invoices.BillNotOpenError):
            invoices.issue_invoice(db, bill=bill, now=shop.now)


def test_a_reissued_invoice_has_the_next_number_and_the_corrected_buyer(shop):
    reference = shop.place()
    first = issue(shop, reference)
    with shop.sessions.begin() as db:
        order = orders.get_order(db, reference=reference, lock=True)
        order.payer = {**order.payer, "company": "ООО «Кедр-Опт»", "inn": "2499004176"}
        bill = orders.find_main_bill(order)
        again = invoices.reissue_invoice(db, bill=bill, actor="staff:1", reason="ИНН", now=shop.now)
    assert (again.number, again.said.buyer.inn) == ("2026-000002", "2499004176")
    assert search(shop, search="2499004176") == [("2026-000002", "open")]
    assert search(shop, search="кедр") == [("2026-000002", "open")]
    with shop.sessions() as db:
        before = reread(db, first)
        assert (before.void_reason, before.voided_by, before.stands) == ("ИНН", "staff:1", False)


def test_a_paid_invoice_is_not_voided(shop):
    reference = shop.place()
    issued = issue(shop, reference)
    pay(shop, reference)
    with shop.sessions() as db, pytest.raises(invoices.PaidInvoiceError):
        invoices.void_document(db, document=reread(db, issued), actor="staff:1", reason="x", now=shop.now)


@pytest.mark.parametrize(
    "verb",
    [
        "UPDATE billing.document SET gross_minor = gross_minor + 1, net_minor = net_minor + 1",
        'UPDATE billing.document SET content = content || \'{"words": "nothing"}\'',
        "UPDATE billing.document SET number = '2026-000007'",
        "UPDATE billing.document SET issued_on = issued_on - 1",
        "UPDATE billing.document SET voided_at = NULL, voided_by = NULL, void_reason = NULL",
        "DELETE FROM billing.document",
        "TRUNCATE billing.document CASCADE",
    ],
)
def test_issued_documents_are_never_changed_not_even_by_their_owner(shop, demo, verb):
    issued = issue(shop, shop.place())
    with shop.sessions.begin() as db:
        invoices.void_document(db, document=reread(db, issued), actor="staff:1", reason="x", now=shop.now)
    owner = make_engine(demo.owner_url)
    with pytest.raises(DBAPIError, match="never changed"), owner.begin() as connection:
        connection.execute(text(verb))
    owner.dispose()


def test_an_act_is_refused_within_five_business_days_of_the_seller(shop):
    act = certify(shop, shop.place())
    with shop.sessions.begin() as db:
        act = reread(db, act)
        until_on = invoices.refusable_until(db, act=act)
        assert (until_on - act.issued_on).days == 7  # Monday to Monday
        late = shop.now + timedelta(days=8)
        with pytest.raises(invoices.RefusalLateError):
            invoices.refuse_act(db, act=act, reason="Не то", actor="customer", now=late)
        in_time = shop.now + timedelta(days=7)
        invoices.refuse_act(db, act=act, reason="Не то", actor="customer", now=in_time)
        with pytest.raises(invoices.NotStandingError):
            invoices.refuse_act(db, act=act, reason="Опять", actor="customer", now=in_time)
    assert [task.kind for task in shop.tasks()] == ["act_refused"]


def test_credit_notes_never_exceed_the_act(shop):
    act = certify(shop, shop.place())
    whole = act.gross_minor
    first, second = credit(shop, act, 100), credit(shop, act, whole - 101)
    with pytest.raises(invoices.CreditError, match="credit_sum"):
        credit(shop, act, 2)
    third = credit(shop, act, 1)
    notes = (first, second, third)
    assert [sum(getattr(note, part) for note in notes) for part in ("net_minor", "vat_minor")] == [
        act.net_minor, act.vat_minor,
    ]  # fmt: skip
    assert [note.number for note in notes] == ["2026-000001", "2026-000002", "2026-000003"]
    with pytest.raises(invoices.CreditError, match="credit_kind"):
        credit(shop, first, 1)


def test_a_credit_note_sets_money_free_that_goes_back(shop):
    reference = shop.place()
    act = certify(shop, reference)
    credit(shop, act, 1000)
    with shop.sessions.begin() as db:
        order = orders.get_order(db, reference=reference, lock=True)
        found = journal.bill_balance(db, bill_id=act.bill_id)
        assert (found.recognised, found.advances, found.owed) == (act.gross_minor - 1000, 1000, -1000)
        amount = Money(1000, act.currency)
        refunds.request_refund(
            db, order=order, amount=amount, reason="goodwill", actor="staff:1", now=shop.now
        )
        found = journal.bill_balance(db, bill_id=act.bill_id)
        assert (found.advances, found.receivable, found.owed) == (0, 0, 0)
    assert len([one for one in shop.all(invoices.Document) if one.kind == "credit_note"]) == 1


def test_a_foreign_sellers_paid_invoice_is_credited_when_its_order_is_called_off(shop):
    reference = shop.place(country="DE")
    issued = issue(shop, reference)
    assert (issued.number, issued.said.layout) == ("INV-2026-00001", "en")
    pay(shop, reference)
    with shop.sessions() as db, pytest.raises(invoices.CreditError, match="credit_kind"):
        invoices.credit_invoice(db, invoice=reread(db, issued), reason="x", actor="staff:1", now=shop.now)
    shop.cancel(reference, actor="staff:1")
    with shop.sessions.begin() as db:
        note = invoices.credit_invoice(
            db, invoice=reread(db, issued), reason="Called off", actor="staff:1", now=shop.now
        )
    assert (note.gross, note.said.corrects.number) == (issued.gross, "INV-2026-00001")
    with shop.sessions() as db:
        assert not invoices.can_credit_invoice(db, invoice=reread(db, issued))
        assert journal.bill_balance(db, bill_id=issued.bill_id).recognised == 0


@pytest.mark.parametrize("paid", [True, False])
def test_an_invoice_at_home_is_never_credited(shop, paid):
    reference = shop.place(country="RU" if paid else "DE")
    issued = issue(shop, reference)
    if paid:
        pay(shop, reference)
    shop.cancel(reference, actor="staff:1")
    with shop.sessions() as db:
        assert not invoices.can_credit_invoice(db, invoice=reread(db, issued))


def test_the_database_refuses_a_credit_note_beyond_its_act(shop, demo):
    act = certify(shop, shop.place())
    credit(shop, act, act.gross_minor)
    owner = make_engine(demo.owner_url)
    with pytest.raises(DBAPIError, match="never exceed"), owner.begin() as connection:
        connection.execute(
            text("""
            INSERT INTO billing.document (reference, seller_id, kind, year, n, number, bill_id, corrects_id,
                issued_on, issued_at, currency, net_minor, vat_minor, gross_minor, buyer_inn, buyer_key,
                content)
            SELECT 'D-X', seller_id, kind, year, n + 1, 'x', bill_id, corrects_id, issued_on, issued_at,
                currency, 1, 0, 1, '', '', content FROM billing.document WHERE kind = 'credit_note'
        """)
        )
    owner.dispose()


_RATES = st.sampled_from([2200, 2000, 1000, 700, 500, 0, None])


@st.composite
def _line(draw):
    rate, net = draw(_RATES), draw(st.integers(1, 10**7))
    vat = 0 if rate is None else (net * rate + 5000) // 10000
    return Line("x", 1, "шт", "796", net, vat, net + vat, rate)


@given(st.lists(_line(), min_size=1, max_size=4), st.lists(st.integers(1, 10**7), max_size=6))
def test_credit_notes_together_never_exceed_a_rate_and_take_all_in_the_end(lines, wishes):
    given_back: list[Line] = []
    for wish in [*wishes, None]:
        left = left_by_rate(lines, given_back)
        most = sum(one.gross for one in left.values())
        amount = most if wish is None else min(wish, most)
        if amount:
            made = credit_lines(left, amount)
            assert sum(line.gross for line in made) == amount
            assert all(line.net + line.vat == line.gross and line.net >= 0 <= line.vat for line in made)
            given_back += made
        after = left_by_rate(lines, given_back)
        assert all(one.net >= 0 and one.vat >= 0 for one in after.values())
    assert all(one.gross == 0 for one in left_by_rate(lines, given_back).values())
