"""How to ask for free support, and the composer of the letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template

from services import catalogue
from services.core.vendor import find_setting, vendor
from webapp.i18n import current_locale
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.navigation import Door, NavItem, contribute
from webapp.request import db
from webapp.security import public
from webapp.support import uploads
from webapp.support.forms import IDENTIFIER, Composer, composer_for, fields_of
from webapp.support.letter import Answer, Letter, write_letter

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

    from services.catalogue.models import Product

blueprint = Blueprint("support", __name__, url_prefix="/support")

NAV = (
    NavItem("support.how", _l("Free support"), "top", 20, flow="free"),
    NavItem("support.how", _l("How to ask"), "foot-support", 10),
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
        terms=find_setting(db(), key="regulation"),
    )


@blueprint.get("/no-answer")
@public
def no_answer() -> ResponseReturnValue:
    """What to check when no answer came."""
    return render_template("support/no_answer.html")


@blueprint.get("/<slug>")
@public
def compose(slug: str) -> ResponseReturnValue:
    """The composer for a product, empty."""
    return _page(catalogue.get_product(db(), slug=slug), None)


@blueprint.post("/<slug>")
@public
def composed(slug: str) -> ResponseReturnValue:
    """The letter, ready to copy or to open in the mail program."""
    product = catalogue.get_product(db(), slug=slug)
    form = composer_for(product)
    if not form.validate():
        return _page(product, form), 422
    return _page(product, form, _letter(product, form))


def _page(product: Product, form: Composer | None, letter: Letter | None = None) -> str:
    return render_template(
        "support/compose.html",
        product=product,
        form=form or composer_for(product),
        fields=fields_of(product),
        letter=letter,
    )


def _letter(product: Product, form: Composer) -> Letter:
    locale = current_locale()
    name = product.name.of(locale)
    answers = []
    identifier = ""
    for asked in fields_of(product):
        given = form[f"of_{asked.key}"].data
        text = given.strip() if isinstance(given, str) else ""
        if asked.key == IDENTIFIER:
            identifier = text
            text = text or _("I don’t know")
        answers.append(Answer(asked.label.of(locale), text, attached=given is True))
    return write_letter(
        to=vendor(db()).support_email,
        prefix=identifier or name,
        subject=form.subject.data or "",
        answers=answers,
        impossible=bool(form.impossible.data),
        author=form.author.data or "",
        phone=form.phone.data or "",
    )


def mount(app: Flask) -> None:
    """Serve the pages; the composer changes nothing, so it takes no token."""
    app.extensions["csrf"].exempt(blueprint)
    app.register_blueprint(blueprint)
    uploads.mount(app)
    contribute(app, NAV, DOORS)
