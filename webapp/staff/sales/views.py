"""The list of sales enquiries, and what becomes of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, request, url_for

from services import catalogue
from services.core.errors import InvalidError
from services.people import sales
from webapp.i18n import current_locale
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.navigation import NavItem
from webapp.request import db, now
from webapp.security import staff
from webapp.staff.answers import actor, done, me, page
from webapp.staff.forms import StaffForm, area
from webapp.staff.frame import staff_blueprint
from webapp.staff.listing import SIZE, Listing, page_number
from webapp.staff.waiting import Waiting

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from services.people.sales import SalesEnquiry

blueprint = staff_blueprint("sales", __name__, "/sales")
READERS = ("coordinator", "administrator")
NAV = [NavItem("staff_sales.overview", _l("Sales enquiries"), "staff", 55, roles=READERS)]
STATES = {"new": _l("new"), "taken": _l("being worked on"), "closed": _l("closed")}
KINDS = {
    "presentation": _l("to be shown a product"),
    "setup": _l("help with setting a product up"),
    "other": _l("another question before buying"),
}


class ClosingForm(StaffForm):
    """What became of an enquiry."""

    note = area(_l("What became of it"), hint=_l("One sentence for ourselves; they don’t see it."))


@blueprint.get("/")
@staff(*READERS)
def overview() -> ResponseReturnValue:
    """The enquiries, newest first."""
    state = request.args.get("state", "")
    state = state if state in STATES else ""
    at, total = page_number(), sales.count_enquiries(db(), state=state or None)
    rows = sales.list_enquiries(db(), state=state or None, limit=SIZE, offset=(at - 1) * SIZE)
    listing = Listing(rows=rows, at=at, last=max(1, -(-total // SIZE)), total=total)
    return render_template(
        "staff/sales.html", listing=listing, state=state, states=STATES, kinds=KINDS, products=_products()
    )


def new_ones(db: Session) -> list[Waiting]:
    """Enquiries that nobody has taken on."""
    return [
        Waiting(
            one.company, _("a new sales enquiry"), url_for("staff_sales.enquiry", reference=one.reference)
        )
        for one in sales.list_enquiries(db, state="new", limit=5)
    ]


@blueprint.get("/<reference>")
@staff(*READERS)
def enquiry(reference: str) -> ResponseReturnValue:
    """One enquiry as it was written."""
    return _page(sales.get_enquiry(db(), reference=reference), ClosingForm())


@blueprint.post("/<reference>/take")
@staff(*READERS)
def take(reference: str) -> ResponseReturnValue:
    """Answer it oneself."""
    found = sales.get_enquiry(db(), reference=reference, lock=True)
    sales.take_enquiry(db(), enquiry=found, person=me().person, actor=actor(), now=now())
    return done(_("The enquiry is in work."), "staff_sales.enquiry", reference=reference)


@blueprint.post("/<reference>/close")
@staff(*READERS)
def close(reference: str) -> ResponseReturnValue:
    """End it with a sentence."""
    found, form = sales.get_enquiry(db(), reference=reference, lock=True), ClosingForm()
    if form.validate_on_submit():
        try:
            sales.close_enquiry(db(), enquiry=found, note=form.text("note"), actor=actor(), now=now())
        except InvalidError as error:
            form.refuse(error)
        else:
            return done(_("The enquiry is closed."), "staff_sales.enquiry", reference=reference)
    return _page(found, form)


def _page(found: SalesEnquiry, form: ClosingForm) -> ResponseReturnValue:
    return page(
        "staff/sales_enquiry.html",
        form,
        enquiry=found,
        product=_products().get(found.product_id or 0, ""),
        states=STATES,
        kinds=KINDS,
    )


def _products() -> dict[int, str]:
    locale = current_locale()
    return {one.id: one.name.of(locale) for one in catalogue.list_products(db(), active_only=False)}
