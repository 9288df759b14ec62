"""Sessions that stand at another time on the customer's clock than he was promised."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, url_for

from services import sessions
from services.core.zones import data_version
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.i18n import ngettext
from webapp.navigation import NavItem
from webapp.request import db, now
from webapp.security import staff
from webapp.staff.answers import actor, done
from webapp.staff.frame import staff_blueprint
from webapp.staff.waiting import Waiting

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

blueprint = staff_blueprint("promises", __name__, "/promises")
PLANNERS = ("coordinator", "administrator")
NAV = [NavItem("staff_promises.overview", _l("Moved clocks"), "staff", 71, roles=PLANNERS)]


@blueprint.get("")
@staff(*PLANNERS)
def overview() -> ResponseReturnValue:
    """What was promised, and what the customer's clock will show."""
    return render_template(
        "staff/promises.html",
        rows=sessions.list_moved_promises(db(), now=now()),
        unknown=sessions.unknown_zones(db()),
        zone_data=data_version(),
    )


@blueprint.post("/<int:moved_id>/settle")
@staff(*PLANNERS)
def settle(moved_id: int) -> ResponseReturnValue:
    """Write down that the customer knows when his session begins."""
    sessions.settle_moved_promise(db(), moved_id=moved_id, actor=actor(), now=now())
    return done(_("Settled: the customer knows when the session begins."), "staff_promises.overview")


def waiting(db: Session) -> list[Waiting]:
    """A line for promises that the clock has moved, and one for zones that nobody knows."""
    url, found = url_for("staff_promises.overview"), []
    if moved := len(sessions.list_moved_promises(db, now=now())):
        what = ngettext(
            "%(num)d session off its promised time", "%(num)d sessions off their promised times", moved
        )
        found.append(Waiting(what, _("A country has changed its clocks."), url))
    if unknown := sessions.unknown_zones(db):
        what = _("Unknown time zones: %(zones)s", zones=", ".join(unknown))
        found.append(Waiting(what, _("Times can't be shown there."), url))
    return found
