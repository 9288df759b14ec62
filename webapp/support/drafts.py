"""Drafts: a form to be gone on with on any device, and the page of files that a letter leads to."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import MultipleFileField
from wtforms.validators import InputRequired

from services import catalogue
from services.core.db import record_refusal
from services.core.errors import InvalidError, NotFoundError
from services.support.requests import drafts
from services.support.requests.drafts import Sheet
from webapp.auth.throttle import Limit, network_of, spend
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.large_forms import takes_large_files
from webapp.request import account_db, db, now, viewer_zone
from webapp.security import FILES, public, secret_link
from webapp.support.asking import ask_page, file_fields, form_for
from webapp.support.attached import Attached, drop_asked, kept_files, sent_files
from webapp.support.blueprint import blueprint
from webapp.support.draft_links import opened_draft, path_of, sheet_of, written_key
from webapp.wrongs import sentence_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from services.catalogue.models import Product
    from services.support.requests.models import Draft
    from webapp.support.ask_form import RequestForm

links = Blueprint("drafts", __name__, url_prefix="/d")
DRAFTS = Limit("drafts", 30, timedelta(hours=1))
_NOT_KEPT = frozenset({"csrf_token", "draft", FILES})


class LetterFiles(FlaskForm):  # type: ignore[misc, unused-ignore]
    """The files that belong to a letter."""

    files = MultipleFileField(_l("Choose the files"), [InputRequired()])


@blueprint.post("/<slug>/draft")
@public
@takes_large_files
def save(slug: str) -> ResponseReturnValue:
    """Keep a form as it is, finished or not; a script is answered with where it is kept."""
    product = catalogue.get_product(db(), slug=slug)
    form = form_for(product)
    attached = sent_files(file_fields(product))
    known = opened_draft(form.draft.data)
    if known is None and (refusal := _refuse_another(form)):
        return _refused(product, form, attached, refusal, 429)
    names = [name for name in form.data if not name.startswith(FILES) and name not in _NOT_KEPT]
    try:
        sheet = sheet_of("form", names, attached)
        draft = drafts.save_draft(db(), product=product, sheet=sheet, draft=known, now=now())
    except InvalidError as error:
        return _refused(product, form, attached, sentence_of(error), 422)
    if _asked_by_script():
        return _told(draft)
    for sentence in itertools.chain.from_iterable(attached.refusals.values()):
        flash(sentence, "alarm")
    return redirect(path_of(draft, "saved"), 303)


@links.get("/<reference>/<token>")
@secret_link
def go_on(reference: str, token: str) -> ResponseReturnValue:
    """The form with what was saved, or the files of a letter."""
    draft = drafts.get_draft(db(), reference=reference, token=token, now=now())
    sheet = drafts.read_sheet(db(), draft=draft)
    attached = kept_files(sheet.uploads)
    if sheet.kind == "letter":
        return _letter_page(draft, attached)
    values = [(name, value) for name, kept in sheet.values.items() for value in kept]
    form = form_for(draft.product, MultiDict([*values, ("draft", written_key(draft))]))
    return ask_page(draft.product, form, attached, draft)


@links.get("/<reference>/<token>/saved")
@secret_link
def saved(reference: str, token: str) -> ResponseReturnValue:
    """The link under which it is gone on with."""
    draft = drafts.get_draft(db(), reference=reference, token=token, now=now())
    return render_template(
        "support/draft_saved.html",
        draft=draft,
        link=drafts.draft_link(db(), draft=draft),
        zone=viewer_zone(),
        path_of=path_of,
    )


@links.post("/<reference>/<token>/forget")
@secret_link
def forget(reference: str, token: str) -> ResponseReturnValue:
    """Remove a draft and its files."""
    draft = drafts.get_draft(db(), reference=reference, token=token, now=now())
    slug = draft.product.slug
    drafts.forget_draft(db(), draft=draft, now=now())
    flash(_("The draft is removed."), "ok")
    return redirect(url_for("support.ask", slug=slug), 303)


@links.post("/<reference>/<token>/files")
@secret_link
@takes_large_files
def add_files(reference: str, token: str) -> ResponseReturnValue:
    """Take the files of a letter."""
    draft = drafts.get_draft(db(), reference=reference, token=token, now=now())
    dropped = drop_asked()
    attached = sent_files([FILES])
    try:
        _keep_files(draft, attached, dropped=dropped)
    except InvalidError as error:
        attached.refusals[FILES].append(sentence_of(error))
    if _asked_by_script():
        return _told(draft)
    if any(attached.refusals.values()) and not dropped:
        return _letter_page(draft, attached), 422
    return redirect(path_of(draft), 303)


def _keep_files(draft: Draft, attached: Attached, *, dropped: bool) -> None:
    sheet = Sheet("letter", {}, attached.keys)
    if dropped:
        drafts.save_draft(db(), product=draft.product, sheet=sheet, draft=draft, now=now())
        return
    # What has arrived stays also when another file is refused.
    with record_refusal(db()) as own:
        there = own.get(type(draft), draft.id)
        if there is None:  # saved without one it would be another draft
            raise NotFoundError(kind="draft")
        drafts.save_draft(own, product=there.product, sheet=sheet, draft=there, now=now())


def start_letter(product: Product) -> Draft:
    """A page of files for a letter; raises InvalidError (`draft_many`)."""
    if spend(account_db(), limit=DRAFTS, whom=network_of(request.remote_addr), now=now()) is not None:
        raise InvalidError("draft_many")
    return drafts.save_draft(db(), product=product, sheet=Sheet("letter", {}, {}), now=now())


def _refuse_another(form: RequestForm) -> str | None:
    """Why there can be no new draft; a script that names one which is gone must not make others."""
    if _asked_by_script() and form.draft.data:
        raise NotFoundError(kind="draft")
    whom = network_of(request.remote_addr)
    if spend(account_db(), limit=DRAFTS, whom=whom, now=now()) is not None:
        return sentence_of(InvalidError("draft_many"))
    return None


def _refused(
    product: Product, form: RequestForm, attached: Attached, sentence: str, status: int
) -> ResponseReturnValue:
    if _asked_by_script():
        return jsonify(sentence=sentence), status
    form.form_errors.append(sentence)
    return ask_page(product, form, attached), status


def _asked_by_script() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _told(draft: Draft) -> ResponseReturnValue:
    return jsonify(
        draft=written_key(draft),
        path=path_of(draft),
        link=path_of(draft, "saved"),
        sentence=_("The draft is saved."),
    )


def _letter_page(draft: Draft, attached: Attached) -> str:
    form = LetterFiles()
    attached.complain(form)
    return render_template(
        "support/letter_files.html",
        draft=draft,
        form=form,
        kept=attached.kept.get(FILES, []),
        zone=viewer_zone(),
        path_of=path_of,
        link=drafts.draft_link(db(), draft=draft),
    )
