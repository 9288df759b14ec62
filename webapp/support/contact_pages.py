"""Behind the links of a company's contact person: a colleague's request, the part itself, an offer of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length, ValidationError

from services.core.db import core_of
from services.core.errors import InvalidError, NotFoundError
from services.core.links import secret_path
from services.core.references import check_link, parse_reference
from services.support import contacts, requests
from webapp.i18n import current_locale
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.inputs import read_email, tidy_line
from webapp.request import db, now
from webapp.security import secret_link
from webapp.support.follow.access import number_of
from webapp.wrongs import sentence_of

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

    from services.support.contacts.models import DesignatedContact, Forwarding, HandOver

blueprint = Blueprint("contacts", __name__)
CONTACT, OFFER = "K", "H"


class HandOverForm(FlaskForm):  # type: ignore[misc, unused-ignore]
    """Who is to take the part over."""

    name = StringField(
        _l("Name of the person"), [DataRequired(_l("Write the name")), Length(max=150)], filters=[tidy_line]
    )
    email = StringField(
        _l("E-mail"), [DataRequired(_l("Write the address")), Length(max=254)], filters=[tidy_line]
    )

    def validate_email(self, field: Any) -> None:
        """An address that can be written to."""
        known = read_email(field.data)
        if known is None:
            raise ValidationError(_l("Check the address: it looks like name@company.example"))
        field.data = known


@blueprint.get("/f/<number>/<token>")
@secret_link
def forwarded(number: str, token: str) -> ResponseReturnValue:
    """What a colleague wrote, and what became of it."""
    found = _forwarding(number, token)
    request = found.request
    return render_template(
        "support/forwarded.html",
        found=found,
        request_=request,
        messages=requests.list_messages(db(), request=request) if found.answer != "dropped" else [],
        here=secret_path(core_of(db()), "f", request.reference, found.link_version),
    )


@blueprint.post("/f/<number>/<token>/on")
@secret_link
def send_on(number: str, token: str) -> ResponseReturnValue:
    """Send the colleague's request on: it is received now."""
    found = _forwarding(number, token)
    if found.answer is None:
        contacts.send_on(db(), forwarding=found, now=now())
    return _back_to(found)


@blueprint.post("/f/<number>/<token>/drop")
@secret_link
def drop(number: str, token: str) -> ResponseReturnValue:
    """Don't; the colleague is told."""
    found = _forwarding(number, token)
    if found.answer is None:
        contacts.drop(db(), forwarding=found, now=now())
    return _back_to(found)


@blueprint.get("/k/<reference>/<token>")
@secret_link
def part(reference: str, token: str) -> ResponseReturnValue:
    """The contact person's page, or the page of somebody to whom the part is offered."""
    if reference.startswith(OFFER):
        offered = _offered(reference, token)
        return render_template("support/part_offered.html", offered=offered, here=_path(offered))
    return _part(_contact(reference, token), HandOverForm())


@blueprint.post("/k/<reference>/<token>/offer")
@secret_link
def offer(reference: str, token: str) -> ResponseReturnValue:
    """Ask somebody to take the part over."""
    contact = _contact(reference, token)
    form = HandOverForm()
    if not form.validate():
        return _part(contact, form), 422
    try:
        contacts.offer_hand_over(
            db(),
            contact=contact,
            name=form.name.data or "",
            email=form.email.data or "",
            locale=current_locale(),
            now=now(),
        )
    except InvalidError as error:
        form.email.errors = [sentence_of(error)]
        return _part(contact, form), 422
    flash(_("We have asked %(name)s. Until then everything stays as it is.", name=form.name.data), "ok")
    return redirect(_path(contact), 303)


@blueprint.post("/k/<reference>/<token>/withdraw")
@secret_link
def withdraw(reference: str, token: str) -> ResponseReturnValue:
    """Take the offer back."""
    contact = _contact(reference, token)
    offered = contacts.find_open_hand_over(db(), contact=contact)
    if offered is not None:
        contacts.withdraw_hand_over(db(), offered=offered, now=now())
    return redirect(_path(contact), 303)


@blueprint.post("/k/<reference>/<token>/accept")
@secret_link
def accept(reference: str, token: str) -> ResponseReturnValue:
    """Say yes: the part is his now."""
    offered = _offered(reference, token)
    if offered.answer is None:
        contacts.accept_hand_over(db(), offered=offered, now=now())
    return redirect(_path(offered), 303)


@blueprint.post("/k/<reference>/<token>/decline")
@secret_link
def decline(reference: str, token: str) -> ResponseReturnValue:
    """Say no: everything stays."""
    offered = _offered(reference, token)
    if offered.answer is None:
        contacts.decline_hand_over(db(), offered=offered, now=now())
    return redirect(_path(offered), 303)


def mount(app: Flask) -> None:
    """Serve the pages."""
    app.register_blueprint(blueprint)


def _part(contact: DesignatedContact, form: HandOverForm) -> str:
    held = contacts.list_held(db(), contact=contact)
    keys = core_of(db())
    forwardings = [contacts.find_forwarding(db(), request=one) for one in held]
    return render_template(
        "support/part.html",
        contact=contact,
        form=form,
        offered=contacts.find_open_hand_over(db(), contact=contact),
        held=[
            (one.request, secret_path(keys, "f", one.request.reference, one.link_version))
            for one in forwardings
            if one is not None
        ],
        here=_path(contact),
    )


def _forwarding(number: str, token: str) -> Forwarding:
    request = requests.get_request(db(), number=number_of(number))
    found = contacts.find_forwarding(db(), request=request)
    if found is None:
        raise NotFoundError(kind="link")
    check_link(core_of(db()).keys, "f", request.reference, found.link_version, token)
    return found


def _contact(reference: str, token: str) -> DesignatedContact:
    found = contacts.get_contact(db(), reference=_known(reference, CONTACT))
    check_link(core_of(db()).keys, "k", found.reference, found.link_version, token)
    if found.state != "confirmed":
        raise NotFoundError(kind="link")
    return found


def _offered(reference: str, token: str) -> HandOver:
    found = contacts.get_hand_over(db(), reference=_known(reference, OFFER))
    check_link(core_of(db()).keys, "k", found.reference, found.link_version, token)
    return found


def _known(reference: str, prefix: str) -> str:
    """The reference, if that is how it is written: a link has one address."""
    try:
        written = parse_reference(reference, prefix)
    except InvalidError as error:
        raise NotFoundError(kind="link") from error
    if written != reference:
        raise NotFoundError(kind="link")
    return written


def _path(thing: DesignatedContact | HandOver) -> str:
    return secret_path(core_of(db()), "k", thing.reference, thing.link_version)


def _back_to(found: Forwarding) -> ResponseReturnValue:
    path = secret_path(core_of(db()), "f", found.request.reference, found.link_version)
    return redirect(path, 303)
