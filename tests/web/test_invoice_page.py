"""The page of a bill for who pays it: how it stands, what it never says, who may see it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from billing import invoices, payments, refunds
from billing.invoices import Document
from billing.orders.models import Bill, Order
from services import documents, sessions
from services.core.money import Money
from tests.fakes.bank_money import pay_by_bank
from tests.fakes.transfers import arrive
from tests.web.test_ordering_by_transfer import ordered

TROUBLE = "С утра планшеты не видят остатки"


@pytest.fixture
def waiting(visitor):
    """The order's page while its invoice waits."""
    return ordered(visitor, billing_email="buh@kedr-opt.example")


def invoice_page(visitor, page):
    return visitor.get(urlsplit(page.link("Открыть счёт")).path)


def only_bill(db):
    return db.scalars(select(Bill)).one()


def put(demo, minor, now):
    """Money for a part of the only bill."""
    with demo.app_sessions.begin() as db:
        bill = payments.lock_bill(db, bill_id=only_bill(db).id)
        payment = arrive(db, seller=bill.order.seller, amount=Money(minor, "RUB"), now=now)
        payments.put_to_bill(db, payment=payment, bill=bill, amount=payment.amount, actor="system", now=now)


def test_the_accountant_sees_what_to_pay_until_when_and_how(visitor, visit, waiting):
    accountant = visit(address="203.0.113.77")
    page = invoice_page(accountant, waiting)
    assert page.path.startswith("/b/B-")
    assert "Ход ваш: оплатить до чт, 26 ноября" in page.text
    assert page.title == "Счёт на 5 490,00 ₽"
    for said in ("ООО «Кедр-Опт»", "2499004176", "249901001", "ООО «Пример Софт»", "990,00 ₽", "4 500,00 ₽"):
        assert said in page.text
    assert accountant.get(page.path).response.headers["Referrer-Policy"] == "no-referrer"


def test_nothing_of_the_session_stands_on_the_page_of_its_invoice(visitor, waiting, demo):
    page = invoice_page(visitor, waiting)
    with demo.app_sessions() as db:
        order = db.scalars(select(Order)).one()
        session = order.session
        secrets = {
            session.reference, f"/s/{session.reference}", f"/o/{order.reference}", order.contact["name"],
            order.contact["email"], "buh@kedr-opt.example", "14:00", "10:00", "3 декабря", "Красноярск, МСК",
        }  # fmt: skip
        secrets |= {f"{session.starts_at:%H:%M}", session.description or TROUBLE}
    html = page.response.text.replace("\u00a0", " ")
    main = re.sub(r"(?s)<header.*?</header>|<footer.*?</footer>", "", html)
    assert [secret for secret in secrets if secret and secret in main] == []
    links = [str(tag["href"]) for tag in page.all("main a[href]")]
    assert all(link.startswith(("/b/", "#", "mailto:")) for link in links)


@pytest.mark.parametrize(
    "change",
    [
        lambda path: path[:-9] + ("A" if path[-9] != "A" else "B") + path[-8:],
        lambda path: path[:-1],
        lambda path: path + "x",
        lambda path: path.replace("/b/B-", "/o/O-"),
        lambda path: path.replace("/b/B-", "/s/S-"),
        lambda path: path.replace("/b/", "/b/x"),
        lambda path: path.rsplit("/", 1)[0] + "/" + "A" * 22,
        lambda path: path.lower(),
    ],
)
def test_a_link_that_was_tampered_with_opens_nothing(visitor, waiting, change):
    path = invoice_page(visitor, waiting).path
    visitor.get(change(path), status=404)
    visitor.get(change(path) + "/x.pdf", status=404)


def test_the_order_s_token_opens_no_invoice_and_the_invoice_s_no_order(visitor, waiting, demo):
    order_path, bill_path = waiting.path.removesuffix("/pay"), invoice_page(visitor, waiting).path
    order, bill = order_path.split("/"), bill_path.split("/")
    visitor.get(f"/b/{bill[2]}/{order[3]}", status=404)
    visitor.get(f"/o/{order[2]}/{bill[3]}", status=404)


def test_a_raised_version_revokes_the_link(visitor, waiting, demo):
    path = invoice_page(visitor, waiting).path
    with demo.app_sessions.begin() as db:
        only_bill(db).link_version += 1
    visitor.get(path, status=404)


def test_a_document_of_another_bill_is_not_opened_by_this_one(visit, demo):
    mine, other = visit(), visit(address="203.0.113.8")
    page = invoice_page(mine, ordered(mine))
    ordered(other, company="ООО «Полюс-Снаб»", inn="6699001028")
    with demo.app_sessions() as db:
        theirs = db.scalars(select(Document.reference).order_by(Document.id.desc())).first()
    mine.get(f"{page.path}/{theirs}.pdf", status=404)


def test_money_in_part_says_what_came_and_what_is_left(visitor, waiting, demo, now):
    put(demo, 200000, now)
    page = invoice_page(visitor, visitor.get(waiting.path))
    assert page.title == "Осталось оплатить 3 490,00 ₽"
    assert "2 000,00 ₽ из 5 490,00 ₽" in page.text
    assert "Отказаться" not in visitor.get(waiting.path).text


