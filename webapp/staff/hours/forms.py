"""The forms of working time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wtforms import StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import ValidationError

from webapp.i18n import current_locale
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.staff.boxes import radios
from webapp.staff.forms import LINE, StaffForm, day, line, strip, tick
from webapp.staff.hours.windows import Window, overlaps_next_day, read_windows, write_windows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from services.scheduling.models import HolidaySet, HoursVersion

WEEKDAYS = (
    _l("Monday"),
    _l("Tuesday"),
    _l("Wednesday"),
    _l("Thursday"),
    _l("Friday"),
    _l("Saturday"),
    _l("Sunday"),
)


NO_SET = "-"
"""Chosen in place of a holiday set's code, which begins with a letter."""


class WindowsField(StringField):
    """Windows of one date, typed as one line; empty is a day off."""

    windows: list[Window]

    def process_data(self, value: Any) -> None:
        """Show windows that are stored."""
        self.windows = [tuple(window) for window in value or []]
        self.data = write_windows(self.windows)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed, keeping it as it was."""
        self.data = (strip(valuelist[0]) if valuelist else "") or ""
        self.windows = []
        if len(self.data) > LINE:
            raise ValueError(_("Shorten this to %(longest)s characters.", longest=LINE))
        self.windows = read_windows(self.data)


class DatedForm(StaffForm):
    """A form with dates that must not lie before today, by the specialist's clock."""

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        """Keep the day that is today."""
        self.today = today
        super().__init__(*args, **kwargs)

    def not_over(self, field: Any) -> None:
        """Refuse a date that is over."""
        if field.data is not None and field.data < self.today:
            raise ValidationError(_("This day is over. Choose today or a later one."))


class WeekFields(StaffForm):
    """Weekly hours from a date on: a specialist's, or a calendar's."""

    effective_from = day(_l("In force from"))
    day_0 = WindowsField(WEEKDAYS[0])
    day_1 = WindowsField(WEEKDAYS[1])
    day_2 = WindowsField(WEEKDAYS[2])
    day_3 = WindowsField(WEEKDAYS[3])
    day_4 = WindowsField(WEEKDAYS[4])
    day_5 = WindowsField(WEEKDAYS[5])
    day_6 = WindowsField(WEEKDAYS[6])

    @property
    def days(self) -> list[WindowsField]:
        """The fields of the weekdays, Monday is the first."""
        fields: list[Any] = [self[f"day_{n}"] for n in range(7)]
        return fields


class WeekForm(WeekFields, DatedForm):
    """Weekly hours of a specialist."""

    validate_effective_from = DatedForm.not_over

    @property
    def week(self) -> dict[int, list[Window]]:
        """The windows by weekday, Monday is 0."""
        return {n: one.windows for n, one in enumerate(self.days)}

    def validate(self, extra_validators: Any = None) -> bool:
        """Judge each day alone, then neighbours that reach over midnight."""
        if not super().validate(extra_validators):
            return False
        clash = overlaps_next_day(self.week)
        if clash is None:
            return True
        first, second = clash
        self.days[second].errors = [
            _("The hours of %(day)s reach into this day.", day=str(WEEKDAYS[first]).lower())
        ]
        return False


def show_week(version: HoursVersion | None, *, today: date) -> dict[str, Any]:
    """Stored weekly hours as the form shows them, in force from today when they are changed."""
    shown: dict[str, Any] = {f"day_{n}": [] for n in range(7)}
    for weekday, start, end in version.windows if version else []:
        shown[f"day_{weekday}"].append((start, end))
    return {**shown, "effective_from": today}


class SpecialistForm(StaffForm):
    """What a specialist can do, and where his clock stands."""

    groups = (
        (_l("Sessions"), ("skills", "daily_limit", "desk")),
        (_l("Clock"), ("zone",)),
        (_l("Days off"), ("holidays",)),
    )

    skills = line(_l("Skills"), hint=_l("Codes, separated by commas"), required=False)
    daily_limit = line(_l("Most sessions a day"), hint=_l("Empty: as many as fit"), required=False, longest=3)
    desk = tick(_l("Serves the free desk as well"))
    zone = line(_l("Time zone"), hint=_l("Its IANA name, like Europe/Moscow"))
    holidays = radios(_l("Holiday set"), {})

    def offer(self, sets: Sequence[HolidaySet]) -> None:
        """Let one of these holiday sets be chosen, or none."""
        named = [(one.code, one.name.of(current_locale())) for one in sets]
        self.holidays.choices = [SelectChoice(code, name) for code, name in [(NO_SET, _("none")), *named]]

    def validate_daily_limit(self, field: Any) -> None:
        """A number above zero, if there is one."""
        if field.data and not (field.data.isdecimal() and int(field.data)):
            raise ValidationError(_("Enter a whole number above zero, or nothing."))

    def codes(self) -> list[str]:
        """The skills that were typed."""
        return [code.strip() for code in self.text("skills").split(",") if code.strip()]

    def limit(self) -> int | None:
        """The limit that was typed, if there is one."""
        return int(self.text("daily_limit")) if self.text("daily_limit") else None


class OwnDateForm(DatedForm):
    """Other hours on one date."""

    groups = ((_l("One date"), ("day_on", "windows")),)

    day_on = day(_l("Date"))
    windows = WindowsField(
        _l("Hours on that date"), description=_l("Like 9:00–13:00, 14:00–18:00; empty is a day off")
    )

    validate_day_on = DatedForm.not_over


class AbsenceForm(DatedForm):
    """Whole days away."""

    groups = ((_l("Days away"), ("first_on", "last_on")),)

    first_on = day(_l("First day away"))
    last_on = day(_l("Last day away"))

    validate_first_on = DatedForm.not_over

    def validate_last_on(self, field: Any) -> None:
        """The last day is not before the first, and no absence takes longer than a year."""
        first = self.first_on.data
        if field.data is None or first is None:
            return
        if field.data < first:
            raise ValidationError(_("The last day comes before the first."))
        if (field.data - first).days > 366:
            raise ValidationError(_("That is more than a year. Check the dates."))
