"""What a free request about a product asks for: the list of its fields, and editing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, url_for

from services import catalogue
from services.catalogue.models import RequestField
from services.core.errors import InvalidError, NotFoundError
from webapp.i18n import current_locale
from webapp.i18n import gettext as _
from webapp.request import db, now
from webapp.security import staff
from webapp.staff.answers import actor, done, edit_page
from webapp.staff.catalogue.field_form import KINDS, FieldForm, show_field
from webapp.staff.frame import staff_blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from services.catalogue.models import Product

blueprint = staff_blueprint("request_fields", __name__, "/catalogue/products/<slug>/fields")
_LAST = 999


@blueprint.get("/")
@staff("administrator")
def overview(slug: str) -> ResponseReturnValue:
    """The fields in their order."""
    product = catalogue.get_product(db(), slug=slug)
    return render_template("staff/request_fields.html", product=product, kinds=KINDS)


@blueprint.route("/new", methods=["GET", "POST"], defaults={"field_id": None})
@blueprint.route("/<int:field_id>", methods=["GET", "POST"])
@staff("administrator")
def field(slug: str, field_id: int | None) -> ResponseReturnValue:
    """Add a field or edit one."""
    product = catalogue.get_product(db(), slug=slug)
    entry = _get(product, field_id) if field_id is not None else None
    form = FieldForm(data=show_field(entry) if entry else {"kind": "line", "position": _next(product)})
    if form.validate_on_submit():
        try:
            _save(form, product, entry)
        except InvalidError as error:
            form.refuse(error)
        else:
            return done(_("The field is saved."), "staff_request_fields.overview", slug=slug)
    title = entry.label.of(current_locale()) if entry else _("A new field")
    return edit_page(form, title=title, back=_back(product), action=_("Save the field"))


@blueprint.post("/<int:field_id>/remove")
@staff("administrator")
def remove(slug: str, field_id: int) -> ResponseReturnValue:
    """Ask for it no longer."""
    product = catalogue.get_product(db(), slug=slug)
    entry = _get(product, field_id)
    catalogue.remove_request_field(db(), product=product, field=entry, actor=actor(), now=now())
    return done(_("The field is removed."), "staff_request_fields.overview", slug=slug)


def _save(form: FieldForm, product: Product, entry: RequestField | None) -> None:
    changes = form.changes()
    if entry is None:
        made = RequestField(**changes)
        catalogue.add_request_field(db(), product=product, field=made, actor=actor(), now=now())
    else:
        catalogue.edit_request_field(
            db(), product=product, field=entry, changes=changes, actor=actor(), now=now()
        )


def _get(product: Product, field_id: int) -> RequestField:
    found = next((one for one in product.fields if one.id == field_id), None)
    if found is None:
        raise NotFoundError(kind="request_field")
    return found


def _next(product: Product) -> int:
    return min(_LAST, max((one.position for one in product.fields), default=0) + 1)


def _back(product: Product) -> tuple[str, str]:
    words = _("What a request about %(product)s asks for", product=product.name.of(current_locale()))
    return url_for("staff_request_fields.overview", slug=product.slug), words
