"""The short word to the sales people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from services.people.sales import Interest
from webapp.i18n import current_locale
from webapp.i18n import lazy_gettext as _l
from webapp.inputs import read_email, tidy, tidy_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.catalogue.models import Product

KINDS = (
    ("presentation", _l("Show us a product")),
    ("setup", _l("Help us to set a product up for the first time")),
    ("other", _l("Something else, before we buy")),
)


class SalesForm(FlaskForm):  # type: ignore[misc, unused-ignore]
    """What is wanted, by whom; a product only if one is in mind already."""

    form_key = HiddenField(validators=[Length(min=16, max=64)], filters=[tidy])
    kind = RadioField(_l("What would you like?"), [DataRequired(_l("Choose one of them"))], choices=KINDS)
    product = SelectField(_l("Which product do you have in mind?"))
    name = StringField(
        _l("Your name"), [DataRequired(_l("Write your name")), Length(max=200)], filters=[tidy_line]
    )
    company = StringField(
        _l("Company"), [DataRequired(_l("Write your company’s name")), Length(max=300)], filters=[tidy_line]
    )
    email = StringField(
        _l("E-mail"),
        [DataRequired(_l("Write an e-mail address: the answer goes there"))],
        filters=[tidy_line],
    )
    phone = StringField(_l("Phone"), [Length(max=60)], filters=[tidy_line])
    body = TextAreaField(_l("What should we know beforehand?"), filters=[tidy])

    def offer(self, products: Sequence[Product]) -> None:
        """Let the visitor choose among the catalogue's products, or none of them yet."""
        self._products = {product.slug: product for product in products}
        locale = current_locale()
        named = [(slug, product.name.of(locale)) for slug, product in self._products.items()]
        self.product.choices = [("", _l("I don’t know yet")), *named]

    def validate_email(self, field: Any) -> None:
        """Keep an address in its one spelling."""
        known = read_email(field.data)
        if known is None:
            raise ValidationError(_l("Check the address: it looks like name@company.example"))
        field.data = known

    def validate_body(self, field: Any) -> None:
        """Another wish has to be said, and none of them is a book."""
        written = field.data or ""
        if len(written) > _LONGEST:
            raise ValidationError(_l("Shorten this to %(longest)s characters.", longest=_LONGEST))
        if self.kind.data == "other" and not written.strip():
            raise ValidationError(_l("Say in a sentence what you would like to know"))

    def interest(self) -> Interest:
        """What was written; only of a form that has validated."""
        product = self._products.get(self.product.data or "")
        return Interest(
            kind=self.kind.data or "",
            name=self.name.data or "",
            company=self.company.data or "",
            email=self.email.data or "",
            phone=self.phone.data or "",
            product_id=product.id if product is not None else None,
            product=product.name if product is not None else None,
            body=self.body.data or "",
        )


_LONGEST = 4000
