"""The forms of business calendars: weekly hours, and dates of their own a line each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from wtforms import TextAreaField
from wtforms.validators import ValidationError

from services.core.wording import format_day
from webapp.days import read_day
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.staff.forms import TEXT, StaffForm, both, line, strip
from webapp.staff.hours.forms import WeekFields
from webapp.staff.hours.windows import read_windows, write_windows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from services.core.business_time import WeekWindow, Window
    from services.core.texts import Locale

_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_COUNTRY = re.compile(r"[A-Z]{2}")


class DaysField(TextAreaField):
    """Dates with hours of their own, one a line: «31.12.2026 9:00–15:00»; no hours: closed."""

    days: Mapping[date, tuple[Window, ...]]

    def process_data(self, value: Any) -> None:
        """Show dates that are stored."""
        self.days = dict(value or {})
        shown = (f"{on:%d.%m.%Y} {write_windows(windows)}".strip() for on, windows in self.days.items())
        self.data = "\n".join(shown)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed, keeping it as it was."""
        self.data = (strip(valuelist[0]) if valuelist else "") or ""
        if len(self.data) > TEXT:
            raise ValueError(_("Shorten this to %(longest)s characters.", longest=TEXT))
        self.days = _read_days(self.data)


class NewCalendarForm(StaffForm):
    """What never changes of a calendar, and its name."""

    groups = ((_l("The calendar"), ("name", "code", "zone", "country")),)

    name_ru, name_en = both(line, _l("Name"))
    code = line(_l("Short name"), hint=_l("Small Latin letters, figures and hyphens"), longest=40)
    zone = line(_l("Time zone"), hint=_l("Its IANA name, like Europe/Moscow"))
    country = line(
        _l("Country whose public holidays count"),
        hint=_l("Two letters, like RU; empty: none"),
        required=False,
        longest=2,
    )

    def validate_code(self, field: Any) -> None:
        """The shape that the database demands as well."""
        if field.data and not _CODE.fullmatch(field.data):
            raise ValidationError(_("Use small Latin letters, figures and hyphens, like remote-hour."))

    def validate_country(self, field: Any) -> None:
        """The shape of ISO 3166."""
        if field.data and not _COUNTRY.fullmatch(field.data):
            raise ValidationError(_("Enter two capital letters, like RU."))


class HoursForm(WeekFields):
    """Weekly hours and dates of their own, from a date on."""

    overrides = DaysField(_l("Dates with hours of their own"))

    @property
    def week(self) -> list[WeekWindow]:
        """The windows with their weekdays, Monday is 0."""
        return [(n, start, end) for n, one in enumerate(self.days) for start, end in one.windows]

    def validate(self, extra_validators: Any = None) -> bool:
        """Hours of a calendar end on the day on which they begin."""
        judged = super().validate(extra_validators)
        for field in self.days:
            if not field.errors and any(end <= start for start, end in field.windows):
                field.errors = [_over_midnight()]
                judged = False
        return judged

    def refuse(self, error: Any) -> None:
        """What is wrong with the week as a whole stands beside its first day."""
        if error.field == "weekly":
            error.field = "day_0"
        super().refuse(error)


def write_days(days: Mapping[date, tuple[Window, ...]], locale: Locale) -> str:
    """Dates of their own on one line, for a list."""
    closed = _("closed all day")
    shown = (
        f"{format_day(on, locale, year=True)}: {write_windows(windows) or closed}"
        for on, windows in days.items()
    )
    return "; ".join(shown)


def _read_days(text: str) -> dict[date, tuple[Window, ...]]:
    days: dict[date, tuple[Window, ...]] = {}
    for typed in filter(None, (one.strip() for one in text.splitlines())):
        first, _blank, hours = typed.partition(" ")
        on = read_day(first.rstrip(":"))
        if on is None:
            raise ValueError(_("“%(text)s” begins with no date like 31.12.2026.", text=typed))
        if on in days:
            raise ValueError(_("%(text)s stands there twice.", text=first))
        windows = tuple(read_windows(hours))
        if any(end <= start for start, end in windows):
            raise ValueError(_over_midnight())
        days[on] = windows
    return days


def _over_midnight() -> str:
    return _("Hours end on the day on which they begin: write 22:00–24:00 and 0:00–6:00 on the next.")
