"""The forms of the desk's reserve and of closing starts by hand."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from wtforms import StringField

from services.scheduling.desk.commands import LONGEST_REASON, MOST_PERCENT
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.staff.forms import Needed, StaffForm, day, line, number, strip

if TYPE_CHECKING:
    from collections.abc import Mapping

_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})")
_DAY = 1440


class ClockField(StringField):
    """A time of the day like 14:00, up to 24:00; `minute` counts from midnight."""

    minute: int | None = None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed, keeping it as it was."""
        self.data = (strip(valuelist[0]) if valuelist else "") or ""
        found = _CLOCK.fullmatch(self.data)
        minute = int(found[1]) * 60 + int(found[2]) if found and int(found[2]) < 60 else _DAY + 1
        if minute > _DAY:
            raise ValueError(_("Enter a time like 14:00."))
        self.minute = minute


def clock(label: Any) -> ClockField:
    """A time of the day."""
    return ClockField(label, validators=[Needed()])


class ReserveForm(StaffForm):
    """How much of the desk's working time paid sessions leave free, from when on."""

    groups = ((_l("From a date on"), ("effective_from", "percent")),)

    effective_from = day(_l("In force from"))
    percent = number(
        _l("Percent kept free"),
        least=0,
        most=MOST_PERCENT,
        hint=_l("Of the working time of those who serve the desk; 0 keeps nothing back"),
    )


class ClosingForm(StaffForm):
    """From when until when no paid session may start with those who serve the desk, and why."""

    groups = (
        (_l("Closed from"), ("starts_on", "starts_at")),
        (_l("Closed until"), ("until_on", "until_at")),
        (_l("For colleagues"), ("reason",)),
    )

    starts_on = day(_l("First day"))
    starts_at = clock(_l("From what time"))
    until_on = day(_l("Last day"))
    until_at = clock(_l("Until what time"))
    reason = line(_l("Reason"), hint=_l("Customers don’t see it"), longest=LONGEST_REASON)

    def span(self, zone: str) -> tuple[datetime, datetime]:
        """Both ends as instants (UTC), typed on the clock of an IANA zone."""
        return self._instant("starts", zone), self._instant("until", zone)

    def _instant(self, end: str, zone: str) -> datetime:
        wall = datetime.combine(self.day(f"{end}_on"), time(), ZoneInfo(zone))
        typed: Any = self[f"{end}_at"]
        return (wall + timedelta(minutes=typed.minute)).astimezone(UTC)


def shown_closing(now: datetime, zone: str) -> Mapping[str, date | str]:
    """What the form begins with: the rest of the hour that follows, on the clock of a zone."""
    there = now.astimezone(ZoneInfo(zone)).replace(minute=0) + timedelta(hours=1)
    later = there + timedelta(hours=1)
    return {
        "starts_on": there.date(),
        "starts_at": f"{there:%H:%M}",
        "until_on": later.date(),
        "until_at": f"{later:%H:%M}",
    }
