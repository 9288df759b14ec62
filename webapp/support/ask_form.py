"""The form of a free request, by product: what the catalogue lists, and what every request needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField, MultipleFileField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from services.core.errors import InvalidError
from services.people.requisites import check_inn
from webapp.i18n import current_locale
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.inputs import read_email, tidy, tidy_line
from webapp.security import FILES
from webapp.support.fields import (
    UnlessImpossible,
    fields_of,
    read_number,
    typed_field,
    whole_number,
)
from webapp.wrongs import sentence_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from werkzeug.datastructures import MultiDict

    from services.catalogue.models import Product, RequestField
    from services.support.terms import Impact

IMPACT, EMPLOYEES = "impact", "employees"
"""Keys of the catalogue whose answers set the class: the form asks them in its own way."""
_CLASSING = frozenset({IMPACT, EMPLOYEES})


class RequestForm(FlaskForm):  # type: ignore[misc, unused-ignore]
    """What every product asks; `request_form` adds the product's own fields.

    Fields of files, `files` and `files_<key>`, hold nothing: what was sent is read by `sent_files`.
    """

    page_order: tuple[str, ...] = ()
    """The names that the page shows first, in its order; the rest follow as they stand here."""

    form_key = HiddenField(validators=[Length(min=16, max=64)], filters=[tidy])
    draft = HiddenField(filters=[tidy_line])
    subject = StringField(
        _l("What happened, in a few words"),
        [DataRequired(_l("Say in a few words what happened")), Length(max=150)],
        filters=[tidy_line],
    )
    impact = RadioField(
        _l("What it hinders"), [InputRequired(_l("Choose what is closest: the deadline depends on it"))]
    )
    employees = StringField(
        _l("How many employees are affected"), [UnlessImpossible(), whole_number], filters=[tidy_line]
    )
    files = MultipleFileField(_l("Pictures of the screen and other files"), [Optional()])
    impossible = BooleanField(_l("I can’t collect the data"))
    name = StringField(
        _l("Your name"),
        [DataRequired(_l("Write your name, so that we know whom to answer")), Length(max=200)],
        filters=[tidy_line],
    )
    email = StringField(
        _l("E-mail"),
        [DataRequired(_l("Write an e-mail address: the number and the answer go there"))],
        filters=[tidy_line],
    )
    phone = StringField(_l("Your phone"), [Length(max=40)], filters=[tidy_line])
    company = StringField(_l("Company"), [Length(max=200)], filters=[tidy_line])
    inn = StringField(
        _l("Tax number of the company (ИНН)"), [Optional(), Length(max=40)], filters=[tidy_line]
    )

    def __iter__(self) -> Iterator[Field]:
        """As the page shows them, so that the summary of what is wrong reads like it."""
        places = {name: place for place, name in enumerate(self.page_order)}
        return iter(sorted(super().__iter__(), key=lambda one: places.get(one.name, len(places))))

    def validate_email(self, field: StringField) -> None:
        """The shape of an address; whether letters arrive only a letter can tell."""
        known = read_email(field.data)
        if known is None:
            raise ValidationError(_("Check the address: it looks like name@company.example"))
        field.data = known

    def validate_inn(self, field: StringField) -> None:
        """Its digits; a number without its company would be found, but never named."""
        try:
            field.data = check_inn(field.data or "")
        except InvalidError as error:
            raise ValidationError(sentence_of(error)) from error

    def affected(self) -> int:
        """How many employees; 0 where it wasn't said."""
        return read_number(self.employees.data) or 0


def request_form(
    product: Product, impacts: Sequence[Impact], values: MultiDict[str, str] | None = None
) -> RequestForm:
    """The form for `product`, bound to the request, or to the raw `values` of a draft."""
    made = {name_of(field): _field(field, product.identifier_kind) for field in asked_fields(product)}
    form_class = type("ProductRequest", (RequestForm,), {**made, "page_order": _page_order(product)})
    form = cast("RequestForm", form_class(values) if values is not None else form_class())
    locale = current_locale()
    form.impact.choices = [SelectChoice(impact.code, impact.name.of(locale)) for impact in impacts]
    return form


def asked_fields(product: Product) -> list[RequestField]:
    """The product's own fields, without those that set the class."""
    return [field for field in fields_of(product) if field.key not in _CLASSING]


def name_of(field: RequestField) -> str:
    """What the form calls a field of the catalogue."""
    return f"{FILES}_{field.key}" if field.kind == "file" else f"of_{field.key}"


def _page_order(product: Product) -> tuple[str, ...]:
    names = [field.key if field.key in _CLASSING else name_of(field) for field in fields_of(product)]
    return ("subject", *names, *(key for key in (IMPACT, EMPLOYEES) if key not in names))


def _field(field: RequestField, identifier_kind: str) -> Field:
    if field.kind != "file":
        return typed_field(field, identifier_kind)
    made: Any = MultipleFileField(field.label.of(current_locale()), [_Awaited()] if field.required else [])
    return cast("Field", made)


class _Awaited:
    """A file that is needed; whether it is there, `sent_files` tells."""

    field_flags = {"required": True}

    def __call__(self, form: Any, field: Any) -> None:
        """Say nothing yet."""
