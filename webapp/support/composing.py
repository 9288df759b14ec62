"""The composer of a letter: for those who would rather write from their own mailbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, request

from services import catalogue
from services.core.errors import InvalidError
from services.core.vendor import vendor
from services.support.requests import drafts
from webapp.i18n import current_locale
from webapp.i18n import gettext as _
from webapp.request import db
from webapp.security import public
from webapp.support.blueprint import blueprint
from webapp.support.draft_links import opened_draft, written_key
from webapp.support.drafts import start_letter
from webapp.support.fields import IDENTIFIER, fields_of
from webapp.support.forms import Composer, composer_for
from webapp.support.letter import Answer, Letter, write_letter
from webapp.wrongs import attach

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from services.catalogue.models import Product


@blueprint.get("/<slug>/letter")
@public
def compose(slug: str) -> ResponseReturnValue:
    """The composer for a product, empty."""
    return _page(catalogue.get_product(db(), slug=slug), None)


@blueprint.post("/<slug>/letter")
@public
def composed(slug: str) -> ResponseReturnValue:
    """The letter, ready to copy or to open in the mail program; on wish with a page for large files."""
    product = catalogue.get_product(db(), slug=slug)
    form = composer_for(product)
    if not form.validate():
        return _page(product, form), 422
    try:
        link = _files_link(product, form)
    except InvalidError as error:
        attach(form, error)
        return _page(product, form), 429
    return _page(product, form, _letter(product, form, link), link)


def _files_link(product: Product, form: Composer) -> str:
    """The address of the letter's page of files; made when it is asked for, once."""
    draft = opened_draft(form.draft.data)
    if draft is None and "with_files" in request.form:
        draft = start_letter(product)
    form.draft.data = written_key(draft) if draft is not None else ""
    return drafts.draft_link(db(), draft=draft) if draft is not None else ""


def _page(product: Product, form: Composer | None, letter: Letter | None = None, link: str = "") -> str:
    return render_template(
        "support/compose.html",
        product=product,
        form=form or composer_for(product),
        fields=fields_of(product),
        letter=letter,
        link=link,
    )


def _letter(product: Product, form: Composer, link: str) -> Letter:
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
        files_link=link,
        author=form.author.data or "",
        phone=form.phone.data or "",
    )
