"""An accountant finds an invoice in two clicks, voids it, issues it anew; acts are corrected."""

from __future__ import annotations

import pytest

from billing import invoices, orders, payments
from billing.payments.queries import list_standing
from services.core.errors import NotFoundError
from tests.fakes.desk import enter


@pytest.fixture
def accountant(desk):
    return enter(desk.app, "accountant")


@pytest.fixture
def awaiting(desk):
    """The reference of an invoice whose money was taken off it again; a company is to pay it."""
    with desk.database.app_sessions.begin() as db:
        order = orders.get_order(db, reference=desk.order, lock=True)
        order.payer = {"country": "RU", "inn": "2499004176", "company": "ООО «Кедр-Опт»"}
        bill = orders.find_main_bill(order)
        for allocation in list_standing(db, bill=bill):
            payments.take_off_bill(db, allocation=allocation, actor="staff:1", now=desk.clock())
        return invoices.issue_invoice(db, bill=bill, now=desk.clock()).reference


@pytest.fixture
def act(desk):
    with desk.database.app_sessions.begin() as db:
        bill = orders.find_main_bill(orders.get_order(db, reference=desk.order))
        today = desk.clock().date()
        return invoices.issue_act(db, bill=bill, service_on=today, now=desk.clock()).reference


def read(desk, reference):
    with desk.database.app_sessions() as db:
        return invoices.get_document(db, reference=reference)


def test_an_accountant_finds_an_invoice_in_two_clicks(desk, accountant, awaiting):
    home = accountant.get("/staff/")
    listed = accountant.get(home.link("Invoices"))
    page = accountant.get(listed.link("2026-000001"))
    assert page.title == "Invoice 2026-000001"
    for said in ("ООО «Кедр-Опт»", "2499004176", "to be paid", "of it VAT 22%", "Left to pay", desk.order):
        assert said in page.text, said


@pytest.mark.parametrize(
    ("asked", "found"),
    [("q=2026-000001", True), ("q=кедр", True), ("q=2499004176", True), ("q=249900417", False),
     ("state=open", True), ("state=paid", False), ("state=nonsense", True), ("year=2025", False),
     ("year=x&page=99", False), ("seller=abroad", False), ("q=%25", False)],
)  # fmt: skip
def test_filters_stand_in_the_address(accountant, awaiting, asked, found):
    page = accountant.get(f"/staff/invoices/?{asked}")
    assert ("2026-000001" in page.text) is found
    assert found or "No such invoices" in page.text or "page=99" in asked


def test_an_unpaid_invoice_is_voided_with_its_reason(desk, accountant, awaiting):
    page = accountant.get(f"/staff/invoices/{awaiting}")
    form = accountant.get(page.link("Void it"))
    assert "Fill this in" in accountant.submit(form, reason=" ", status=422).errors()[0]
    after = accountant.submit(form, reason="Wrong company")
    assert "Wrong company" in after.text
    assert "Void it" not in after.text
    assert read(desk, awaiting).void_reason == "Wrong company"
    assert accountant.get("/staff/invoices/?state=void").link("2026-000001")


def test_an_invoice_is_issued_anew_with_the_corrected_payer(desk, accountant, awaiting):
    page = accountant.get(f"/staff/invoices/{awaiting}")
    form = accountant.get(page.link("Issue it anew"))
    given = {"company": "ООО «Кедр»", "kpp": "249901001", "address": "Красноярск", "reason": "INN"}
    wrong = accountant.submit(form, inn="2499004177", status=422, **given)
    assert "check digit" in wrong.text
    assert wrong.one("[name=company]")["value"] == "ООО «Кедр»"
    after = accountant.submit(wrong, inn="2499 004 176")
    assert after.title == "Invoice 2026-000002"
    assert "2499004176 / 249901001, Красноярск" in after.text
    old = accountant.get(after.link("Invoice 2026-000001"))
    assert "void" in old.text


def test_an_objection_a_credit_note_and_edo_are_noted_on_an_act(desk, accountant, act):
    assert accountant.get("/staff/acts/").link("2026-000001")
    assert "No such documents" in accountant.get("/staff/acts/?show=refused").text
    printed = accountant.client.get(f"/staff/acts/{act}/upd")
    assert (printed.status_code, printed.data[:5]) == (200, b"%PDF-")
    page = accountant.get(f"/staff/acts/{act}")
    after = accountant.submit(accountant.get(page.link("The customer objects")), reason="Half was left")
    assert "Half was left" in after.text
    assert accountant.get("/staff/acts/?show=refused").link("2026-000001")
    form = accountant.get(after.link("Issue a credit note"))
    too_much = accountant.submit(form, amount="999999", reason="As agreed", status=422)
    assert "more than is left" in too_much.errors()[0]
    note = accountant.submit(too_much, amount="1000,50")
    assert note.title == "Credit note 2026-000001"
    assert "As agreed" in note.text
    edo = accountant.get(after.link("Exchange of documents"))
    assert "signed by the customer" in accountant.submit(edo, state="signed").text
    assert "No such documents" in accountant.get("/staff/acts/?show=edo_none").text
    assert accountant.get("/staff/acts/?show=credit_note").link("Credit note")


def test_a_coordinator_reads_and_changes_nothing(desk, awaiting):
    coordinator = enter(desk.app, "coordinator")
    page = coordinator.get(f"/staff/invoices/{awaiting}")
    assert "Void it" not in page.text
    coordinator.get(f"/staff/invoices/{awaiting}/void", status=403)
    coordinator.get(f"/staff/acts/{awaiting}/credit", status=403)
    enter(desk.app, "specialist").get("/staff/invoices/", status=403)


def test_what_is_not_there_is_not_found(accountant):
    accountant.get("/staff/invoices/D-2222-2222", status=404)
    assert issubclass(invoices.DocumentNotFoundError, NotFoundError)
