"""The form of a wish: which dates and which part of the day would suit, and whom to write to."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, InputRequired, Length

from services.sessions import PARTS, Waiting, Window
from webapp.days import DayField
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.inputs import read_email, tidy, tidy_line

if TYPE_CHECKING:
    from services.core.texts import Locale

USUAL = timedelta(days=7)


class WishForm(FlaskForm):
    """What would suit, and whom to tell. Shapes only: dates are judged by services."""

    form_key = HiddenField(validators=[Length(min=16, max=64)], filters=[tidy])
    from_on = DayField(_l("From"), [InputRequired(_l("Choose the first date that suits you"))])
    until_on = DayField(_l("Until, that date included"), [InputRequired(_l("Choose the last date"))])
    part = RadioField(
        _l("Part of the day"),
        choices=[SelectChoice(code, _l(name)) for code, name in PARTS.items()],
        default="any",
        validators=[InputRequired(_l("Choose a part of the day, or any time"))],
    )
    name = StringField(
        _l("First and last name"),
        [
            DataRequired(_l("Write how to address you")),
            Length(max=200, message=_l("At most 200 characters")),
        ],
        filters=[tidy_line],
    )
    email = StringField(
        _l("E-mail"),
        [DataRequired(_l("Write the address that the free time is offered to"))],
        filters=[tidy_line],
    )

    def validate_email(self, field: StringField) -> None:
        """The shape of an address; whether letters arrive only a letter can tell."""
        known = read_email(field.data)
        if known is None:
            raise ValidationError(_("Check the address: it looks like name@company.example"))
        field.data = known

    def window(self, zone: str) -> Window:
        """What was asked for, on the clock of `zone`; only of a form that has validated."""
        first, last = self.from_on.data, self.until_on.data
        if first is None or last is None:
            raise ValueError("a form that has not validated says nothing")
        return Window(first, last, str(self.part.data), zone)

    def who(self, *, country: str, locale: Locale) -> Waiting:
        """Whom to tell."""
        return Waiting(self.name.data or "", self.email.data or "", country, locale)
