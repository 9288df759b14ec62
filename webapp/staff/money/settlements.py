"""Mutual settlements with a customer (акт сверки): as a page, as a PDF to be signed, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import render_template, request

from billing import reports
from billing.reports import Sheet
from services.core.errors import NotFoundError
from webapp.i18n import current_locale
from webapp.i18n import gettext as _
from webapp.request import db
from webapp.security import staff
from webapp.staff.frame import staff_blueprint
from webapp.staff.money.report_asked import READERS, answer_file, asked, attach_file
from webapp.staff.money.report_words import paper_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from billing.reports import Reconciliation
    from webapp.staff.money.report_asked import Asked

blueprint = staff_blueprint("settlements", __name__, "/reports/settlements")


@blueprint.get("/")
@staff(*READERS)
def overview() -> ResponseReturnValue:
    """Choose a customer; then what passed between him and a seller within a period."""
    about = asked(quarter=True)
    found = _found(about)
    return render_template(
        "staff/settlements.html",
        about=about,
        found=found,
        asked_for=request.args.get("q", "").strip(),
        customers=[]
        if found
        else reports.list_customers(db(), seller=about.seller, asked=request.args.get("q", ""), most=50),
        paper_of=paper_of,
        here=_here(about, found),
    )


@blueprint.get("/file.<kind>")
@staff(*READERS)
def file(kind: str) -> ResponseReturnValue:
    """The same as a PDF, CSV or XLSX."""
    about = asked(quarter=True)
    found = _found(about)
    if found is None or kind not in {"pdf", "csv", "xlsx"}:
        raise NotFoundError(kind="report")
    period = found.period
    customer = found.customer.key if found.customer.key.isdecimal() else "customer"
    name = f"reconciliation-{customer}-{period.to_on}"
    if kind == "pdf":
        made = reports.set_reconciliation(found, layout=current_locale(), paper_of=paper_of)
        return attach_file(made, mimetype="application/pdf", name=f"{name}.pdf")
    return answer_file(_sheet(found), kind=kind, name=name)


def _found(about: Asked) -> Reconciliation | None:
    key = request.args.get("customer", "").strip()
    customer = reports.find_customer(db(), seller=about.seller, key=key) if key else None
    if customer is None:
        return None
    return reports.reconcile(
        db(), seller=about.seller, customer=customer, period=about.period, currency=about.seller.currency
    )


def _here(about: Asked, found: Reconciliation | None) -> dict[str, Any]:
    """What the address of this very report holds."""
    return {
        "seller": about.seller.code,
        "customer": found.customer.key if found else None,
        "from": about.period.from_on.isoformat(),
        "to": about.period.to_on.isoformat(),
    }


def _sheet(found: Reconciliation) -> Sheet:
    currency = found.opening.currency
    first, last = found.period.from_on, found.period.to_on
    rows: list[list[Any]] = [[first, _("Opening balance"), *_sides(found.opening), currency]]
    rows += [[one.on, paper_of(one), one.debit, one.credit, currency] for one in found.moves]
    rows.append([last, _("Turnover"), found.debit, found.credit, currency])
    rows.append([last, _("Closing balance"), *_sides(found.closing), currency])
    headings = [_("Date"), _("Document"), _("Debit"), _("Credit"), _("Currency")]
    return Sheet(_("Settlements"), headings, rows)


def _sides(balance: Any) -> tuple[Any, Any]:
    """A balance as debit and credit: he owes, or we do."""
    return (balance, None) if balance.minor >= 0 else (None, -balance)
