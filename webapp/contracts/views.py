"""What an individual contract is, and the enquiry that begins one."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, session, url_for

from services import catalogue, contracts
from webapp.auth.throttle import Limit, network_of, spend
from webapp.contracts.forms import EnquiryForm
from webapp.i18n import current_locale
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.navigation import Door, NavItem, contribute
from webapp.request import db, now
from webapp.security import public

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("contracts", __name__, url_prefix="/sla")

NAV = (
    NavItem("contracts.sla", _l("SLA contract"), "top", 40, flow="contract"),
    NavItem("contracts.sla", _l("Individual contract (SLA)"), "foot-services", 20, flow="contract"),
)
DOORS = (
    Door(
        flow="contract",
        order=30,
        kind=_l("By contract"),
        title=_l("SLA contract"),
        paragraphs=(
            _l(
                "A service level agreement (SLA) is an individual arrangement about the support of all "
                "your users. Terms and responsibility we write down together."
            ),
        ),
        action=_l("Ask about it"),
        endpoint="contracts.sla",
        note=lambda: _("Makes sense when there are many systems and people."),
    ),
)
ENQUIRIES = Limit("sla enquiry", 10, timedelta(hours=1))
_SENT = "sla_enquiry"


@blueprint.get("/")
@public
def sla() -> ResponseReturnValue:
    """What it is, and the form."""
    form = _form()
    form.form_key.data = secrets.token_urlsafe(18)
    return _page(form)


@blueprint.post("/")
@public
def enquire() -> ResponseReturnValue:
    """Take an enquiry."""
    form = _form()
    if not form.validate():
        return _page(form), 422
    if spend(db(), limit=ENQUIRIES, whom=network_of(request.remote_addr), now=now()) is not None:
        form.form_errors.append(
            _(
                "Too many enquiries came from your network within an hour. "
                "Write to us by mail, or try again later."
            )
        )
        return _page(form), 429
    enquiry = contracts.enquire(
        db(),
        wishes=form.wishes(),
        form_key=form.form_key.data or "",
        locale=current_locale(),
        now=now(),
    )
    session[_SENT] = enquiry.reference
    return redirect(url_for("contracts.thanks"), 303)


@blueprint.get("/thanks")
@public
def thanks() -> ResponseReturnValue:
    """What happens next; knows the number only in the browser that has asked."""
    return render_template("contracts/thanks.html", reference=session.get(_SENT, ""))


def _form() -> EnquiryForm:
    form = EnquiryForm()
    form.offer(catalogue.list_products(db()))
    return form


def _page(form: EnquiryForm) -> str:
    return render_template("contracts/sla.html", form=form)


def mount(app: Flask) -> None:
    """Serve the pages and contribute the third door."""
    app.register_blueprint(blueprint)
    contribute(app, NAV, DOORS)
