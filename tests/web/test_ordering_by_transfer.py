"""Paying by transfer as pages: the review page, the order's page, what is refused and what is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from billing.invoices import Document
from billing.orders.models import Bill, Order
from services.core import mail
from services.core.mail import OutboxMail
from tests.web.test_ordering_pages import BOOK, filled, ordinary_starts

KEDR = {"company": "ООО «Кедр-Опт»", "inn": "2499004176"}
PAPERS = {"kpp": "249901001", "address": "660000, Красноярск, Образцовая ул., д. 8"}
AGREED = {"offer": "y", "consent_services": "y"}


def chosen_on(visitor, day, number=0):
    """The details page after taking a time of this very day, at the usual price."""
    page = visitor.get(f"{BOOK}?day={day}")
    starts = [start for start in ordinary_starts(page) if start.startswith(day)]
    return visitor.submit(page, form="form#times", start=starts[number])


def reviewed(visitor, day="2026-12-03", number=0, **payer):
    """The review page of a company that orders a quiet time of a day far enough for a transfer."""
    return filled(visitor, chosen_on(visitor, day, number), country="RU", **(payer or KEDR))


def ordered(visitor, **values):
    """The order's page after an invoice was asked for."""
    return visitor.submit(reviewed(visitor), **AGREED, **PAPERS, **values)


def mails(demo, event):
    with demo.app_sessions() as db:
        return db.scalars(select(OutboxMail).where(OutboxMail.event == event)).all()


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_company_is_offered_its_invoice_first_and_card_beside_it(visit, language):
    page = reviewed(visit(language))
    ways = [str(tag["value"]) for tag in page.all("input[name=method]")]
    assert ways == ["transfer", "card"]
    assert page.one("input[name=method][checked]")["value"] == "transfer"
    sums = [tag.get_text().replace("\u00a0", " ") for tag in page.all("button[name=press]")]
    said = (
        ["Получить счёт на 5 490 ₽", "Перейти к оплате 5 490 ₽"]
        if language == "ru"
        else ["Get an invoice for ₽5,490", "Go on to pay ₽5,490"]
    )
    assert sums == said


def test_somebody_without_a_company_is_offered_the_card_first(visitor):
    page = filled(visitor, chosen_on(visitor, "2026-12-03"), project_unknown="y")
    assert page.one("input[name=method][checked]")["value"] == "card"


def test_an_order_by_transfer_waits_with_its_invoice_its_term_and_a_kept_time(visitor, demo):
    page = ordered(visitor)
    assert page.path.endswith("/pay")
    assert page.title.startswith("Счёт № 2026-")
    assert "оплатить до чт, 26 ноября" in page.text
    assert "пт, 27 ноября, 24:00" in page.text
    with demo.app_sessions() as db:
        order = db.scalars(select(Order)).all()[-1]
        (bill,) = order.bills
        assert (order.state, order.method, bill.state) == ("awaiting_payment", "transfer", "open")
        assert bill.due_at == datetime(2026, 11, 26, 20, 59, 59, tzinfo=UTC)
        assert order.session.held_until == datetime(2026, 11, 27, 21, tzinfo=UTC)
        assert order.session.reserved_at is not None
        assert (order.payer["kpp"], order.payer["address"]) == (PAPERS["kpp"], PAPERS["address"])
        (document,) = db.scalars(select(Document).where(Document.bill_id == bill.id)).all()
        assert document.said.buyer.kpp == PAPERS["kpp"]
        assert document.said.due_on.isoformat() == "2026-11-26"
    assert not mails(demo, "order_link")


def test_what_is_missing_for_the_invoice_is_said_all_at_once_and_nothing_is_lost(visitor):
    page = visitor.submit(reviewed(visitor, company=""), status=422, **AGREED, press="transfer", inn="")
    assert len(page.errors()) == len(page.summary()) == 3
    again = visitor.submit(
        page, status=422, company="ООО «Кедр-Опт»", inn="24 9900 4176", address="Красноярск"
    )
    assert [tag["name"] for tag in again.all(".field.is-wrong input")] == ["kpp"]
    assert again.one("input[name=inn]")["value"] == "24 9900 4176"
    assert again.all("input[name=offer][checked]")


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("inn", "2499004167", "Контрольная цифра"),
        ("inn", "249900417", "Пересчитайте"),
        ("kpp", "24990100", "девять знаков"),
        ("kpp", "000000000", "Такого КПП нет"),
        ("billing_email", "buh.kedr-opt.example", "адрес"),
    ],
)
def test_a_mistyped_detail_is_refused_beside_its_field(visitor, field, typed, said):
    page = visitor.submit(reviewed(visitor), status=422, **AGREED, **{**PAPERS, field: typed})
    assert said in page.one(".field.is-wrong").get_text()
    assert page.one(f"input[name={field}]")["value"] == typed


def test_blanks_and_hyphens_that_come_along_are_taken_out(visitor, demo):
    page = reviewed(visitor)
    visitor.submit(page, **AGREED, **PAPERS | {"kpp": " 2499-01 001"}, inn="2499 0041\u00a076")
    with demo.app_sessions() as db:
        order = db.scalars(select(Order)).all()[-1]
        assert (order.payer["inn"], order.payer["kpp"]) == ("2499004176", "249901001")


def test_a_sole_trader_is_asked_for_no_kpp(visitor, demo):
    page = reviewed(visitor, company="ИП Гаврилов С. П.", inn="639900123409")
    visitor.submit(page, **AGREED, address="Самара, Лесная, 1", kpp="249901001")
    with demo.app_sessions() as db:
        assert db.scalars(select(Order)).all()[-1].payer["kpp"] == ""


