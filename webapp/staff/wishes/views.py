"""The waitlist as staff see it: who waits for what since when, and which times were offered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, request, url_for

from billing import orders
from services import sessions
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.navigation import NavItem
from webapp.request import db, now
from webapp.security import staff
from webapp.staff.answers import actor, done, edit_page
from webapp.staff.frame import staff_blueprint
from webapp.staff.listing import SIZE, Listing, page_number
from webapp.staff.wishes.forms import RulesForm

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = staff_blueprint("wishes", __name__, "/wishes")
READERS = ("coordinator", "administrator")
NAV = [NavItem("staff_wishes.overview", _l("Waitlist"), "staff", 14, flow="session", roles=READERS)]
SHOWN = {"live": _l("waiting"), "ended": _l("ended")}
STATES = {
    "waiting": _l("waits"),
    "offered": _l("a time is offered"),
    "taken": _l("found a time"),
    "withdrawn": _l("withdrawn"),
    "lapsed": _l("came to nothing"),
}
OUTCOMES = {
    "taken": _l("taken"),
    "let_go": _l("let go"),
    "unanswered": _l("no answer"),
}
_KINDS = {"live": sessions.LIVE, "ended": sessions.ENDED, "": (*sessions.LIVE, *sessions.ENDED)}


@blueprint.get("/")
@staff(*READERS)
def overview() -> ResponseReturnValue:
    """Who waits, as they stand in line; then those whose wishes have ended, newest first."""
    shown = request.args.get("show", "")
    shown = shown if shown in SHOWN else ""
    at = page_number()
    rows, total = sessions.list_wishes(db(), states=_KINDS[shown], limit=SIZE, offset=(at - 1) * SIZE)
    listing = Listing(rows=rows, at=at, last=max(1, -(-total // SIZE)), total=total)
    return render_template(
        "staff/wishes.html",
        listing=listing,
        shown=shown,
        kinds=SHOWN,
        states=STATES,
        outcomes=OUTCOMES,
        parts=sessions.PARTS,
        live=sessions.LIVE,
        rules=sessions.waitlist_rules(db()),
    )


@blueprint.post("/<reference>/withdraw")
@staff(*READERS)
def withdraw(reference: str) -> ResponseReturnValue:
    """Take somebody out of the line who has asked for it otherwise than on his page."""
    wish = sessions.get_wish(db(), reference=reference)
    orders.withdraw(db(), wish=wish, actor=actor(), now=now())
    return done(_("The wish is withdrawn. A time that was kept for it is free."), "staff_wishes.overview")


@blueprint.route("/rules", methods=["GET", "POST"])
@staff("administrator")
def rules() -> ResponseReturnValue:
    """Edit how times are offered."""
    form = RulesForm(obj=sessions.waitlist_rules(db()))
    if form.validate_on_submit():
        typed = form.figures(sessions.WaitlistRules)
        sessions.edit_waitlist_rules(db(), rules=typed, actor=actor(), now=now())
        return done(_("The rules are saved. What is offered already stays."), "staff_wishes.overview")
    return edit_page(
        form,
        title=_("How free times are offered"),
        back=(url_for("staff_wishes.overview"), _("Waitlist")),
        action=_("Save the rules"),
    )
