"""The texts that staff answer with: their list, and each with all that it has said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, url_for

from services.core.errors import InvalidError
from services.support import queue
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.navigation import NavItem
from webapp.request import db, now
from webapp.security import staff
from webapp.staff.answers import actor, done, page
from webapp.staff.forms import StaffForm, area, both, line, spread, tick
from webapp.staff.frame import staff_blueprint
from webapp.staff.support.who import DESK

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = staff_blueprint("canned", __name__, "/canned-texts")
EDITORS = ("coordinator", "administrator")
NAV = [NavItem("staff_canned.overview", _l("Canned texts"), "staff", 63, flow="free", roles=DESK)]


class CannedForm(StaffForm):
    """One text in both languages."""

    groups = ((_l("The text"), ("title", "body", "active")),)

    title_ru, title_en = both(
        line, _l("Name"), hint=_l("Staff find it by this; customers never see it."), longest=120
    )
    body_ru, body_en = both(area, _l("Text"))
    active = tick(_l("Offer it beside the answer"))


@blueprint.get("/")
@staff(*DESK)
def overview() -> ResponseReturnValue:
    """Every text, in the order in which it is offered."""
    return render_template(
        "staff/support/canned.html", texts=queue.list_canned_texts(db(), active_only=False)
    )


@blueprint.route("/new", methods=["GET", "POST"])
@staff(*EDITORS)
def add() -> ResponseReturnValue:
    """Write a new text; it is offered at once."""
    form = CannedForm(data={"active": True})
    if form.validate_on_submit():
        try:
            queue.add_canned_text(
                db(), title=form.texts("title"), body=form.texts("body"), actor=actor(), now=now()
            )
        except InvalidError as error:
            form.refuse(error)
        else:
            return done(_("The text is saved."), "staff_canned.overview")
    return page("staff/support/canned_text.html", form, versions=[], back=_back())


@blueprint.route("/<int:canned_id>", methods=["GET", "POST"])
@staff(*EDITORS)
def edit(canned_id: int) -> ResponseReturnValue:
    """Write the next version of a text, or take it off the list; its versions stay."""
    canned, current = queue.get_canned_text(db(), canned_id=canned_id)
    known = {**spread("title", current.title), **spread("body", current.body), "active": canned.active}
    form = CannedForm(data=known)
    if form.validate_on_submit():
        try:
            queue.edit_canned_text(
                db(),
                canned=canned,
                title=form.texts("title"),
                body=form.texts("body"),
                active=form.ticked("active"),
                actor=actor(),
                now=now(),
            )
        except InvalidError as error:
            form.refuse(error)
        else:
            return done(_("The text is saved."), "staff_canned.overview")
    versions = queue.list_canned_versions(db(), canned=canned)
    return page("staff/support/canned_text.html", form, versions=versions, back=_back())


def _back() -> tuple[str, str]:
    return url_for("staff_canned.overview"), _("Canned texts")
