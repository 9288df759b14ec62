"""The books to be read and taken away: the tax register, the journal of an order, months that are over."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flask import render_template, request

from billing import orders, reports
from billing.reports import Sheet
from services.core.errors import NotFoundError
from webapp.i18n import gettext as _
from webapp.request import db, now
from webapp.security import staff
from webapp.staff.frame import staff_blueprint
from webapp.staff.money import report_words as words
from webapp.staff.money.report_asked import READERS, answer_file, asked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from billing.reports import JournalRow, TaxRegister

blueprint = staff_blueprint("books", __name__, "/reports")
_MONTH = re.compile(r"(2[0-9]{3})-(0[1-9]|1[0-2])", re.ASCII)


@blueprint.get("/tax")
@staff(*READERS)
def tax() -> ResponseReturnValue:
    """What was sold within a period, by rate; VAT on advances where the seller pays it."""
    about = asked(quarter=True)
    register = reports.tax_register(db(), seller=about.seller, period=about.period)
    here = {"seller": about.seller.code, "from": about.period.from_on, "to": about.period.to_on}
    return render_template(
        "staff/tax.html", about=about, register=register, words=words, percent=percent, here=here
    )


@blueprint.get("/tax/file.<kind>")
@staff(*READERS)
def tax_file(kind: str) -> ResponseReturnValue:
    """The same as CSV or XLSX."""
    about = asked(quarter=True)
    register = reports.tax_register(db(), seller=about.seller, period=about.period)
    name = f"tax-{about.seller.code}-{about.period.from_on}-{about.period.to_on}"
    return answer_file(_tax_sheet(register), kind=_known(kind), name=name)


@blueprint.get("/journal/<reference>")
@staff(*READERS)
def journal(reference: str) -> ResponseReturnValue:
    """All that was booked about one order."""
    order = orders.get_order(db(), reference=reference)
    rows = reports.list_of_order(db(), order=order)
    return render_template(
        "staff/journal.html", order=order, entries=_entries(rows), words=words, percent=percent
    )


@blueprint.get("/month/file.<kind>")
@staff(*READERS)
def month(kind: str) -> ResponseReturnValue:
    """The journal of a month that is over in the seller's zone, as CSV or XLSX."""
    seller = asked().seller
    found = _MONTH.fullmatch(request.args.get("month", ""))
    if not found:
        raise NotFoundError(kind="month")
    period = reports.closed_month(seller, year=int(found[1]), month=int(found[2]), now=now())
    rows = reports.list_of_period(db(), seller=seller, period=period)
    return answer_file(
        _journal_sheet(rows, seller.zone), kind=_known(kind), name=f"journal-{seller.code}-{found[0]}"
    )


def percent(rate: int | None) -> Decimal | None:
    """A rate in hundredths of a percent as per cent."""
    return None if rate is None else Decimal(rate) / 100


def _known(kind: str) -> str:
    if kind not in {"csv", "xlsx"}:
        raise NotFoundError(kind="report")
    return kind


def _entries(rows: Sequence[JournalRow]) -> list[list[JournalRow]]:
    entries: dict[int, list[JournalRow]] = {}
    for row in rows:
        entries.setdefault(row.entry, []).append(row)
    return list(entries.values())


def _rate(rate: int | None) -> Any:
    return _("no VAT") if rate is None else percent(rate)


def _tax_sheet(register: TaxRegister) -> Sheet:
    headings = [
        _("Date"), _("Fact"), _("Number"), _("Buyer"), _("Tax number"), _("VAT rate, per cent"),
        _("Without VAT"), _("VAT"), _("With VAT"), _("Currency"),
    ]  # fmt: skip
    rows: list[list[Any]] = [
        [
            one.on, str(words.FACTS[one.kind]), one.number, one.buyer, one.inn, _rate(one.rate), one.net,
            one.vat, one.gross, one.net.currency,
        ]
        for one in register.sales
    ]  # fmt: skip
    rows += [
        [
            one.on, _("Advance") if one.gross.minor > 0 else _("Advance set off or given back"),
            one.reference, one.buyer, one.inn, _rate(one.rate), one.gross - one.vat, one.vat, one.gross,
            one.vat.currency,
        ]
        for one in register.advances
    ]  # fmt: skip
    return Sheet(_("Tax register"), headings, rows)


def _journal_sheet(rows: Sequence[JournalRow], zone: str) -> Sheet:
    headings = [
        _("Entry"), _("Date"), _("Booked at"), _("Fact"), _("Ledger account"), _("Name of the account"),
        _("Debit"), _("Credit"), _("Currency"), _("VAT rate, per cent"), _("Order"), _("Document"),
        _("Bill"), _("Payment"), _("Refund"),
    ]  # fmt: skip
    told = [
        [
            row.entry, row.on, _told(row, zone), str(words.FACTS[row.kind]), row.account,
            str(words.ACCOUNTS[row.account]), row.debit, row.credit, row.currency, percent(row.vat_rate),
            row.order, row.document, row.bill, row.payment, row.refund,
        ]
        for row in rows
    ]  # fmt: skip
    return Sheet(_("Journal"), headings, told)


def _told(row: JournalRow, zone: str) -> str:
    """When an entry was made, by the seller's clock: later than its date for what was known late."""
    return f"{row.at.astimezone(ZoneInfo(zone)):%d.%m.%Y %H:%M}"
