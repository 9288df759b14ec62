"""The short enquiry for an individual contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from services.contracts import Wishes
from webapp.i18n import current_locale
from webapp.i18n import lazy_gettext as _l
from webapp.inputs import read_email, tidy, tidy_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.catalogue.models import Product

MOST_USERS = 1_000_000
MOST_SITES = 100_000
HOURS_CHOICES = (
    ("8x5", _l("Working days, 8 hours")),
    ("12x6", _l("Six days a week, 12 hours")),
    ("24x7", _l("Around the clock, every day")),
    ("own", _l("Otherwise")),
    ("unknown", _l("I don’t know yet")),
)


def _whole_number(most: int) -> Any:
    def check(form: Any, field: Any) -> None:
        del form
        text = _digits(field.data)
        if text and not (text.isdecimal() and len(text) < 10 and 0 < int(text) <= most):
            raise ValidationError(_l("Write a whole number, for example 120"))

    return check


def _address(form: Any, field: Any) -> None:
    del form
    known = read_email(field.data)
    if known is None:
        raise ValidationError(_l("Check the address: it looks like name@company.example"))
    field.data = known


def _digits(text: str | None) -> str:
    return "".join((text or "").split())


class EnquiryForm(FlaskForm):  # type: ignore[misc, unused-ignore]
    """Who asks and how large they are; only name, company and e-mail are needed."""

    form_key = HiddenField(validators=[Length(min=16, max=64)], filters=[tidy])
    company = StringField(
        _l("Company"), [DataRequired(_l("Write your company’s name")), Length(max=300)], filters=[tidy_line]
    )
    contact_name = StringField(
        _l("Your name"), [DataRequired(_l("Write your name")), Length(max=200)], filters=[tidy_line]
    )
    email = StringField(
        _l("E-mail"),
        [
            DataRequired(_l("Write an e-mail address: the answer goes there")),
            _address,
        ],
        filters=[tidy_line],
    )
    phone = StringField(_l("Phone"), [Length(max=60)], filters=[tidy_line])
    products = SelectMultipleField(
        _l("Which products do you use?"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    users = StringField(
        _l("How many people work with them?"), [_whole_number(MOST_USERS)], filters=[tidy_line]
    )
    sites = StringField(_l("At how many sites?"), [_whole_number(MOST_SITES)], filters=[tidy_line])
    hours = RadioField(_l("When should we be there?"), choices=HOURS_CHOICES, default="unknown")
    own_hours = StringField(_l("Which hours, in your words"), [Length(max=300)], filters=[tidy_line])
    trouble = TextAreaField(_l("What hurts today?"), [Length(max=4000)], filters=[tidy])

    def offer(self, products: Sequence[Product]) -> None:
        """Let the visitor choose among the catalogue's products."""
        locale = current_locale()
        self.products.choices = [(product.slug, product.name.of(locale)) for product in products]

    def validate_own_hours(self, field: Any) -> None:
        """Hours of one's own have to be said."""
        if self.hours.data == "own" and not (field.data or "").strip():
            raise ValidationError(_l("Say which hours you have in mind"))

    def wishes(self) -> Wishes:
        """What was written, typed; only of a form that has validated."""
        users, sites = _digits(self.users.data), _digits(self.sites.data)
        return Wishes(
            company=self.company.data or "",
            contact_name=self.contact_name.data or "",
            email=self.email.data or "",
            phone=self.phone.data or "",
            products=list(self.products.data or []),
            users=int(users) if users else None,
            sites=int(sites) if sites else None,
            hours=self.hours.data or "unknown",
            own_hours=self.own_hours.data or "",
            trouble=self.trouble.data or "",
        )
