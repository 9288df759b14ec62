"""The page that puts the answers of free support beside the paid relations of those who asked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import render_template

from billing import orders
from services.support import statistics
from webapp.i18n import lazy_gettext as _l
from webapp.navigation import NavItem
from webapp.request import db, now
from webapp.security import staff
from webapp.staff.comparison.groups import compare
from webapp.staff.comparison.permutation import ROUNDS
from webapp.staff.frame import mount_all, staff_blueprint

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

blueprint = staff_blueprint("comparison", __name__, "/comparison")
READERS = ("coordinator", "administrator")
NAV = [NavItem("staff_comparison.overview", _l("Comparison by group"), "staff", 58, roles=READERS)]
GROUPS = {
    "none": _l("No paid relation"),
    "session": _l("Had a session"),
    "contract": _l("Has a contract"),
}
TARGETS = {"response": _l("First answer"), "resolution": _l("Solution or plan")}
_YEAR = timedelta(days=365)


def mount(app: Flask) -> None:
    """Serve the page."""
    mount_all(app, [(blueprint, NAV)])


@blueprint.get("/")
@staff(*READERS)
def overview() -> ResponseReturnValue:
    """What ended in the last 365 days, by group."""
    answers = statistics.list_answers(db(), since=now() - _YEAR, until=now())
    return render_template(
        "staff/comparison.html",
        compared=compare(answers, orders.first_confirmed(db())),
        groups=GROUPS,
        targets=TARGETS,
        fewest=statistics.FEWEST,
        rounds=ROUNDS,
    )
