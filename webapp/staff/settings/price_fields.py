"""Fields of a price list: factors, spans of a day, the cancellation ladder, minutes."""

from __future__ import annotations

import re

from wtforms import StringField

from billing.prices.ladder import Policy, PolicyError, Rung
from webapp.i18n import current_locale
from webapp.i18n import gettext as _
from webapp.staff.forms import LINE, WholeField, strip
from webapp.staff.hours.windows import read_windows, write_windows

_FACTOR = re.compile(r"(\d{1,2})(?:[.,](\d{1,2}))?")
_RUNG = re.compile(r"(\d{1,4})\s+(\d{1,3})(\s+first)?")


class FactorField(StringField):
    """A factor like 1,5; empty is none."""

    hundredths: int | None = None

    def process_data(self, value: int | None) -> None:
        """Show a stored factor."""
        self.hundredths = value
        typed = "" if value is None else f"{value / 100:g}"
        self.data = typed.replace(".", ",") if current_locale() == "ru" else typed

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        self.data = (strip(valuelist[0]) if valuelist else "") or ""
        found = _FACTOR.fullmatch(self.data)
        self.hundredths = int(found[1]) * 100 + int(((found[2] or "") + "00")[:2]) if found else None
        if self.data and (self.hundredths is None or not 100 <= self.hundredths <= 1000):
            raise ValueError(_("Enter a factor from 1 to 10, like 1,5."))


class SpanField(StringField):
    """One span of a day, like 18:00–22:00; empty is none."""

    span: tuple[int, int] | None = None

    def process_data(self, value: tuple[int, int] | None) -> None:
        """Show a stored span."""
        self.span = value
        self.data = write_windows([value]) if value else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        self.data = (strip(valuelist[0]) if valuelist else "") or ""
        spans = read_windows(self.data[:LINE])
        if len(spans) > 1:
            raise ValueError(_("Give one span of time."))
        self.span = spans[0] if spans else None


class LadderField(StringField):
    """Rungs of the ladder, `hours percent`, separated by semicolons.

    The word `first` after a percent counts it of the first period.
    """

    policy: Policy | None = None

    def process_data(self, value: Policy | None) -> None:
        """Show a stored ladder."""
        self.policy = value
        self.data = "; ".join(_write_rung(rung) for rung in value.rungs) if value else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        self.data = (strip(valuelist[0]) if valuelist else "") or ""
        found = [_RUNG.fullmatch(part.strip()) for part in self.data.split(";") if part.strip()]
        if not found or None in found:
            raise ValueError(_("Write steps like 24 0; 4 50; 0 100 first."))
        rungs = tuple(
            Rung(int(one[1]), int(one[2]), "first_period" if one[3] else "total") for one in found if one
        )
        try:
            self.policy = Policy(rungs)
        except PolicyError as error:
            raise ValueError(_("The hours must fall and end with 0; percents go up to 100.")) from error


def _write_rung(rung: Rung) -> str:
    return f"{rung.hours} {rung.percent}{' first' if rung.of == 'first_period' else ''}"


class MinutesField(WholeField):
    """Minutes that may be missing."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the digits that were typed, if any."""
        if valuelist and valuelist[0].strip():
            super().process_formdata(valuelist)
        else:
            self.data = None
