"""Reports as staff see them: settlements, tax register, journal of an order, months, charts."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import openpyxl
import pypdfium2
import pytest

from billing import invoices, orders, payments, reports
from tests.fakes.bank_money import pay_by_bank
from tests.fakes.desk import enter

INN, NAME = "7707083893", "=Кедр-Опт «ООО»"
FILES = (
    "settlements/file.pdf",
    "settlements/file.csv",
    "settlements/file.xlsx",
    "tax/file.csv",
    "tax/file.xlsx",
)


@pytest.fixture
def accountant(desk):
    return enter(desk.app, "accountant")


@pytest.fixture
def sold(desk):
    """The desk's order is a company's, paid by bank and certified; the seller's code."""
    now = desk.clock()
    with desk.database.app_sessions.begin() as db:
        order = orders.get_order(db, reference=desk.order, lock=True)
        payer = orders.Payer("RU", company=NAME, inn=INN, kpp="770401001", address="Москва")
        orders.correct_payer(db, order=order, payer=payer, actor="staff:1", now=now)
        bill = orders.find_main_bill(order)
        pay_by_bank(db, bill, now=now)
        bill = payments.lock_bill(db, bill_id=bill.id)
        invoices.issue_act(db, bill=bill, service_on=now.date(), now=now)
        return order.seller.code


def test_settlements_with_a_company_end_at_nothing_when_all_is_paid_and_done(accountant, sold):
    found = accountant.get(f"/staff/reports/settlements/?q=кедр&seller={sold}")
    page = accountant.get(found.one(".rows a")["href"])
    assert page.title.endswith(NAME)
    assert "nothing is owed" in page.text
    assert len(page.all(".rows tbody tr")) == 5
    assert "Payment No." in page.text
    assert "Acceptance certificate No." in page.text


@pytest.mark.parametrize("name", FILES)
def test_reports_are_taken_away_as_files(accountant, sold, name):
    response = accountant.client.get(f"/staff/reports/{name}?seller={sold}&customer={INN}")
    assert response.status_code == 200
    assert response.headers["Content-Disposition"].startswith("attachment")
    if name.endswith("csv"):
        rows = list(csv.reader(io.StringIO(response.data.decode("utf-8-sig"), newline=""), delimiter=";"))
        assert len(rows) >= 2
        assert all(not cell.startswith("=") for row in rows for cell in row)
    elif name.endswith("xlsx"):
        page = openpyxl.load_workbook(io.BytesIO(response.data)).active
        assert all(cell.data_type != "f" for row in page for cell in row)
    else:
        text = pypdfium2.PdfDocument(response.data)[0].get_textpage().get_text_range()
        assert "Кедр-Опт" in text
        assert "nothing is owed" in text


def test_the_tax_register_says_each_rate(accountant, sold):
    page = accountant.get(f"/staff/reports/tax?seller={sold}")
    assert "22%" in page.text
    assert NAME in page.text
    assert "VAT on advances" in page.text
    nothing = accountant.get(f"/staff/reports/tax?seller={sold}&from=2020-01-01&to=2020-02-01")
    assert "An invoice alone is no sale" in nothing.text


@pytest.mark.parametrize(
    "days", ["from=tomorrow", "from=2026-11-30&to=2026-11-01", "from=1999-01-01&to=2026-01-01"]
)
def test_a_period_that_is_none_is_said_beside_the_usual_one(accountant, days):
    assert accountant.get(f"/staff/reports/tax?{days}").one("[role=alert]")


def test_the_journal_of_an_order(desk, accountant, sold):
    page = accountant.get(f"/staff/reports/journal/{desk.order}")
    assert "Owed by customers" in page.text
    assert "VAT to be paid, 22%" in page.text


def test_a_month_is_taken_away_only_when_it_is_over(desk, accountant, sold):
    with desk.database.app_sessions() as db:
        seller = orders.get_order(db, reference=desk.order).seller
        today = reports.today_of(seller, now=desk.clock())
    address = f"/staff/reports/month/file.xlsx?seller={sold}&month={today:%Y-%m}"
    assert accountant.client.get(address).status_code == 422
    desk.clock.at += timedelta(days=31)
    client = enter(desk.app, "accountant").client
    response = client.get(address)
    page = openpyxl.load_workbook(io.BytesIO(response.data)).active
    debit = sum(row[6].value or 0 for row in page.iter_rows(min_row=2))
    credit = sum(row[7].value or 0 for row in page.iter_rows(min_row=2))
    assert debit == credit > 0
    for wrong in ("file.xlsx?month=2026-13", "file.xlsx", f"file.doc?month={today:%Y-%m}"):
        assert client.get(f"/staff/reports/month/{wrong}").status_code == 404


def test_charts_have_their_figures_as_tables(accountant, sold):
    page = accountant.get(f"/staff/reports/?seller={sold}")
    assert len(page.all("svg rect.good")) == 2
    assert len(page.all("details.more table")) == 2
    assert "The best month" in page.text
    assert "Nobody owes anything" in page.text


def test_reports_are_for_those_who_keep_the_books(desk):
    for role in ("specialist", "coordinator"):
        enter(desk.app, role).get("/staff/reports/", status=403)


def test_the_paper_to_be_signed_speaks_russian_to_russians(desk, sold):
    accountant = enter(desk.app, "accountant", "ru")
    response = accountant.client.get(
        f"/staff/reports/settlements/file.pdf?seller={sold}&customer={INN}",
        headers={"Accept-Language": "ru"},
    )
    text = pypdfium2.PdfDocument(response.data)[0].get_textpage().get_text_range().replace("\u00a0", " ")
    assert "Акт сверки взаимных расчётов за период" in text
    assert "задолженности нет" in text
    assert "Акт № 2026-000001" in text
