"""The composer's form: what a good request contains, by product. Nothing of it is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, StringField, TextAreaField, URLField
from wtforms.validators import DataRequired, Length, ValidationError

from webapp.i18n import current_locale
from webapp.i18n import lazy_gettext as _l
from webapp.inputs import tidy, tidy_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from services.catalogue.models import Product, RequestField

# The composer asks these itself, so a catalogue that lists them too asks them once.
OWN_KEYS = frozenset({"subject", "author", "name", "contacts", "phone", "email"})
IDENTIFIER = "project"
"""The field that tells the customer's installation: it begins the letter's subject."""
_NO_IDENTIFIER = {
    "project_name": _l("Write the project’s name, or tick below that you can’t find it out"),
    "project_code": _l("Write the project’s code: it is shown in your AceTeam account"),
}
_NOT_ATTACHED = _l("Tick that you will attach it, or tick below that you can’t collect the data")
_NOT_FILLED_IN = _l("Fill this in, or tick below that you can’t collect the data")
_LONGEST = {"line": 300, "number": 9, "link": 1000, "text": 6000}


class UnlessImpossible:
    """Demand a value unless «I can't collect the data» is ticked."""

    field_flags: Mapping[str, bool] = {"required": True}

    def __init__(self, message: Any) -> None:
        self.message = message

    def __call__(self, form: Any, field: Any) -> None:
        """Raise ValidationError when neither the value nor the excuse is there."""
        given = field.data.strip() if isinstance(field.data, str) else field.data
        if not given and not form.impossible.data:
            raise ValidationError(self.message)


def _whole_number(form: Any, field: Any) -> None:
    del form
    text = (field.data or "").strip()
    if text and not (text.isdecimal() and len(text) < 10 and 0 < int(text) < 10**6):
        raise ValidationError(_l("Write a whole number, for example 6"))


class Composer(FlaskForm):  # type: ignore[misc, unused-ignore]
    """What every product asks; `composer_for` adds the product's own fields."""

    class Meta:
        """Nothing is changed by this form, so it needs no token and no cookie."""

        csrf = False

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


def fields_of(product: Product) -> list[RequestField]:
    """The catalogue's fields that the composer does not ask by itself, in their order."""
    return [field for field in product.fields if field.key not in OWN_KEYS]


def composer_for(product: Product) -> Composer:
    """The composer's form for `product`, bound to the request."""
    made = {f"of_{field.key}": _field(field, product.identifier_kind) for field in fields_of(product)}
    form_class = type("ProductComposer", (Composer,), made)
    return cast("Composer", form_class())


def _field(field: RequestField, identifier_kind: str) -> Field:
    label = field.label.of(current_locale())
    if field.kind == "file":
        return BooleanField(label, [UnlessImpossible(_NOT_ATTACHED)] if field.required else [])
    validators: list[Any] = [Length(max=_LONGEST[field.kind])]
    if field.required:
        missing = _NO_IDENTIFIER.get(identifier_kind) if field.key == IDENTIFIER else None
        validators.insert(0, UnlessImpossible(missing or _NOT_FILLED_IN))
    if field.kind == "number":
        validators.append(_whole_number)
    kinds: dict[str, type[StringField]] = {"text": TextAreaField, "link": URLField}
    neat = tidy if field.kind == "text" else tidy_line
    return kinds.get(field.kind, StringField)(label, validators, filters=[neat])
