"""Sums of money as people type them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from wtforms import StringField
from wtforms.validators import ValidationError

from services.core.money import Money, exponent
from webapp.i18n import gettext as _
from webapp.staff.forms import strip

_SUM = re.compile(r"[0-9]{1,11}(\.[0-9]{1,3})?")


class SumField(StringField):
    """A sum in the currency of the form (`form.currency`), typed with a point or a comma."""

    money: Money | None = None

    def __init__(self, label: Any, **options: Any) -> None:
        """Ask phones for their keyboard of figures."""
        super().__init__(label, render_kw={"inputmode": "decimal"}, **options)

    def process_data(self, value: Money | None) -> None:
        """Show a stored sum."""
        self.money = value
        self.data = "" if value is None else write_sum(value)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Keep what was typed as it was."""
        self.data = (strip(valuelist[0]) if valuelist else "") or ""

    def pre_validate(self, form: Any) -> None:
        """Read the sum."""
        self.money = read_sum(self.data or "", form.currency)
        if self.money is None and self.data:
            raise ValidationError(_("Enter a sum like 4500 or 4500,50."))


def read_sum(typed: str, currency: str) -> Money | None:
    """The sum in `typed`, if it is plain figures with no more decimals than the currency has."""
    plain = typed.replace("\u00a0", "").replace(" ", "").replace(",", ".")
    if not _SUM.fullmatch(plain):
        return None
    minor = Decimal(plain).scaleb(exponent(currency))
    return Money(int(minor), currency) if minor == minor.to_integral_value() else None


def write_sum(amount: Money) -> str:
    """A sum as it is typed: plain figures, a point before the cents if there are any."""
    value = Decimal(amount.minor).scaleb(-exponent(amount.currency))
    whole = value.to_integral_value()
    return f"{whole:f}" if value == whole else f"{value:f}"
