"""The form before an order becomes binding: consents, how to pay, and whose details the invoice bears."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, RadioField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import Length, Optional
from wtforms.widgets import HiddenInput

from billing.orders import Payer
from services.people.requisites import clean
from webapp.booking.methods import INVOICED
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.inputs import read_email, tidy_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from billing.orders.models import Order
    from webapp.booking.methods import Way

_ORGANISATION_INN = 10


def _line(label: Any, most: int, said: Any) -> StringField:
    return StringField(label, [Optional(), Length(max=most, message=said)], filters=[tidy_line])


class ReviewForm(FlaskForm):
    """Consents, each its own unticked box with the version it speaks of, and how to pay.

    The button that was pressed says how; one without a name (the Enter key) leaves it to the choice.
    The payer's details are asked of who pays by invoice; of others they are not looked at.
    """

    offer = BooleanField(_l("The offer"))
    offer_version = IntegerField(widget=HiddenInput())
    consent_services = BooleanField(_l("Consent to the processing of personal data"))
    consent_services_version = IntegerField(widget=HiddenInput())
    method = RadioField(_l("How do you pay?"), validate_choice=False)
    company = _line(_l("Name of the company"), 200, _l("At most 200 characters"))
    inn = _line(_l("Tax number of the company (ИНН)"), 40, _l("At most 40 characters"))
    kpp = _line(_l("КПП"), 40, _l("At most 40 characters"))
    address = _line(_l("Legal address"), 300, _l("At most 300 characters"))
    billing_email = _line(_l("Where to send the invoice"), 254, _l("At most 254 characters"))

    def about(self, order: Order) -> None:
        """Take what the order says already, and the button that was pressed."""
        self.country = order.country
        self.own_email = str((order.contact or {}).get("email", ""))
        pressed = request.form.get("press") if self.is_submitted() else None
        self.method.data = pressed or self.method.data

    def offer_ways(self, ways: Sequence[Way], order: Order) -> None:
        """Fill in what can be chosen; a company's own way comes chosen for companies."""
        self.method.choices = [SelectChoice(way.code, way.title) for way in ways]
        codes = [way.code for way in ways]
        if self.method.data not in codes and codes:
            others = [code for code in codes if code not in INVOICED or order.organisation_id is not None]
            self.method.data = (others or codes)[0]

    @property
    def is_invoiced(self) -> bool:
        """Whether an invoice is what was asked for."""
        return str(self.method.data) in INVOICED

    def validate_offer(self, field: BooleanField) -> None:
        """The offer must be accepted."""
        if not field.data:
            raise ValidationError(_("Without accepting the offer we can't take the order"))

    def validate_consent_services(self, field: BooleanField) -> None:
        """The consent must be given."""
        if not field.data:
            raise ValidationError(_("Without this consent we may not keep your name and address"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the shape; of an invoice, that nothing of it is missing, all of it at once."""
        valid = bool(super().validate(extra_validators=extra_validators))
        if not self.is_invoiced:
            return valid
        missing = [field for field in self._needed() if not field.data]
        for field in missing:
            field.errors = [*field.errors, _MISSING[field.name]]
        return self._has_email() and valid and not missing

    def agreed(self) -> dict[str, int]:
        """The versions that were ticked, by kind."""
        ticked = {
            "offer": (self.offer.data, self.offer_version.data),
            "consent_services": (self.consent_services.data, self.consent_services_version.data),
        }
        return {kind: int(n) for kind, (on, n) in ticked.items() if on and n is not None}

    def payer(self) -> Payer:
        """Whose details the invoice bears."""
        typed = (self.inn.data, self.company.data, self.kpp.data, self.address.data)
        return Payer(self.country, *(text or "" for text in typed))

    def billing_contact(self) -> str:
        """Who gets the invoice, if it is another than who ordered; else empty."""
        typed = self.billing_email.data or ""
        return "" if typed.casefold() == self.own_email.casefold() else typed

    def _needed(self) -> list[StringField]:
        if self.country != "RU":
            return [self.company, self.address]
        number = clean(self.inn.data or "")
        has_kpp = len(number) == _ORGANISATION_INN
        return [self.company, self.inn, *([self.kpp] if has_kpp else []), self.address]

    def _has_email(self) -> bool:
        typed = self.billing_email.data
        known = read_email(typed)
        if known is None and typed:
            wrong = _("This is no e-mail address. Look for blanks and for the part after @")
            self.billing_email.errors = [*self.billing_email.errors, wrong]
            return False
        self.billing_email.data = known or self.own_email
        return True


_MISSING = {
    "company": _l("The invoice needs the name of the company"),
    "inn": _l("The invoice needs the tax number of the company"),
    "kpp": _l("A company with a tax number of 10 digits has a КПП: without it banks send payments back"),
    "address": _l("The invoice needs the company’s address"),
}


def requisites_of(order: Order) -> dict[str, str]:
    """What is known of the payer, as the form's initial values."""
    payer, contact = order.payer or {}, order.contact or {}
    known = {name: payer.get(name, "") for name in ("company", "inn", "kpp", "address")}
    billing = order.billing_contact or contact
    return {**known, "billing_email": billing.get("email", "")}
