"""A confirmation of payment, for whoever's accountant wants one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect

from billing import invoices
from webapp.invoice.access import bill_by_link, bill_path
from webapp.invoice.blueprint import blueprint
from webapp.invoice.face import paid_on
from webapp.request import db, now
from webapp.security import secret_link

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.post("/b/<reference>/<token>/receipt")
@secret_link
def receipt(reference: str, token: str) -> ResponseReturnValue:
    """Issue it, once, and show it; where nothing is paid any more, the page says so."""
    bill = bill_by_link(reference, token)
    on = paid_on(bill)
    if on is None or bill.state != "covered":
        return redirect(bill_path(bill), 303)
    document = invoices.issue_receipt(db(), bill=bill, paid_on=on, now=now())
    return redirect(f"{bill_path(bill)}/{document.reference}.pdf", 303)