def test_a_company_from_abroad_pays_the_foreign_seller_without_russian_numbers(visit, demo):
    visitor = visit("en")
    company = "Meridian Foods GmbH"
    page = filled(visitor, chosen_on(visitor, "2026-12-03"), country="DE", company=company)
    assert not page.all("input[name=kpp]")
    page = visitor.submit(page, **AGREED, address="Lindenstraße 1, Berlin")
    assert "INV-2026-00001" in page.title
    with demo.app_sessions() as db:
        assert db.scalars(select(Document)).all()[-1].said.layout == "en"


def test_who_pays_by_card_is_not_asked_for_the_papers_of_an_invoice(visitor, demo):
    page = reviewed(visitor)
    visitor.checks = False
    answer = visitor.submit(page, button="card", **AGREED, status=307, follow=False)
    assert answer.response.status_code == 307
    with demo.app_sessions() as db:
        assert db.scalars(select(Order)).all()[-1].method == "card"


def test_the_button_that_is_pressed_says_how_and_the_enter_key_leaves_it_to_the_choice(visitor, demo):
    page = reviewed(visitor)
    visitor.submit(page, button="transfer", method="card", **AGREED, **PAPERS)
    with demo.app_sessions() as db:
        assert db.scalars(select(Order)).all()[-1].method == "transfer"


@pytest.mark.parametrize("method", ["barter", "credit", "payment_order ", ""])
def test_a_way_to_pay_that_is_not_offered_is_refused(visitor, demo, method):
    page = reviewed(visitor)
    data = {str(t["name"]): str(t["value"]) for t in page.all("main form[method=post] input[type=hidden]")}
    answer = visitor.post(
        page.path, {**data, **AGREED, **KEDR, **PAPERS, "press": "x", "method": method}, status=422
    )
    assert "Выберите другой" in " ".join(answer.errors())
    with demo.app_sessions() as db:
        assert db.scalars(select(Order)).all()[-1].state == "draft"


def test_too_near_a_start_has_no_plain_transfer(visitor):
    page = reviewed(visitor, day="2026-11-24", number=3)
    assert "transfer" not in [str(tag["value"]) for tag in page.all("input[name=method]")]


def test_an_order_sent_twice_is_one_order_one_bill_one_invoice_one_letter(visitor, demo):
    page = reviewed(visitor)
    visitor.submit(page, **AGREED, **PAPERS, billing_email="buh@kedr-opt.example")
    again = visitor.submit(page, **AGREED, **PAPERS, billing_email="other@kedr-opt.example")
    assert again.path.endswith("/pay")
    with demo.app_sessions() as db:
        order = db.scalars(select(Order)).all()[-1]
        assert len(order.bills) == 1
        assert len(db.scalars(select(Document)).all()) == 1
        assert order.billing_contact["email"] == "buh@kedr-opt.example"
    assert len(mails(demo, "invoice_passed_on")) == 1


def test_who_gets_no_invoice_himself_is_told_where_it_went(visitor, demo):
    page = ordered(visitor, billing_email="buh@kedr-opt.example")
    assert "buh@kedr-opt.example" in page.text
    (letter,) = mails(demo, "invoice_passed_on")
    assert letter.to_email == "melnikova@kedr-opt.example"
    with demo.app_sessions() as db:
        words, _part = mail.read_body(db, mail=letter)
        assert "buh@kedr-opt.example" in words.text


def test_who_named_his_own_address_again_gets_one_letter(visitor, demo):
    ordered(visitor, billing_email="Melnikova@kedr-opt.example")
    assert not mails(demo, "invoice_passed_on")
    with demo.app_sessions() as db:
        assert db.scalars(select(Order)).all()[-1].billing_contact is None


def test_a_submit_after_the_hold_begins_the_same_time_again_or_leads_on(visitor, clock, demo):
    page = reviewed(visitor)
    clock.at += timedelta(minutes=40)
    again = visitor.submit(page, **AGREED, **PAPERS)
    assert again.path.endswith("/review")
    with demo.app_sessions() as db:
        assert not db.scalars(select(Bill)).all()
        assert not db.scalars(select(Document)).all()


def test_the_page_of_a_time_that_is_over_says_so_and_asks_for_nothing(visitor, clock):
    page = ordered(visitor)
    clock.at = datetime(2026, 11, 27, 9, tzinfo=UTC)
    late = visitor.get(page.path)
    assert "ждём перевод" in late.text
    clock.at = datetime(2026, 11, 27, 21, 0, 1, tzinfo=UTC)
    over = visitor.get(page.path)
    assert over.title == "Время больше не держим"
    assert not over.all("main form")


def test_an_order_that_is_let_go_voids_its_invoice_and_tells_the_accountant(visitor, demo):
    page = ordered(visitor, billing_email="buh@kedr-opt.example")
    visitor.submit(page, form="main form[action$=give-up]")
    with demo.app_sessions() as db:
        (document,) = db.scalars(select(Document)).all()
        assert not document.stands
    (letter,) = mails(demo, "invoice_void")
    assert letter.to_email == "buh@kedr-opt.example"


def test_a_company_keeps_no_more_times_by_naming_itself_only_on_the_invoice(visit):
    for number in range(2):
        visitor = visit(address=f"203.0.113.{number}")
        page = reviewed(visitor, number=number, company="", email=f"a{number}@kedr-opt.example")
        visitor.submit(page, method="transfer", **AGREED, **KEDR, **PAPERS)
    third = visit(address="203.0.113.9")
    page = reviewed(third, number=2, company="", email="c@kedr-opt.example")
    refused = third.submit(page, status=422, method="transfer", **AGREED, **KEDR, **PAPERS)
    assert "компании" in " ".join(refused.errors())
