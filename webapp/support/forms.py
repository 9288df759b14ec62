"""The composer's form: what a good request contains, by product. Nothing of it is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField, StringField
from wtforms.validators import DataRequired, Length

from webapp.i18n import current_locale
from webapp.i18n import lazy_gettext as _l
from webapp.inputs import tidy_line
from webapp.support.fields import UnlessImpossible, fields_of, typed_field

if TYPE_CHECKING:
    from services.catalogue.models import Product, RequestField

_NOT_ATTACHED = _l("Tick that you will attach it, or tick below that you can’t collect the data")


class Composer(FlaskForm):  # type: ignore[misc, unused-ignore]
    """What every product asks; `composer_for` adds the product's own fields."""

    draft = HiddenField(filters=[tidy_line])
    subject = StringField(
        _l("What happened, in a few words"),
        [DataRequired(_l("Say in a few words what happened")), Length(max=150)],
        filters=[tidy_line],
    )
    author = StringField(
        _l("Your name"),
        [DataRequired(_l("Write your name, so that we know whom to answer")), Length(max=150)],
        filters=[tidy_line],
    )
    phone = StringField(_l("Your phone"), [Length(max=60)], filters=[tidy_line])
    impossible = BooleanField(_l("I can’t collect the data"))


def composer_for(product: Product) -> Composer:
    """The composer's form for `product`, bound to the request."""
    made = {f"of_{field.key}": _field(field, product.identifier_kind) for field in fields_of(product)}
    form_class = type("ProductComposer", (Composer,), made)
    return cast("Composer", form_class())


def _field(field: RequestField, identifier_kind: str) -> Field:
    if field.kind != "file":
        return typed_field(field, identifier_kind)
    validators: list[Any] = [UnlessImpossible(_NOT_ATTACHED)] if field.required else []
    return BooleanField(field.label.of(current_locale()), validators)
