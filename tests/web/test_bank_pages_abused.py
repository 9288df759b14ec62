"""What no accountant types on the bank's pages, and what a browser may send all the same."""

from __future__ import annotations

import io

import pytest

from tests.fakes.bank import Bank, Paper, statement
from tests.fakes.desk import enter


@pytest.fixture
def till(desk, now):
    return Bank(desk.database, now)


@pytest.fixture
def accountant(desk):
    return enter(desk.app, "accountant")


def token_of(page) -> str:
    """The token of the first form, where a page has several."""
    return str(page.soup.select("main form[method=post] input[name=csrf_token]")[0]["value"])


@pytest.mark.parametrize("name", ["kl\0to.txt", "\u202ekl.txt", "../../etc/passwd", "я" * 999])
def test_a_statement_may_have_any_name(till, accountant, name):
    form = accountant.get("/staff/bank/upload")
    content = statement(Paper(100_00, "Оплата"))
    data = {"csrf_token": token_of(form), "files": (io.BytesIO(content), name)}
    page = accountant.post("/staff/bank/upload", data)
    assert "\0" not in page.text


def test_notes_and_sums_with_signs_that_no_keyboard_types(till, accountant):
    (line,) = till.take(Paper(100_00, "Оплата"))
    path = f"/staff/bank/lines/{line.reference}"
    token = token_of(accountant.get(f"{path}/"))
    accountant.post(f"{path}/apply", {"csrf_token": token, "sum-B\0": "1"}, status=404)
    accountant.post(f"{path}/apply", {"csrf_token": token, "sum-B-2222-2222": "9" * 30}, status=422)
    page = accountant.post(f"{path}/set-aside", {"csrf_token": token, "note": "спорный\0\u202e платёж"})
    assert "спорный платёж" in page.text


def test_mappings_and_refunds_with_nul(till, accountant):
    form = accountant.get("/staff/bank/tables/new")
    data = {
        "csrf_token": token_of(form),
        "name": "a\0b",
        "account": "1\0",
        "column_on": "Дата\0",
        "column_amount": "С",
        "delimiter": ";",
        "decimal": ",",
        "date_format": "dd.mm.yyyy",
    }
    accountant.post("/staff/bank/tables/new", data, status=422)
    accountant.post("/staff/bank/refunds/R-%00/approve", {"csrf_token": data["csrf_token"]}, status=400)
