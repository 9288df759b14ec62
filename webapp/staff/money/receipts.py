"""Fiscal receipts (54-ФЗ): which are awaited, and where those that were given can be read.

Receipts come from the seller's cash register; nothing here looks like one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, url_for

from billing import receipts
from services.core.errors import InvalidError
from services.core.wording import format_money
from webapp.i18n import current_locale, ngettext
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.navigation import NavItem
from webapp.request import db, now
from webapp.security import staff
from webapp.staff.answers import actor, done, edit_page
from webapp.staff.forms import StaffForm, line
from webapp.staff.frame import staff_blueprint
from webapp.staff.listing import SIZE
from webapp.staff.money import words
from webapp.staff.waiting import Waiting

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from billing.receipts import Receipt

blueprint = staff_blueprint("receipts", __name__, "/receipts")
GIVERS = ("accountant", "administrator")
NAV = [NavItem("staff_receipts.overview", _l("Fiscal receipts"), "staff", 37, roles=GIVERS)]


class ReceiptForm(StaffForm):
    """Where a receipt can be read."""

    groups = ((_l("Fiscal receipt"), ("link",)),)

    link = line(
        _l("Link to the receipt"), hint=_l("At the operator of fiscal data, like https://…"), longest=500
    )


@blueprint.get("/")
@staff(*GIVERS)
def overview() -> ResponseReturnValue:
    """What is awaited, the oldest first."""
    rows = receipts.list_awaited(db(), limit=SIZE)
    return render_template("staff/receipts.html", rows=rows, words=words, is_cut=len(rows) == SIZE)


@blueprint.route("/<kind>/<int:payment_id>/<int:source_id>", methods=["GET", "POST"])
@staff(*GIVERS)
def note(kind: str, payment_id: int, source_id: int) -> ResponseReturnValue:
    """Enter where the receipt of one fact can be read, or correct it."""
    receipt = receipts.get_receipt(db(), kind=kind, payment_id=payment_id, source_id=source_id)
    form = ReceiptForm(data={"link": receipt.link or ""})
    if form.validate_on_submit() and _noted(receipt, form):
        if receipt.order_reference is None:
            return done(_("The receipt is noted."), "staff_receipts.overview")
        return done(_("The receipt is noted."), "staff_money.order", reference=receipt.order_reference)
    return edit_page(
        form,
        title=_("Fiscal receipt"),
        back=(url_for("staff_receipts.overview"), _("Fiscal receipts")),
        action=_("Note it"),
        lead=_(
            "%(what)s, %(sum)s, payment %(payment)s. The cash register gives the receipt; here stands "
            "only where it can be read.",
            what=words.RECEIPTS[receipt.kind],
            sum=format_money(receipt.amount, current_locale()),
            payment=receipt.payment,
        ),
    )


def waiting(db: Session) -> list[Waiting]:
    """The awaited receipts, for the page of the day."""
    count = len(receipts.list_awaited(db, limit=SIZE))
    if not count:
        return []
    note = ngettext("%(num)d receipt", "%(num)d receipts", count)
    return [Waiting(_("Fiscal receipts have to be given"), note, url_for("staff_receipts.overview"))]


def _noted(receipt: Receipt, form: ReceiptForm) -> bool:
    try:
        receipts.note_receipt(db(), receipt=receipt, link=form.text("link"), actor=actor(), now=now())
    except InvalidError as error:
        form.refuse(error)
        return False
    return True
