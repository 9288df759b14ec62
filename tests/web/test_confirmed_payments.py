"""The confirmation of payment that a payer takes from the page of his bill, and the receipts there."""

from __future__ import annotations

import io
from urllib.parse import urlsplit

import pypdfium2
import pytest
from sqlalchemy import select

from billing import invoices, orders, payments, receipts
from billing.invoices import BillNotOpenError, Document
from billing.orders.models import Bill
from billing.sellers.models import Seller
from services.core.mail import OutboxMail
from tests.fakes.bank_money import pay_by_bank
from tests.web.test_ordering_by_transfer import ordered

BUTTON = "main form[action$='/receipt']"


@pytest.fixture
def bill_page(visitor):
    """The page of a bill that waits for its transfer."""
    page = ordered(visitor, billing_email="buh@kedr-opt.example")
    return visitor.get(urlsplit(page.link("Открыть счёт")).path)


def pay(demo, now, *, asks=()):
    with demo.app_sessions.begin() as db:
        for seller in db.scalars(select(Seller)):
            seller.receipt_methods = list(asks)
        pay_by_bank(db, db.scalars(select(Bill)).one(), now=now)


def confirmations(demo):
    with demo.app_sessions() as db:
        return db.scalars(select(Document).where(Document.kind == "receipt")).all()


def ask(visitor, page):
    """Press the button; the address of the PDF."""
    form = page.one(BUTTON)
    token = form.select_one("input[name=csrf_token]")["value"]
    answer = visitor.client.post(str(form["action"]), data={"csrf_token": token})
    assert answer.status_code == 303
    return urlsplit(answer.location).path


def words_of(pdf: bytes) -> str:
    text = pypdfium2.PdfDocument(io.BytesIO(pdf))[0].get_textpage().get_text_bounded()
    return " ".join(text.replace("\u00a0", " ").split())


def test_who_has_paid_takes_one_confirmation_along_however_often_he_asks(visitor, bill_page, demo, now):
    assert not bill_page.all(BUTTON)
    pay(demo, now)
    paid = visitor.get(bill_page.path)
    address = ask(visitor, paid)
    assert ask(visitor, paid) == address
    said = words_of(visitor.client.get(address).data)
    for part in (
        "Подтверждение оплаты № 2026-000001",
        "ООО «Кедр-Опт»",
        "5 490,00",
        "Не является кассовым чеком",
    ):
        assert part in said, (part, said)
    assert len(confirmations(demo)) == 1
    shown = visitor.get(bill_page.path)
    assert shown.link("Подтверждение оплаты") == address
    assert not shown.all(BUTTON)


def test_what_is_not_paid_is_not_confirmed(visitor, bill_page, demo, now):
    pay(demo, now)
    form = visitor.get(bill_page.path)
    with demo.app_sessions.begin() as db:
        put = payments.list_standing(db, bill=db.scalars(select(Bill)).one())
        payments.take_off_bill(db, allocation=put[0], actor="staff:1", now=now)
    assert ask(visitor, form) == bill_page.path
    assert confirmations(demo) == []
    with demo.app_sessions.begin() as db:
        bill = db.scalars(select(Bill)).one()
        with pytest.raises(BillNotOpenError):
            invoices.issue_receipt(db, bill=bill, paid_on=now.date(), now=now)


def test_a_confirmation_is_set_by_its_job_and_mailed_to_nobody(visitor, bill_page, demo, now):
    pay(demo, now)
    ask(visitor, visitor.get(bill_page.path))
    (one,) = confirmations(demo)
    with demo.app_sessions.begin() as db:
        before = db.scalars(select(OutboxMail.id)).all()
        invoices.set_and_mail(db, document_id=one.id, now=now)
        assert db.scalars(select(OutboxMail.id)).all() == before


def test_the_receipt_of_the_cash_register_is_linked_once_it_was_given(visitor, bill_page, demo, now):
    pay(demo, now, asks=["transfer"])
    assert "Кассовый чек" not in visitor.get(bill_page.path).text
    with demo.app_sessions.begin() as db:
        order = orders.get_order(db, reference=db.scalars(select(Bill)).one().order.reference)
        (asked,) = receipts.list_of_order(db, order=order)
        link = "https://ofd.example/7"
        receipts.note_receipt(db, receipt=asked, link=link, actor="staff:1", now=now)
    assert visitor.get(bill_page.path).link("Кассовый чек") == link
