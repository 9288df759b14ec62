"""Dates as people type them, for every form that asks for one."""

from __future__ import annotations

from datetime import date, datetime

from wtforms import DateField

from webapp.i18n import gettext as _

# Beyond, the arithmetic of dates and zones overflows.
_FIRST_YEAR, _LAST_YEAR = 1900, 2200


class DayField(DateField):
    """A date."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the ISO date that a date input sends, or one typed as 26.11.2026."""
        typed = valuelist[0].strip() if valuelist else ""
        self.data = read_day(typed)
        if self.data is None and typed:
            raise ValueError(_("Enter a date like 26.11.2026."))


def read_day(typed: str) -> date | None:
    """The date in `2026-11-26` or `26.11.2026`, if it is one that a calendar of ours can hold."""
    for pattern in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            found = datetime.strptime(typed, pattern).date()  # noqa: DTZ007, a bare date
        except ValueError:
            continue
        return found if _FIRST_YEAR <= found.year <= _LAST_YEAR else None
    return None
