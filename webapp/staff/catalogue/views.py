"""The catalogue: what is on offer, and editing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, url_for

from services import catalogue
from services.catalogue.models import Product, Service
from services.core.errors import InvalidError, NotFoundError
from webapp.i18n import current_locale
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.navigation import NavItem
from webapp.request import db, now
from webapp.security import staff
from webapp.staff.answers import actor, done, edit_page
from webapp.staff.catalogue.forms import (
    NewProductForm,
    NewServiceForm,
    ProductForm,
    ServiceForm,
    SlugForm,
    show_product,
    show_service,
)
from webapp.staff.catalogue.tool_form import ToolForm, show_tool
from webapp.staff.frame import staff_blueprint

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask.typing import ResponseReturnValue

blueprint = staff_blueprint("catalogue", __name__, "/catalogue")
NAV = [
    NavItem("staff_catalogue.overview", _l("Catalogue"), "staff", 60, roles=("administrator",)),
]


@blueprint.get("/")
@staff("administrator")
def overview() -> ResponseReturnValue:
    """Products, services and tools, those not shown included."""
    return render_template(
        "staff/catalogue.html",
        products=catalogue.list_products(db(), active_only=False),
        services=catalogue.list_services(db(), active_only=False),
        tools=catalogue.list_tools(db(), active_only=False),
    )


@blueprint.route("/products/<slug>", methods=["GET", "POST"])
@staff("administrator")
def product(slug: str) -> ResponseReturnValue:
    """Edit one product."""
    entry = catalogue.get_product(db(), slug=slug)
    form = ProductForm(data=show_product(entry))
    if form.validate_on_submit():
        catalogue.edit(db(), entry=entry, changes=form.changes(), actor=actor(), now=now())
        return done(_("The product is saved."), "staff_catalogue.overview")
    return edit_page(form, title=entry.name.of(current_locale()), back=_back(), action=_("Save the product"))


@blueprint.route("/products/new", methods=["GET", "POST"])
@staff("administrator")
def new_product() -> ResponseReturnValue:
    """Add a product; what a request about it needs comes next."""
    form = NewProductForm(data={"position": 50, "active": True})
    if form.validate_on_submit() and _is_free(form, catalogue.list_products(db(), active_only=False)):
        entry = Product(slug=form.text("slug"), **form.changes())
        catalogue.add(db(), entry=entry, actor=actor(), now=now())
        return done(
            _("The product is in the catalogue. Now say what a request about it needs."),
            "staff_request_fields.overview",
            slug=entry.slug,
        )
    return edit_page(form, title=_("A new product"), back=_back(), action=_("Add the product"))


@blueprint.route("/services/<slug>", methods=["GET", "POST"])
@staff("administrator")
def service(slug: str) -> ResponseReturnValue:
    """Edit one service; what was ordered before keeps its own copy."""
    entry = catalogue.get_service(db(), slug=slug, active_only=False)
    form = ServiceForm(data=show_service(entry))
    if form.validate_on_submit():
        catalogue.edit(db(), entry=entry, changes=form.changes(), actor=actor(), now=now())
        return done(
            _("The service is saved. Orders made before keep what they promised."), "staff_catalogue.overview"
        )
    return edit_page(form, title=entry.name.of(current_locale()), back=_back(), action=_("Save the service"))


@blueprint.route("/services/new", methods=["GET", "POST"])
@staff("administrator")
def new_service() -> ResponseReturnValue:
    """Add a service; it can be ordered once a price list has a price for it."""
    form = NewServiceForm(data=_USUAL)
    if form.validate_on_submit() and _is_free(form, catalogue.list_services(db(), active_only=False)):
        entry = Service(slug=form.text("slug"), **form.changes())
        catalogue.add(db(), entry=entry, actor=actor(), now=now())
        return done(
            _("The service is in the catalogue. It needs a price before anybody can order it."),
            "staff_catalogue.overview",
        )
    lead = _(
        "Nobody can order it before a price list has a price for it. "
        "Leave it switched off till then, and tick “Can be booked” afterwards."
    )
    return edit_page(form, title=_("A new service"), lead=lead, back=_back(), action=_("Add the service"))


@blueprint.route("/tools/<slug>", methods=["GET", "POST"])
@staff("administrator")
def tool(slug: str) -> ResponseReturnValue:
    """Edit a program for connecting."""
    entry = catalogue.find_tool(db(), slug=slug)
    if entry is None:
        raise NotFoundError(kind="tool")
    form = ToolForm(data=show_tool(entry))
    if form.validate_on_submit():
        catalogue.edit(db(), entry=entry, changes=form.changes(), actor=actor(), now=now())
        return done(_("The program is saved."), "staff_catalogue.overview")
    return edit_page(form, title=entry.name.of(current_locale()), back=_back(), action=_("Save the program"))


_USUAL = {
    "position": 50,
    "active": False,
    "minutes": 60,
    "grid_minutes": 30,
    "buffer_before": 0,
    "buffer_after": 15,
    "notice_minutes": 240,
    "horizon_days": 30,
    "mode": "any",
}


_OURS = frozenset({"new", "no-answer", "articles", "suggest", "sent"})
"""Addresses beside those of products and services that lead to pages of ours."""


def _is_free(form: SlugForm, others: Iterable[Product | Service]) -> bool:
    if form.text("slug") in _OURS.union(entry.slug for entry in others):
        form.refuse(InvalidError("slug_taken", field="slug"))
        return False
    return True


def _back() -> tuple[str, str]:
    return url_for("staff_catalogue.overview"), _("Catalogue")
