"""The forms of an order: they check shape; services check truth."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from babel import Locale as BabelLocale
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, Optional

from billing.orders import Contact, Payer, Trouble
from services.sessions import SITUATIONS
from webapp.i18n import current_locale
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.inputs import read_email, tidy, tidy_line
from webapp.preparing import OTHER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from billing.orders.models import Order
    from services.catalogue.models import Product, Tool

UNKNOWN = "unknown"
# Beyond, the arithmetic of zones overflows; no slot is ever there.
_FIRST_YEAR, _LAST_YEAR = 2000, 2200
_NEIGHBOURS = ("RU", "BY", "KZ", "AM", "KG", "UZ")
_SCRIPT_CODES = frozenset({"EU", "EZ", "UN", "XA", "XB", "QO", "ZZ"})


class TimeForm(FlaskForm):
    """The chosen start: an instant in UTC, as the page wrote it; its token is checked before any view."""

    class Meta:
        """Every hold asks this form: it checks no token a second time."""

        csrf = False

    start = StringField(_l("Time"), [InputRequired(_l("Choose a time"))])

    def instant(self) -> datetime | None:
        """The start (aware, UTC), or None for something this site never wrote."""
        try:
            moment = datetime.fromisoformat(str(self.start.data))
        except ValueError:
            return None
        sane = moment.tzinfo is not None and _FIRST_YEAR < moment.year < _LAST_YEAR
        return moment.astimezone(UTC) if sane else None


class DetailsForm(FlaskForm):
    """What happened, and who asks and pays; «I don't know» is an answer everywhere."""

    situation = RadioField(
        _l("What is going on?"),
        choices=[SelectChoice(code, _l(name)) for code, name in SITUATIONS.items()],
        default="nothing_works",
        validators=[InputRequired(_l("Choose what is closest; “I don't know” will do"))],
    )
    description = TextAreaField(
        _l("In your own words"),
        [Optional(), Length(max=5000, message=_l("At most 5,000 characters"))],
        filters=[tidy],
    )
    product = RadioField(_l("Which product?"), default=UNKNOWN)
    project = StringField(
        _l("Name or code of the project"),
        [Optional(), Length(max=200, message=_l("At most 200 characters"))],
        filters=[tidy_line],
    )
    project_unknown = BooleanField(_l("I don't know what the project is called"))
    tool = RadioField(_l("How do we connect?"), default=UNKNOWN)
    name = StringField(
        _l("First and last name"),
        [
            InputRequired(_l("Write how to address you")),
            Length(max=200, message=_l("At most 200 characters")),
        ],
        filters=[tidy_line],
    )
    email = StringField(
        _l("E-mail"),
        [InputRequired(_l("Write the address for the invitation and the report"))],
        filters=[tidy_line],
    )
    phone = StringField(
        _l("Phone"),
        [Optional(), Length(max=40, message=_l("At most 40 characters"))],
        filters=[tidy_line],
    )
    country = SelectField(_l("Country of the payer"))
    inn = StringField(
        _l("Tax number of the company (ИНН)"),
        [Optional(), Length(max=40, message=_l("At most 40 characters"))],
        filters=[tidy_line],
    )
    company = StringField(
        _l("Name of the company"),
        [Optional(), Length(max=200, message=_l("At most 200 characters"))],
        filters=[tidy_line],
    )

    files = MultipleFileField(_l("Files"), [Optional()])

    def offer(self, *, products: Iterable[Product], tools: Iterable[Tool]) -> None:
        """Fill the choices that come from the catalogue, «I don't know» among them."""
        locale = current_locale()
        self.product.choices = [
            *(SelectChoice(product.slug, product.name.of(locale)) for product in products),
            SelectChoice(UNKNOWN, _("I don't know")),
        ]
        self.tool.choices = [
            *(SelectChoice(tool.slug, tool.name.of(locale)) for tool in tools),
            SelectChoice(OTHER, _("Another program")),
            SelectChoice(UNKNOWN, _("I don't know")),
        ]
        self.country.choices = country_choices(locale)

    def validate_email(self, field: StringField) -> None:
        """The shape of an address; whether letters arrive only a letter can tell."""
        known = read_email(field.data)
        if known is not None:
            field.data = known
        elif "@" not in (field.data or ""):
            raise ValidationError(_("The @ sign is missing. For example: name@company.example"))
        else:
            raise ValidationError(_("This is no e-mail address. Look for blanks and for the part after @"))

    def contact(self) -> Contact:
        """Whom to write to."""
        return Contact(self.name.data or "", self.email.data or "", self.phone.data or "")

    def payer(self) -> Payer:
        """Who pays."""
        return Payer(str(self.country.data), self.inn.data or "", self.company.data or "")

    def trouble(self) -> Trouble:
        """What is wrong; what the customer doesn't know stays empty."""
        product, tool = str(self.product.data), str(self.tool.data)
        return Trouble(
            situation=str(self.situation.data),
            description=self.description.data or "",
            product_slug="" if product == UNKNOWN else product,
            project="" if self.project_unknown.data else self.project.data or "",
            tool_slug="" if tool in {UNKNOWN, OTHER} else tool,
        )


def details_of(order: Order) -> dict[str, Any]:
    """What a draft knows already, as the details form's initial values."""
    session, contact, payer = order.session, order.contact or {}, order.payer or {}
    if order.contact is None:
        return {"country": order.country}
    prepared = session.preparation
    return {
        "situation": session.situation or UNKNOWN,
        "description": session.description,
        "product": session.product.slug if session.product else UNKNOWN,
        "project": session.project,
        "project_unknown": not session.project,
        "tool": prepared.tool.slug if prepared and prepared.tool else UNKNOWN,
        **contact,
        **payer,
    }


def country_choices(locale: str) -> list[SelectChoice]:
    """ISO 3166 countries by their names, the vendor's neighbours first."""
    names = {
        code: name
        for code, name in BabelLocale(locale).territories.items()
        if len(code) == 2 and code.isalpha() and code not in _SCRIPT_CODES
    }
    rest = sorted(set(names) - set(_NEIGHBOURS), key=lambda c: names[c].casefold().replace("ё", "е"))
    return [SelectChoice(code, names[code]) for code in (*_NEIGHBOURS, *rest)]


class EmptyForm(FlaskForm):
    """A button that changes something: nothing but the token."""
