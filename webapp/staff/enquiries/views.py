"""The list of enquiries, and what becomes of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, request, url_for

from services import catalogue, contracts
from webapp.i18n import current_locale
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.navigation import NavItem
from webapp.request import db, now
from webapp.security import staff
from webapp.staff.answers import actor, done
from webapp.staff.frame import staff_blueprint
from webapp.staff.listing import SIZE, Listing, page_number
from webapp.staff.waiting import Waiting

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

blueprint = staff_blueprint("enquiries", __name__, "/enquiries")
READERS = ("coordinator", "administrator")
NAV = [NavItem("staff_enquiries.overview", _l("SLA enquiries"), "staff", 40, flow="contract", roles=READERS)]
STATES = {
    "new": _l("new"),
    "in_work": _l("being worked on"),
    "converted": _l("became a contract"),
    "declined": _l("came to nothing"),
}
HOURS = {
    "8x5": _l("8 hours, 5 days a week"),
    "12x6": _l("12 hours, 6 days a week"),
    "24x7": _l("round the clock"),
    "own": _l("hours of their own"),
    "unknown": _l("they don't know yet"),
}


@blueprint.get("/")
@staff(*READERS)
def overview() -> ResponseReturnValue:
    """The enquiries, newest first."""
    state = request.args.get("state", "")
    state = state if state in STATES else ""
    at, total = page_number(), contracts.count_enquiries(db(), state=state or None)
    rows = contracts.list_enquiries(db(), state=state or None, limit=SIZE, offset=(at - 1) * SIZE)
    listing = Listing(rows=rows, at=at, last=max(1, -(-total // SIZE)), total=total)
    return render_template("staff/enquiries.html", listing=listing, state=state, states=STATES)


def new_ones(db: Session) -> list[Waiting]:
    """Enquiries that nobody has taken on."""
    return [
        Waiting(
            one.company, _("a new SLA enquiry"), url_for("staff_enquiries.enquiry", reference=one.reference)
        )
        for one in contracts.list_enquiries(db, state="new", limit=5)
    ]


@blueprint.get("/<reference>")
@staff(*READERS)
def enquiry(reference: str) -> ResponseReturnValue:
    """One enquiry as it was written."""
    found = contracts.get_enquiry(db(), reference=reference)
    names = {
        one.slug: one.name.of(current_locale()) for one in catalogue.list_products(db(), active_only=False)
    }
    products = [names.get(slug, slug) for slug in found.products]
    return render_template("staff/enquiry.html", enquiry=found, products=products, states=STATES, hours=HOURS)


@blueprint.post("/<reference>/take")
@staff(*READERS)
def take(reference: str) -> ResponseReturnValue:
    """Start working on an enquiry."""
    found = contracts.get_enquiry(db(), reference=reference)
    contracts.take(db(), enquiry=found, actor=actor(), now=now())
    return done(_("The enquiry is in work."), "staff_enquiries.enquiry", reference=reference)


@blueprint.post("/<reference>/decline")
@staff(*READERS)
def decline(reference: str) -> ResponseReturnValue:
    """End an enquiry that comes to nothing."""
    found = contracts.get_enquiry(db(), reference=reference)
    contracts.decline(db(), enquiry=found, actor=actor(), now=now())
    return done(_("The enquiry is closed."), "staff_enquiries.enquiry", reference=reference)
