"""The forms of requests that staff write down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.inputs import read_email
from webapp.staff.boxes import radios
from webapp.staff.forms import StaffForm, line, number, strip, tick
from webapp.support.fields import MOST_EMPLOYEES

if TYPE_CHECKING:
    from collections.abc import Iterable

_CHOOSE = InputRequired(_l("Choose one."))
_LONGEST = Length(max=6000, message=_l("Shorten this to %(longest)s characters.", longest=6000))


class Written(StaffForm):
    """What every request that staff write down says."""

    form_key = HiddenField(validators=[Length(min=16, max=64)], filters=[strip])
    product = RadioField(_l("Which product"), validators=[_CHOOSE])
    project = line(_l("Project"), hint=_l("Its name or code; empty if it wasn't said."), required=False)
    subject = line(_l("What happened, in a few words"), longest=150)
    words = TextAreaField(
        _l("What was said"),
        description=_l("In the customer's words: he reads and corrects them."),
        filters=[strip],
        validators=[DataRequired(_l("Fill this in.")), _LONGEST],
    )
    steps = TextAreaField(_l("Steps to reproduce"), filters=[strip], validators=[_LONGEST])
    impact = RadioField(_l("What it hinders"), validators=[_CHOOSE])
    employees = number(_l("How many employees are affected"), least=0, most=MOST_EMPLOYEES)
    impossible = tick(_l("The customer can't collect the data"))

    def offer(self, *, products: Iterable[tuple[str, str]], impacts: Iterable[tuple[str, str]]) -> None:
        """Let the choices be those of the catalogue and of the regulation in force."""
        self.product.choices = [SelectChoice(code, name) for code, name in products]
        self.impact.choices = [SelectChoice(code, name) for code, name in impacts]


class CallForm(Written):
    """What somebody said on the phone, and who he is."""

    groups = (
        (_l("What was said"), ("product", "project", "subject", "words", "steps", "impossible")),
        (_l("What sets the class"), ("impact", "employees")),
        (_l("Who called"), ("name", "email", "phone", "company", "inn", "language")),
    )

    name = line(_l("Name of the caller"), longest=200)
    email = line(_l("E-mail"), hint=_l("The request goes there, to be corrected."), longest=254)
    phone = line(_l("Phone"), required=False, longest=40)
    company = line(_l("Company"), required=False, longest=200)
    inn = line(_l("Tax number of the company (ИНН)"), required=False, longest=40)
    language = radios(_l("Language of the letters"), {"ru": _l("Russian"), "en": _l("English")})

    def validate_email(self, field: Any) -> None:
        """The shape of an address; whether letters arrive only a letter can tell."""
        known = read_email(field.data)
        if known is None:
            raise ValidationError(_("Check the address: it looks like name@company.example"))
        field.data = known


class DefectForm(Written):
    """A defect that showed in a session; who the customer is, the session says."""

    groups = (
        (_l("What was found"), ("product", "project", "subject", "words", "steps", "impossible")),
        (_l("What sets the class"), ("impact", "employees")),
        (_l("The customer's consent"), ("consent",)),
    )

    consent = tick(_l("The customer agrees that his name, address and what he told go into the new request"))

    def validate_consent(self, field: Any) -> None:
        """Without it nothing is carried over."""
        if not field.data:
            raise ValidationError(_("Ask the customer first: without his consent nothing is carried over."))
