"""What a bill's own page shows: how it stands, what to pay and how, and its documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, render_template

from billing import invoices
from webapp.invoice.access import bill_by_link, bill_path, document_of
from webapp.invoice.blueprint import blueprint
from webapp.invoice.face import face_of
from webapp.invoice.forms import ObjectionForm
from webapp.request import db, now
from webapp.security import secret_link

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from billing.orders.models import Bill


@blueprint.get("/b/<reference>/<token>")
@secret_link
def bill(reference: str, token: str) -> ResponseReturnValue:
    """The bill with its invoice, as it stands at this moment."""
    return bill_page(bill_by_link(reference, token))


@blueprint.get("/b/<reference>/<token>/<document>.pdf")
@secret_link
def document_pdf(reference: str, token: str, document: str) -> ResponseReturnValue:
    """One of the bill's documents, as it was sent out."""
    found = document_of(bill_by_link(reference, token), document)
    body = invoices.read_pdf(db(), document=found, now=now())
    name = invoices.file_name(found)
    return Response(
        body,
        mimetype="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )


def bill_page(found: Bill, *, objection: ObjectionForm | None = None) -> str:
    """The page; `objection` is a form that came back with its errors."""
    return render_template(
        "invoice/page.html",
        face=face_of(found),
        objection=objection or ObjectionForm(formdata=None),
        path=bill_path(found),
    )
