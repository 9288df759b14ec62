"""Times in words: what their buttons show and say, in the reader's clock and the vendor's.

Made at once for a whole page, because a template that words each time anew takes as long as all
the rest of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from services.core import wording
from webapp.i18n import gettext as _
from webapp.prices.explain import multiplier

if TYPE_CHECKING:
    from datetime import date

    from billing.prices import StartPrice
    from services.core.texts import Locale
    from services.core.wording.dates import DayStyle
    from webapp.booking.times import Group, Time


@dataclass(frozen=True, slots=True)
class Face:
    """One time as it is shown; texts that don't apply are empty."""

    value: str
    """The start in UTC, as the form sends it."""
    clock: str
    offset: str
    """The zone's distance, where this clock time comes twice that day."""
    theirs: str
    """The vendor's clock, where it differs."""
    spoken: str
    when: str
    more: str
    """What the bar adds to `when`: whose clock that is, the vendor's, a price that is not the usual one."""
    day: str
    """The day, seen from today."""
    note: str
    price: str
    own: bool
    near: bool
    taken: bool


class Clocks:
    """The two clocks of a page: `zone` is the reader's, `home` the vendor's (IANA)."""

    def __init__(self, zone: str, home: str, *, locale: Locale, now: datetime) -> None:
        """Word times as seen at `now`."""
        self._zone, self._home, self._locale = ZoneInfo(zone), ZoneInfo(home), locale
        self._today = now.astimezone(self._zone).date()
        self._here = wording.city_in(home, locale)

    def face(self, time: Time) -> Face:
        """Word one time."""
        start, end = time.start.astimezone(self._zone), time.end.astimezone(self._zone)
        home, home_end = time.start.astimezone(self._home), time.end.astimezone(self._home)
        label = _label(start, self._locale)
        clock, note = _clock(start), price_note(time.price, self._locale)
        differ = start.utcoffset() != home.utcoffset()
        theirs = f"{_clock(home)} {_label(home, self._locale)}" if differ else ""
        both = f"{self._here} {self._home_day(start, home)}" if differ else ""
        spoken = [f"{self.day(start.date())}, {clock}, {label}"]
        if time.taken:
            spoken = [f"{self.day(start.date())}, {clock}: {_('just taken')}"]
            both = note = ""
        more = [_("your time, %(label)s", label=label) if differ else label]
        return Face(
            value=time.start.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            clock=clock,
            offset=label if _comes_twice(start) else "",
            theirs=theirs,
            spoken="; ".join(
                [*spoken, *filter(None, [both and f"{both}{_clock(home)}", _marks(time), note])]
            ),
            when=self._when(start, end),
            more="; ".join(
                [*more, *filter(None, [both and f"{both}{_clock(home)}–{_clock(home_end)}", note])]
            ),
            day=self._from_today(start.date()),
            note=note,
            price="" if time.price.is_ordinary else wording.format_money(time.price.gross, self._locale),
            own=time.own,
            near=time.near,
            taken=time.taken,
        )

    def why_none(self, day: date, groups: tuple[Group, ...]) -> str:
        """Say why a whole part of the reader's day has no time: it is night at the vendor's."""
        parts = {group.part for group in groups}
        if "morning" not in parts and self._home_hour(day, 10) < 8:
            return _("There is no free time in the morning: it is still night %(place)s.", place=self._here)
        if "evening" not in parts and not 6 <= self._home_hour(day, 19) < 22:
            return _("There is no free time in the evening: it is night %(place)s by then.", place=self._here)
        return ""

    def _home_hour(self, day: date, hour: int) -> int:
        moment = datetime(day.year, day.month, day.day, hour, tzinfo=self._zone)
        return moment.astimezone(self._home).hour

    def _home_day(self, start: datetime, home: datetime) -> str:
        """The vendor's date, where it is another one than the reader's."""
        return "" if home.date() == start.date() else f"{_day(home.date(), self._locale, 'short')}, "

    def day(self, day: date) -> str:
        """Name a day within a sentence: «четверг, 26 ноября»."""
        words = _day(day, self._locale, "long")
        return words[:1].lower() + words[1:] if self._locale == "ru" else words

    def _when(self, start: datetime, end: datetime) -> str:
        day = _day(start.date(), self._locale, "short")
        if end.date() == start.date() or _clock(end) == "00:00":
            return f"{day}, {_clock(start)}–{_clock(end)}"
        return f"{day}, {_clock(start)} – {_day(end.date(), self._locale, 'short')}, {_clock(end)}"

    def _from_today(self, day: date) -> str:
        words = _day(day, self._locale, "short")
        if day == self._today:
            return _("today, %(day)s", day=words)
        return _("tomorrow, %(day)s", day=words) if day == self._today + timedelta(days=1) else words


def price_note(price: StartPrice, locale: Locale) -> str:
    """Say what a time costs: nothing when it is the ordinary price."""
    if price.is_ordinary:
        return ""
    factor = multiplier(price.factor.hundredths)
    words = {"factor": factor, "price": wording.format_money(price.gross, locale)}
    if price.factor.kind == "urgent":
        return _("urgent, %(factor)s — %(price)s", **words)
    return _("%(factor)s — %(price)s", **words)


def _marks(time: Time) -> str:
    if time.own:
        return _("your time")
    return _("one of the nearest") if time.near else ""


def _clock(there: datetime) -> str:
    return f"{there.hour:02}:{there.minute:02}"


def _comes_twice(there: datetime) -> bool:
    return there.replace(fold=0).utcoffset() != there.replace(fold=1).utcoffset()


def _label(there: datetime, locale: Locale) -> str:
    return _label_of(str(there.tzinfo), there.utcoffset(), there, locale)


_labels: dict[tuple[str, timedelta | None, Locale], str] = {}


def _label_of(zone: str, offset: timedelta | None, at: datetime, locale: Locale) -> str:
    """The label of a zone at one distance from UTC, which is all that it depends on."""
    known = _labels.get((zone, offset, locale))
    if known is None:
        known = _labels[zone, offset, locale] = wording.zone_label(zone, at, locale)
    return known


@lru_cache(maxsize=2048)
def _day(day: date, locale: Locale, style: DayStyle) -> str:
    return wording.format_day(day, locale, style=style)
