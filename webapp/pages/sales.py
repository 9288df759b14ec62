"""A word to the sales people: to be shown a product, or helped with setting it up."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import redirect, render_template, request, session, url_for

from services import catalogue
from services.people.sales import ask_sales
from webapp.auth.throttle import Limit, network_of, spend
from webapp.i18n import current_locale
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.navigation import NavItem
from webapp.pages.blueprint import blueprint
from webapp.pages.sales_form import SalesForm
from webapp.request import account_db, db, now
from webapp.security import public

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

NAV = (NavItem("pages.sales", _l("Have a product shown"), "foot-services", 50),)
ENQUIRIES = Limit("sales enquiry", 10, timedelta(hours=1))
_SENT = "sales_enquiry"


@blueprint.get("/sales", endpoint="sales")
@public
def ask() -> ResponseReturnValue:
    """The form, and who should rather ask elsewhere."""
    form = _form()
    form.form_key.data = secrets.token_urlsafe(18)
    return _page(form)


@blueprint.post("/sales", endpoint="sales_send")
@public
def send() -> ResponseReturnValue:
    """Take an enquiry; one form is one of them, however often it is sent."""
    form = _form()
    if not form.validate():
        return _page(form), 422
    if spend(account_db(), limit=ENQUIRIES, whom=network_of(request.remote_addr), now=now()) is not None:
        form.form_errors.append(
            _(
                "Too many enquiries came from your network within an hour. "
                "Write to us by mail, or try again later."
            )
        )
        return _page(form), 429
    session[_SENT] = ask_sales(
        db(),
        interest=form.interest(),
        form_key=form.form_key.data or "",
        locale=current_locale(),
        now=now(),
    )
    return redirect(url_for("pages.sales_thanks"), 303)


@blueprint.get("/sales/thanks", endpoint="sales_thanks")
@public
def thanks() -> ResponseReturnValue:
    """What happens next; knows the number only in the browser that has asked."""
    return render_template("pages/sales_thanks.html", reference=session.get(_SENT, ""))


def _form() -> SalesForm:
    form = SalesForm()
    form.offer(catalogue.list_products(db()))
    return form


def _page(form: SalesForm) -> str:
    return render_template("pages/sales.html", form=form)
