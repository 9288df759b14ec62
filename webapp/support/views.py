"""How to ask for free support, and what to check when no answer came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template

from services import catalogue
from webapp.i18n import lazy_gettext as _l
from webapp.navigation import Door, NavItem, contribute
from webapp.pages.regulation import find_in_force
from webapp.request import db
from webapp.security import public
from webapp.support import articles, asking, composing, contact_pages, follow, statistics, uploads
from webapp.support.blueprint import blueprint
from webapp.support.drafts import links

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

__all__ = ["articles", "asking", "composing", "mount"]

NAV = (
    NavItem("support.how", _l("Free support"), "top", 20, flow="free"),
    NavItem("support.how", _l("How to ask"), "foot-support", 10),
    NavItem("support.knowledge", _l("Knowledge base"), "foot-support", 15),
    NavItem("support.no_answer", _l("No answer?"), "foot-support", 40),
)
DOORS = (
    Door(
        flow="free",
        order=10,
        kind=_l("Free, by the regulation"),
        title=_l("Technical support"),
        paragraphs=(
            _l(
                "Describe what happened, and we answer in writing. The deadline is the same for all: "
                "contracts and money don’t move the queue."
            ),
        ),
        action=_l("How to ask"),
        endpoint="support.how",
    ),
)


@blueprint.get("/")
@public
def how() -> ResponseReturnValue:
    """What a good request contains, and where to write."""
    return render_template(
        "support/how.html",
        products=catalogue.list_products(db()),
        regulation=find_in_force(),
    )


@blueprint.get("/no-answer")
@public
def no_answer() -> ResponseReturnValue:
    """What to check when no answer came."""
    return render_template("support/no_answer.html")


def mount(app: Flask) -> None:
    """Serve the pages, the form, drafts and uploads."""
    app.register_blueprint(blueprint)
    app.register_blueprint(links)
    uploads.mount(app)
    follow.mount(app)
    contact_pages.mount(app)
    contribute(app, (*NAV, *statistics.NAV), DOORS)
