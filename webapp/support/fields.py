"""The fields of a free request that the catalogue lists, for the form and for the letter's composer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wtforms import Field, StringField, TextAreaField, URLField
from wtforms.validators import Length, ValidationError

from webapp.i18n import current_locale
from webapp.i18n import lazy_gettext as _l
from webapp.inputs import tidy, tidy_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from services.catalogue.models import Product, RequestField

# Every request asks these by itself, so a catalogue that lists them too asks them once.
OWN_KEYS = frozenset({"subject", "author", "name", "contacts", "phone", "email"})
IDENTIFIER = "project"
"""The field that tells the customer's installation: it begins the letter's subject."""
MOST_EMPLOYEES = 1_000_000
_NO_IDENTIFIER = {
    "project_name": _l("Write the project’s name, or tick below that you can’t find it out"),
    "project_code": _l("Write the project’s code: it is shown in your AceTeam account"),
}
_NOT_FILLED_IN = _l("Fill this in, or tick below that you can’t collect the data")
_LONGEST = {"line": 300, "number": 9, "link": 1000, "text": 6000}


class UnlessImpossible:
    """Demand a value unless «I can't collect the data» is ticked."""

    field_flags: Mapping[str, bool] = {"required": True}

    def __init__(self, message: Any = _NOT_FILLED_IN) -> None:
        self.message = message

    def __call__(self, form: Any, field: Any) -> None:
        """Raise ValidationError when neither the value nor the excuse is there."""
        given = field.data.strip() if isinstance(field.data, str) else field.data
        if not given and not form.impossible.data:
            raise ValidationError(self.message)


def whole_number(form: Any, field: Any) -> None:
    """Refuse what is no number of people."""
    del form
    text = "".join((field.data or "").split())
    if text and read_number(text) is None:
        raise ValidationError(_l("Write a whole number, for example 6"))


def read_number(text: str | None) -> int | None:
    """The number of people in `text`; None where there is none, or an absurd one."""
    digits = "".join((text or "").split())
    if not (digits.isdecimal() and len(digits) < 10 and 0 < int(digits) <= MOST_EMPLOYEES):
        return None
    return int(digits)


def fields_of(product: Product) -> list[RequestField]:
    """The catalogue's fields that a request doesn't ask by itself, in their order."""
    return [field for field in product.fields if field.key not in OWN_KEYS]


def typed_field(field: RequestField, identifier_kind: str) -> Field:
    """A field to type into, for anything but a file."""
    label = field.label.of(current_locale())
    validators: list[Any] = [Length(max=_LONGEST[field.kind])]
    if field.required:
        missing = _NO_IDENTIFIER.get(identifier_kind) if field.key == IDENTIFIER else None
        validators.insert(0, UnlessImpossible(missing) if missing else UnlessImpossible())
    if field.kind == "number":
        validators.append(whole_number)
    kinds: dict[str, type[StringField]] = {"text": TextAreaField, "link": URLField}
    neat = tidy if field.kind == "text" else tidy_line
    return kinds.get(field.kind, StringField)(label, validators, filters=[neat])
