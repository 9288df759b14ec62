"""Fields of a regulation's form: a target in working hours, a number that may be missing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from wtforms import IntegerField, StringField

from webapp.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable

_HOURS = re.compile(r"(\d{1,4})(?::([0-5]\d))?")
_HOUR, _MOST = 60, 60 * 2000


class TargetField(StringField):
    """Working hours, typed like 4 or 0:30; `minutes` is None while nothing is there."""

    minutes: int | None = None

    def process_data(self, value: int | None) -> None:
        """Show stored minutes."""
        self.minutes = value
        self.data = "" if value is None else write_target(value)

    def process_formdata(self, valuelist: Iterable[Any]) -> None:
        """Read what was typed, keeping it as it was."""
        self.data = str(next(iter(valuelist), "")).strip()
        self.minutes = None
        if not self.data:
            return
        found = _HOURS.fullmatch(self.data)
        minutes = int(found[1]) * _HOUR + int(found[2] or 0) if found else 0
        if not 0 < minutes <= _MOST:
            raise ValueError(_("Enter working hours like 4 or 0:30."))
        self.minutes = minutes


class CountField(IntegerField):
    """A number of employees that may be missing."""

    def process_formdata(self, valuelist: Iterable[Any]) -> None:
        """Read the digits that were typed, if any."""
        typed = str(next(iter(valuelist), "")).strip()
        self.data = None
        if typed:
            if not typed.isdecimal() or not 1 < int(typed[:9]) <= 1_000_000:
                raise ValueError(_("Enter a whole number from 2 on, or nothing."))
            self.data = int(typed[:9])


def write_target(minutes: int) -> str:
    """Minutes as working hours are typed: «4», «0:30»."""
    hours, rest = divmod(minutes, _HOUR)
    return f"{hours}:{rest:02}" if rest else str(hours)
