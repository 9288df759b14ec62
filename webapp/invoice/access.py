"""Opening a bill by its own secret link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing import invoices, orders
from services.core.db import core_of
from services.core.errors import InvalidError, NotFoundError
from services.core.links import secret_path
from services.core.references import check_link, parse_reference
from webapp.request import db

if TYPE_CHECKING:
    from billing.invoices import Document
    from billing.orders.models import Bill


def bill_by_link(reference: str, token: str) -> Bill:
    """The bill behind /b/<reference>/<token>; NotFoundError whatever is wrong with either."""
    try:
        named = parse_reference(reference, "B")
    except InvalidError as error:
        raise NotFoundError(kind="link") from error
    bill = orders.get_bill_by_reference(db(), reference=named)
    check_link(core_of(db()).keys, "b", bill.reference, bill.link_version, token)
    return bill


def document_of(bill: Bill, reference: str) -> Document:
    """The document with this reference, if it is one of the bill; else NotFoundError."""
    for document in invoices.list_of_bill(db(), bill=bill):
        if document.reference == reference:
            return document
    raise NotFoundError(kind="document")


def bill_path(bill: Bill) -> str:
    """The path of the bill's own page."""
    return secret_path(core_of(db()), "b", bill.reference, bill.link_version)
