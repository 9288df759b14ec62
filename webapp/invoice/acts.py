"""Objecting to an act, within the days that there are for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect

from billing import invoices
from webapp.i18n import gettext as _
from webapp.invoice.access import bill_by_link, bill_path, document_of
from webapp.invoice.blueprint import blueprint
from webapp.invoice.forms import ObjectionForm
from webapp.invoice.page import bill_page
from webapp.request import db, now
from webapp.security import secret_link

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.post("/b/<reference>/<token>/<document>/object")
@secret_link
def object_to(reference: str, token: str, document: str) -> ResponseReturnValue:
    """Write down why the act is not accepted; staff get it as a task."""
    bill = bill_by_link(reference, token)
    act = document_of(bill, document)
    form = ObjectionForm()
    if not form.validate():
        return bill_page(bill, objection=form), 422
    try:
        invoices.refuse_act(db(), act=act, reason=form.reason.data or "", actor="customer", now=now())
    except (invoices.RefusalLateError, invoices.NotStandingError):
        flash(_("There is nothing to object to any more: write to us, please, and name the number."), "alarm")
    else:
        flash(_("Thank you. We have your reasons, and will write to you."), "ok")
    return redirect(bill_path(bill) + "#acts", 303)
