"""The forms of the production calendar and of holiday sets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from wtforms.validators import ValidationError

from services.core.production_years import find_year
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.request import db, vendor_date
from webapp.staff.boxes import radios
from webapp.staff.forms import StaffForm, both, day, line, number

if TYPE_CHECKING:
    from collections.abc import Mapping

KIND_NAMES: Mapping[str, Any] = {
    "working": _l("Working day"),
    "short": _l("Short day, an hour less"),
    "weekend": _l("Day off"),
    "holiday": _l("Public holiday or moved day off"),
}
FIRST_YEAR, LAST_YEAR = 2000, 2100
_CODE = re.compile(r"[a-z][a-z0-9-]*")


class DayForm(StaffForm):
    """What one date is, whatever was proposed."""

    groups = ((_l("One date"), ("on", "kind")),)

    on = day(_l("Date"))
    kind = radios(_l("What it is"), KIND_NAMES)

    def __init__(self, *args: Any, country: str, **kwargs: Any) -> None:
        """Keep whose calendar it is."""
        self.country = country
        super().__init__(*args, **kwargs)

    def validate_on(self, field: Any) -> None:
        """Single dates are set in a year that is there, from tomorrow on."""
        if field.data is not None and field.data <= vendor_date():
            said = _("What was counted of today stays counted. Choose tomorrow or a later day.")
            raise ValidationError(said)
        if field.data is None or find_year(db(), country=self.country, year=field.data.year):
            return
        raise ValidationError(
            _("Nothing is stored for %(year)s yet: take its proposal over first.", year=field.data.year)
        )


class DecreeForm(StaffForm):
    """The decree that a year was compared with."""

    groups = ((_l("Decree"), ("decree",)),)

    decree = line(
        _l("Name of the decree"),
        hint=_l("With its date and number, like “Decree of the Government of 24.09.2025 No. 1466”"),
    )


class SetForm(StaffForm):
    """A holiday set's name."""

    groups = ((_l("Holiday set"), ("name",)),)

    name_ru, name_en = both(line, _l("Name"))


class NewSetForm(StaffForm):
    """A new set: its code and its name."""

    groups = ((_l("Holiday set"), ("code", "name")),)

    code = line(_l("Code"), hint=_l("Lower-case Latin letters, digits and hyphens"), longest=40)
    name_ru, name_en = both(line, _l("Name"))

    def validate_code(self, field: Any) -> None:
        """A code that can stand in an address."""
        if field.data and not _CODE.fullmatch(field.data):
            raise ValidationError(_("Begin with a Latin letter, then letters, digits and hyphens."))


class HolidayForm(StaffForm):
    """A day off of a set's own."""

    groups = ((_l("Day off"), ("on", "name")),)

    on = day(_l("Date"))
    name_ru, name_en = both(line, _l("What is celebrated"))


class YearForm(StaffForm):
    """Which year's days off to take over."""

    groups = ((_l("Year"), ("year",)),)

    year = number(_l("Year"), least=FIRST_YEAR, most=LAST_YEAR)
