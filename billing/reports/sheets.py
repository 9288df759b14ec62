"""Tables for an accountant's program: CSV and XLSX, in which nothing but figures is a figure."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import xlsxwriter

from services.core.money import Money, exponent

if TYPE_CHECKING:
    from collections.abc import Sequence

Cell = str | int | date | Money | Decimal | None
# A cell that begins with one of these is a formula to spreadsheets, wherever the words came from.
_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_WIDTH: Final = 16
_SUMS: Final = ("#,##0", "#,##0.0", "#,##0.00", "#,##0.000")


@dataclass(frozen=True)
class Sheet:
    """A table: its title, its headings and its rows."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def to_csv(sheet: Sheet, *, decimal: str = ",") -> bytes:
    """The table for spreadsheets: UTF-8 with a mark, semicolons, CRLF; sums with `decimal` sign."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([guarded(heading) for heading in sheet.headings])
    for row in sheet.rows:
        writer.writerow([_plain(cell, decimal) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def to_xlsx(sheet: Sheet) -> bytes:
    """The table as a workbook: sums and dates as such, all else as text and never as a formula."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        page = book.add_worksheet(_tab(sheet.title))
        formats = {
            "head": book.add_format({"bold": True, "text_wrap": True}),
            "day": book.add_format({"num_format": "dd.mm.yyyy"}),
            **{str(n): book.add_format({"num_format": shape}) for n, shape in enumerate(_SUMS)},
        }
        page.freeze_panes(1, 0)
        page.set_column(0, max(len(sheet.headings) - 1, 0), _WIDTH)
        for column, heading in enumerate(sheet.headings):
            page.write_string(0, column, heading, formats["head"])
        for at, row in enumerate(sheet.rows, start=1):
            for column, cell in enumerate(row):
                _write(page, at, column, cell, formats)
    return out.getvalue()


def guarded(words: str) -> str:
    """Words that no spreadsheet takes for a formula."""
    shown = words.lstrip(" \u00a0")
    return f"'{words}" if shown.startswith(_FORMULAS) else words


def _plain(cell: Cell, decimal: str) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Money):
        return _figure(cell).replace(".", decimal)
    if isinstance(cell, date):
        return f"{cell:%d.%m.%Y}"
    return guarded(cell) if isinstance(cell, str) else str(cell).replace(".", decimal)


def _write(
    page: xlsxwriter.worksheet.Worksheet,
    at: int,
    column: int,
    cell: Cell,
    formats: dict[str, xlsxwriter.format.Format],
) -> None:
    if cell is None:
        return
    if isinstance(cell, Money):
        digits = str(min(exponent(cell.currency), 3))
        page.write_number(at, column, float(_figure(cell)), formats[digits])
    elif isinstance(cell, date):
        page.write_datetime(at, column, cell, formats["day"])
    elif isinstance(cell, str):
        page.write_string(at, column, cell)
    else:
        page.write_number(at, column, float(cell))


def _figure(amount: Money) -> str:
    return f"{Decimal(amount.minor).scaleb(-exponent(amount.currency)):f}"


def _tab(title: str) -> str:
    """A name that a workbook's page may have: 31 signs, none of its own."""
    return "".join(sign for sign in title if sign not in "[]:*?/\\'")[:31] or "1"
