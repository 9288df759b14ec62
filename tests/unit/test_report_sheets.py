"""Tables that go into spreadsheets: figures are figures, words never formulas; bars and periods."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from types import SimpleNamespace

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.reports import PeriodError, Sheet, closed_month, closed_months, month_of, to_csv, to_xlsx
from billing.reports.tax import vat_within
from services.core.money import Money
from webapp.staff.money.charts import bars

SHEET = Sheet(
    "Журнал [10/2026]",
    ["Дата", "Кто", "Сумма"],
    [
        [date(2026, 10, 1), '=HYPERLINK("http://x";"y")', Money(1_234_567, "RUB")],
        [None, 'ООО «Весна»; "Кедр"\nвторая строка', Money(-5, "RUB")],
        [date(2026, 10, 31), " +7 913 000", Money(1200, "JPY")],
    ],
)


def test_a_table_for_spreadsheets():
    made = to_csv(SHEET)
    assert made.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(made.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert rows[1] == ["01.10.2026", '\'=HYPERLINK("http://x";"y")', "12345,67"]
    assert rows[2][1:] == ['ООО «Весна»; "Кедр"\nвторая строка', "-0,05"]
    assert rows[3][1:] == ["' +7 913 000", "1200"]
    assert "12345.67" in to_csv(SHEET, decimal=".").decode("utf-8-sig")


def test_a_workbook_holds_numbers_dates_and_plain_text():
    page = openpyxl.load_workbook(io.BytesIO(to_xlsx(SHEET))).active
    assert page.title == "Журнал 102026"
    assert [cell.data_type for cell in page[2]] == ["d", "s", "n"]
    assert page["B2"].value == '=HYPERLINK("http://x";"y")'
    assert page["C2"].value == 12345.67
    assert page["C3"].value == -0.05
    assert page["A4"].value.date() == date(2026, 10, 31)


@given(st.text(max_size=30))
def test_no_words_begin_as_a_formula(words):
    made = to_csv(Sheet("x", ["x"], [["a", words]])).decode("utf-8-sig")
    cell = list(csv.reader(io.StringIO(made, newline=""), delimiter=";"))[1][1]
    assert not cell.lstrip(" \u00a0").startswith(("=", "+", "-", "@", "\t", "\r"))


def test_a_month_is_over_when_it_is_over_where_the_seller_is():
    moscow = SimpleNamespace(zone="Europe/Moscow")
    evening = datetime(2026, 10, 31, 20, 59, tzinfo=UTC)
    with pytest.raises(PeriodError) as caught:
        closed_month(moscow, year=2026, month=10, now=evening)
    assert caught.value.code == "month_open"
    midnight = datetime(2026, 10, 31, 21, tzinfo=UTC)
    assert closed_month(moscow, year=2026, month=10, now=midnight) == month_of(date(2026, 10, 9))
    assert [one.from_on for one in closed_months(moscow, count=2, now=midnight)] == [
        date(2026, 10, 1),
        date(2026, 9, 1),
    ]


@pytest.mark.parametrize(
    ("gross", "rate", "vat"), [(12200, 2200, 2200), (-12200, 2200, -2200), (1, 2200, 0), (3, 2000, 1)]
)
def test_the_tax_within_a_sum(gross, rate, vat):
    assert vat_within(gross, rate) == vat


@given(st.lists(st.integers(-(10**9), 10**12), min_size=1, max_size=12))
def test_bars_stay_within_their_picture(values):
    made = bars([("x", one, one < 0) for one in values], currency="RUB", width=300, locale="ru")
    assert 2 <= len(made.lines) <= 7
    for bar in made.bars:
        assert made.left <= bar.x
        assert bar.x + bar.width <= made.width + 0.1
        assert bar.y >= 0
        assert bar.y + bar.height <= made.height
