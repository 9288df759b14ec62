"""What reports read of their address, and how they answer with a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Response, request

from billing import reports
from billing.reports import Period
from billing.sellers import list_sellers
from webapp.days import read_day
from webapp.i18n import current_locale
from webapp.i18n import gettext as _
from webapp.request import db, now

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from billing.reports import Sheet
    from billing.sellers.models import Seller

READERS = ("accountant", "administrator")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Asked:
    """A seller and a period, with what is wrong with the period that was typed."""

    sellers: Sequence[Seller]
    seller: Seller
    period: Period
    wrong: str


def asked(*, quarter: bool = False) -> Asked:
    """The seller and period of the address; by default the first one, and this month (or quarter)."""
    sellers = list_sellers(db(), active_only=False)
    code = request.args.get("seller", "")
    seller = next((one for one in sellers if one.code == code), sellers[0])
    today = reports.today_of(seller, now=now())
    usual = Period(_first(today, quarter=quarter), today)
    period, wrong = _period(usual)
    return Asked(sellers, seller, period, wrong)


def answer_file(sheet: Sheet, *, kind: str, name: str) -> Response:
    """The table as a file to keep: `kind` xlsx, or csv in the reader's way to write figures."""
    if kind == "xlsx":
        return attach_file(reports.to_xlsx(sheet), mimetype=XLSX, name=f"{name}.xlsx")
    made = reports.to_csv(sheet, decimal="," if current_locale() == "ru" else ".")
    return attach_file(made, mimetype="text/csv", name=f"{name}.csv")


def attach_file(content: bytes, *, mimetype: str, name: str) -> Response:
    """A file to keep; nothing on the way may keep it too."""
    answer = Response(content, mimetype=mimetype)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _first(today: date, *, quarter: bool) -> date:
    month = today.month - (today.month - 1) % 3 if quarter else today.month
    return today.replace(month=month, day=1)


def _period(usual: Period) -> tuple[Period, str]:
    typed = [request.args.get(name, "").strip() for name in ("from", "to")]
    from_on, to_on = (
        read_day(one) if one else day for one, day in zip(typed, (usual.from_on, usual.to_on), strict=True)
    )
    if from_on is None or to_on is None:
        return usual, _("Enter a date like 26.11.2026.")
    if to_on < from_on:
        return usual, _("The period ends before it begins.")
    if (to_on - from_on).days > 3660:
        return usual, _("Ten years are the longest period.")
    return Period(from_on, to_on), ""
