"""The facts of an order as rows: what, whose, who pays, each with a way to change it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.core.vendor import vendor
from services.core.wording import format_both
from services.sessions import situation_name
from webapp.i18n import current_locale
from webapp.i18n import gettext as _
from webapp.request import db

if TYPE_CHECKING:
    from billing.orders.models import Order
    from services.sessions.models import RemoteSession

Row = tuple[str, str, str, str]


def facts_of(order: Order, *, time_url: str, details_url: str) -> list[Row]:
    """Rows of (name, value, address of the page that changes it, what is changed)."""
    session, contact = order.session, order.contact or {}
    when = format_both(
        session.starts_at,
        session.ends_at,
        order.zone,
        vendor(db()).zone,
        current_locale(),
        year=True,
    )
    who = ", ".join(filter(None, (contact.get("name"), contact.get("email"), contact.get("phone"))))
    return [
        (_("When"), when, time_url, _("the time")),
        (_("What happened"), trouble_of(session), details_url, _("the description")),
        (_("Product and project"), product_of(session), details_url, _("the product")),
        (_("Contact"), who, details_url, _("the contact")),
        (_("Payer"), payer_of(order), details_url, _("the payer")),
    ]


def trouble_of(session: RemoteSession) -> str:
    """What is wrong, in the form's words and the customer's own."""
    name = situation_name(session.situation)
    label = _(name) if name else ""
    if not session.description:
        return f"{label}."
    said = _("“%(words)s”", words=session.description)
    return f"{label}. {said}"


def product_of(session: RemoteSession) -> str:
    """Product and project, each as far as it is known."""
    product = session.product.name.of(current_locale()) if session.product else ""
    if not product and not session.project:
        return _("Unknown: we’ll find out when we connect")
    return _(
        "%(product)s, project %(project)s",
        product=product or _("product unknown"),
        project=session.project or _("unknown"),
    )


def payer_of(order: Order) -> str:
    """The company with its number, or the person himself."""
    payer = order.payer or {}
    if order.organisation is not None:
        number = _("tax number %(inn)s", inn=payer["inn"]) if payer.get("inn") else ""
        return ", ".join(filter(None, (payer.get("company"), number))) or order.organisation.name
    return _("You yourself, without a company")