def test_who_paid_in_part_gives_up_no_time_by_himself(visitor, waiting, demo, now):
    put(demo, 200000, now)
    form = waiting.one("main form[action$=give-up]")
    token = str(form.select_one("[name=csrf_token]")["value"])
    page = visitor.post(str(form["action"]), {"csrf_token": token})
    assert "Часть денег уже пришла" in page.response.text.replace("\u00a0", " ")
    with demo.app_sessions() as db:
        assert db.scalars(select(Order)).one().state == "awaiting_payment"


def test_paid_says_so_and_asks_for_nothing_more(visitor, waiting, demo, now):
    path = invoice_page(visitor, waiting).path
    with demo.app_sessions.begin() as db:
        pay_by_bank(db, only_bill(db), now=now)
    page = visitor.get(path)
    assert "Оплачен 23 ноября" in page.text
    assert not page.all("main .payqr")
    assert not page.all("#purpose")
    assert "картой" not in page.text
    assert visitor.get(waiting.path).path.startswith("/s/")


def test_after_its_last_day_it_waits_for_the_bank_and_then_it_is_void(visitor, waiting, demo, clock):
    path = invoice_page(visitor, waiting).path
    clock.at = datetime(2026, 11, 26, 20, 59, 58, tzinfo=UTC)
    assert "Ход ваш" in visitor.get(path).text
    clock.at = datetime(2026, 11, 26, 21, 0, tzinfo=UTC)
    late = visitor.get(path).text
    assert "Нужно было оплатить до чт, 26 ноября" in late
    assert "пт, 27 ноября, 24:00 (МСК)" in late
    clock.at = datetime(2026, 11, 27, 21, 0, 1, tzinfo=UTC)
    with demo.app_sessions.begin() as db:
        payments.let_lapse(db, session_id=db.scalars(select(Order)).one().session_id, now=clock.at)
    void = visitor.get(path)
    assert void.one("h1 s").get_text().startswith("Счёт на")
    assert "аннулирован" in void.text
    assert void.all(".paper--void")
    assert not void.all("main .payqr")
    assert not void.all("main form")


def test_an_invoice_made_anew_takes_the_place_of_the_old_one(visitor, waiting, demo, now):
    path = invoice_page(visitor, waiting).path
    with demo.app_sessions.begin() as db:
        invoices.reissue_invoice(db, bill=only_bill(db), actor="staff:1", reason="ИНН", now=now)
    page = visitor.get(path)
    assert "2026-000002" in page.text
    assert "вместо № 2026-000001" in page.text


@pytest.fixture
def delivered(visitor, waiting, demo, now):
    """The path of a paid bill whose session is over, with its act."""
    path = invoice_page(visitor, waiting).path
    with demo.app_sessions.begin() as db:
        bill = only_bill(db)
        pay_by_bank(db, bill, now=now)
        session = bill.order.session
        version = documents.get_current(db, kind="consent_remote", on=now.date())
        sessions.consent(db, session=session, version=version, address="", agent="", now=now)
        sessions.start(db, session=session, actor="staff:1", now=session.starts_at)
        said = {"result": "solved", "text": "Обмен снова идёт."}
        sessions.finish(db, session=session, actor="staff:1", now=session.ends_at, **said)
        refunds.accept_delivery(db, session_id=session.id, now=session.ends_at)
    return path


def test_an_act_is_objected_to_with_a_reason_within_five_working_days(visitor, delivered, demo, clock):
    clock.at = datetime(2026, 12, 10, 20, 0, tzinfo=UTC)
    page = visitor.get(delivered)
    assert "до чт, 10 декабря" in page.text.lower()
    empty = visitor.submit(page, form="form[action$=object]", status=422, reason=" ")
    assert "Напишите, с чем именно" in " ".join(empty.errors())
    assert empty.all("details[open]")
    after = visitor.submit(page, form="form[action$=object]", reason="Отчёта не было")
    assert "есть возражения" in after.text
    assert not after.all("form[action$=object]")
    with demo.app_sessions() as db:
        act = db.scalars(select(Document).where(Document.kind == "act")).one()
        assert act.refused_reason == "Отчёта не было"


def test_an_act_is_accepted_when_the_days_are_over_also_by_an_old_form(visitor, delivered, clock):
    clock.at = datetime(2026, 12, 10, 20, 0, tzinfo=UTC)
    page = visitor.get(delivered)
    clock.at += timedelta(hours=2)
    assert not visitor.get(delivered).all("form[action$=object]")
    late = visitor.submit(page, form="form[action$=object]", reason="Поздно")
    assert "уже нельзя" in late.response.text.replace("\u00a0", " ")


def test_in_english_the_page_speaks_english_and_the_document_its_own_language(visit, demo):
    visitor = visit("en")
    page = ordered(visitor)
    paper = visitor.get(urlsplit(page.link("Open the invoice")).path)
    assert paper.title == "Invoice for ₽5,490.00"
    assert paper.one("article.paper")["lang"] == "ru"
    assert "Поставщик" in paper.one("article.paper").get_text()
