"""The form of a free request by product: asking, and what is said once it has arrived."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, cast

from flask import flash, g, redirect, render_template, request, url_for

from services import catalogue
from services.core.db import core_of
from services.core.links import secret_path
from services.core.references import check_link, link_token
from services.support import regulation, requests
from services.support.requests import drafts, sent_forms
from webapp.auth.throttle import network_of, spend
from webapp.i18n import gettext as _
from webapp.large_forms import takes_large_files
from webapp.pages.regulation import find_in_force
from webapp.request import account_db, db, now, viewer_zone
from webapp.security import FILES, public, secret_link
from webapp.support.ask_form import EMPLOYEES, IMPACT, asked_fields, name_of, request_form
from webapp.support.attached import Attached, drop_asked, sent_files
from webapp.support.blueprint import blueprint
from webapp.support.draft_links import opened_draft, path_of
from webapp.support.filing import OWN_WORDS, file_request, own_words
from webapp.support.limits import REQUESTS, TO_ADDRESS

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from werkzeug.datastructures import MultiDict

    from services.catalogue.models import Product
    from services.support.regulation import Regulation
    from services.support.requests.models import Draft, Request
    from webapp.support.ask_form import RequestForm

_KEY_LENGTHS = range(16, 65)


@blueprint.get("/<slug>")
@public
def ask(slug: str) -> ResponseReturnValue:
    """The form for a product, empty; before there is a regulation, a letter can be written."""
    product = catalogue.get_product(db(), slug=slug)
    if find_in_force() is None:
        flash(_("The regulation is not published yet: no request can be received. A letter reaches us."))
        return redirect(url_for("support.compose", slug=slug), 303)
    return ask_page(product, form_for(product), Attached())


@blueprint.post("/<slug>")
@public
@takes_large_files
def send(slug: str) -> ResponseReturnValue:
    """Take a request; one form is one request, however often it is sent."""
    product = catalogue.get_product(db(), slug=slug)
    form = form_for(product)
    dropped = drop_asked()
    attached = sent_files(file_fields(product))
    if dropped:
        return ask_page(product, form, attached)
    known = sent_forms.find_sent_form(db(), form_key=str(form.form_key.data))
    if known is not None:
        return _sent_before(known, form)
    if not _is_whole(product, form, attached):
        return ask_page(product, form, attached), 422
    if spend(account_db(), limit=REQUESTS, whom=network_of(request.remote_addr), now=now()) is not None:
        form.form_errors.append(
            _("Too many requests came from your network within an hour. Try again later.")
        )
        return ask_page(product, form, attached), 429
    if spend(account_db(), limit=TO_ADDRESS, whom=form.email.data or "", now=now()) is not None:
        form.form_errors.append(_("Too many requests came for this address within an hour. Try again later."))
        return ask_page(product, form, attached), 429
    made = file_request(product, form, attached)
    draft = opened_draft(form.draft.data)
    if draft is not None:
        drafts.forget_draft(db(), draft=draft, now=now())
    return redirect(_sent_path(made), 303)


@blueprint.get("/sent/<int:number>/<token>")
@secret_link
def sent(number: int, token: str) -> ResponseReturnValue:
    """That it is here: its number, its deadlines, what happens next."""
    found = requests.get_request(db(), number=number)
    keys = core_of(db()).keys
    check_link(keys, "r", found.reference, found.link_version, token)
    return render_template(
        "support/sent.html",
        found=found,
        faces=requests.clock_faces(db(), request=found, now=now()),
        missing=requests.find_open_info_request(db(), request=found),
        follow_url=secret_path(core_of(db()), "r", found.reference, found.link_version),
        zone=viewer_zone(),
    )


def ask_page(product: Product, form: RequestForm, attached: Attached, draft: Draft | None = None) -> str:
    """The form with everything that it brought along."""
    return render_template(
        "support/ask.html",
        product=product,
        form=form,
        kept=attached.kept,
        asked=[(one, name_of(one)) for one in asked_fields(product)],
        own={one.key: one for one in product.fields if one.key in {IMPACT, EMPLOYEES}},
        regulation=in_force(),
        draft=draft,
        draft_url=path_of(draft, "saved") if draft is not None else "",
    )


def form_for(product: Product, values: MultiDict[str, str] | None = None) -> RequestForm:
    """The form of `product`, with a key of its own if it has none yet."""
    form = request_form(product, in_force().terms.impacts, values)
    if len(form.form_key.data or "") not in _KEY_LENGTHS:
        form.form_key.data = secrets.token_urlsafe(18)
    return form


def in_force() -> Regulation:
    """The regulation of today; asked for once a request."""
    if "regulation" not in g:
        g.regulation = regulation.get_regulation(db(), on=regulation.regulation_date(db(), now=now()))
    return cast("Regulation", g.regulation)


def _sent_before(known: Request, form: RequestForm) -> ResponseReturnValue:
    """Lead to what the form has become; whoever has written something else meanwhile must know."""
    subject = requests.subject_of(known.product, form.subject.data or "", locale=known.author.locale)
    if subject != known.subject or own_words(form) != known.answers.get(OWN_WORDS, ""):
        flash(
            _(
                "This form was sent already: here is its request. What you changed since then is not in it. "
                "To ask about something else, open the form anew."
            ),
            "alarm",
        )
    return redirect(_sent_path(known), 303)


def _sent_path(found: Request) -> str:
    token = link_token(core_of(db()).keys, "r", found.reference, found.link_version)
    return url_for("support.sent", number=found.number, token=token)


def file_fields(product: Product) -> list[str]:
    """The names of the form's fields of files."""
    return [*(name_of(one) for one in asked_fields(product) if one.kind == "file"), FILES]


def _is_whole(product: Product, form: RequestForm, attached: Attached) -> bool:
    whole = form.validate()
    for one in asked_fields(product):
        name = name_of(one)
        if one.kind == "file" and one.required and not form.impossible.data and not attached.kept[name]:
            attached.refusals[name] = attached.refusals[name] or [
                _("Choose the file, or tick below that you can’t collect the data")
            ]
    return not attached.complain(form) and whole
