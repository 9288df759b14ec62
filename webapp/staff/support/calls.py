"""Requests that staff write down: after a call, and of a defect that showed in a session.

The phone is for talk: what was said becomes a request, received when it is written down, and the
customer gets it by mail to correct.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from flask import request, url_for

from services import catalogue, people, scheduling, sessions
from services.core.errors import ForbiddenError, InvalidError
from services.support import contacts, regulation, requests
from services.support.requests import Asked, sent_forms
from webapp.i18n import current_locale
from webapp.i18n import gettext as _
from webapp.pages.regulation import find_in_force
from webapp.request import db, now, vendor_profile
from webapp.security import staff
from webapp.staff.answers import actor, done, edit_page, me
from webapp.staff.frame import staff_blueprint
from webapp.staff.support.call_forms import CallForm, DefectForm, Written
from webapp.staff.support.who import DESK

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from werkzeug.wrappers import Response

    from services.people.models import Organisation, Person
    from services.sessions.models import RemoteSession
    from services.support.requests.models import Request
    from services.support.terms import Terms

blueprint = staff_blueprint("calls", __name__, "/requests")


@blueprint.route("/call", methods=["GET", "POST"])
@staff(*DESK)
def call() -> ResponseReturnValue:
    """Write down what somebody said on the phone."""
    if find_in_force() is None:
        return _without_rules()
    form = CallForm(data={"form_key": secrets.token_urlsafe(18), "language": "ru"})
    _offer(form)
    if form.validate_on_submit():
        known = sent_forms.find_sent_form(db(), form_key=form.text("form_key"))
        if known is not None:
            return _on_to(known)
        try:
            return _written(form, author=_caller(form), organisation=_company(form), source="call")
        except InvalidError as error:
            form.refuse(error)
    return edit_page(
        form,
        title=_("Write down after a call"),
        back=_back(),
        action=_("Write it down and send it to the customer"),
        lead=_("It is received when it is written down. The customer gets it by mail and corrects it."),
    )


@blueprint.route("/defect", methods=["GET", "POST"])
@staff(*DESK)
def defect() -> ResponseReturnValue:
    """Make a request of a defect of the product that showed in a session; the session's facts come along."""
    session, author = _session(request.args.get("session", ""))
    if find_in_force() is None:
        return _without_rules()
    form = DefectForm(data=_facts(session))
    _offer(form)
    if form.validate_on_submit():
        known = sent_forms.find_sent_form(db(), form_key=form.text("form_key"))
        if known is not None:
            return _on_to(known)
        origin = {"source": "session", "found_in": session.reference}
        return _written(form, author=author, organisation=session.organisation, **origin)
    return edit_page(
        form,
        title=_("A defect of the product"),
        back=(url_for("staff_desk.session", reference=session.reference), session.reference),
        action=_("Make a free request of it"),
        lead=_("A new request by the regulation, free of charge: its clocks start now."),
    )


def _offer(form: Written) -> None:
    """Let the choices be those of the catalogue and of the regulation in force."""
    locale = current_locale()
    form.offer(
        products=[(one.slug, one.name.of(locale)) for one in catalogue.list_products(db())],
        impacts=[(one.code, one.name.of(locale)) for one in _terms().impacts],
    )


def _without_rules() -> Response:
    """Before there is a regulation no class and no deadline follows from anything."""
    return done(_("The regulation is not published yet: no request can be received."), "staff_queue.overview")


def _terms() -> Terms:
    return regulation.get_regulation(db(), on=regulation.regulation_date(db(), now=now())).terms


def _written(form: Written, *, author: Person, organisation: Organisation | None, **facts: Any) -> Response:
    asked = Asked(
        product=catalogue.get_product(db(), slug=form.text("product")),
        author=author,
        organisation=organisation,
        subject=form.text("subject"),
        body=form.text("words"),
        answers=_answers(form),
        employees=form.whole("employees"),
        impact=form.text("impact"),
        cannot_collect=form.ticked("impossible"),
        **facts,
    )
    if asked.source == "call":
        made = contacts.file(db(), asked=asked, actor=actor(), now=now())
    else:  # the customer himself agreed to it in the session: nobody else is asked
        made = requests.write_down(db(), asked=asked, actor=actor(), now=now())
        requests.receive(db(), request=made, actor=actor(), now=now())
    sent_forms.note_form(db(), request=made, form_key=form.text("form_key"))
    return _on_to(made)


def _answers(form: Written) -> dict[str, str]:
    given = {"project": form.text("project"), "description": form.text("words"), "steps": form.text("steps")}
    return {key: said for key, said in given.items() if said}


def _caller(form: CallForm) -> Person:
    return people.add_person(
        db(),
        name=form.text("name"),
        email=form.text("email"),
        phone=form.text("phone"),
        locale="en" if form.text("language") == "en" else "ru",
        zone=vendor_profile().zone,
    )


def _company(form: CallForm) -> Organisation | None:
    return contacts.company_for(
        db(),
        email=form.text("email"),
        name=form.text("company"),
        inn=form.text("inn"),
    )


def _session(reference: str) -> tuple[RemoteSession, Person]:
    """The session and its customer, for whoever has it or coordinates; a free one has its request."""
    session = sessions.get_session(db(), reference=reference)
    mine = scheduling.find_specialist_of(db(), person_id=me().person_id)
    own = mine is not None and sessions.specialist_of(db(), session=session).id == mine.id
    if not own and not me().role_names & {"coordinator", "administrator"}:
        raise ForbiddenError(reason="not_your_session")
    if session.basis == "support" or session.person is None:
        raise ForbiddenError(reason="no_customer")
    return session, session.person


def _facts(session: RemoteSession) -> dict[str, object]:
    product = session.product
    return {
        "form_key": secrets.token_urlsafe(18),
        "product": product.slug if product is not None else None,
        "project": session.project,
        "words": session.description,
    }


def _back() -> tuple[str, str]:
    return url_for("staff_queue.overview"), _("Free requests")


def _on_to(made: Request) -> Response:
    sentence = _("№ %(number)s is written down, and a letter about it is on its way.", number=made.number)
    if made.state == "held":
        sentence = _(
            "№ %(number)s is written down and waits for the company's contact person.", number=made.number
        )
    return done(sentence, "staff_request.page", number=made.number)
