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
        self._now, self._today = now, now.astimezone(self._zone).date()
        self._here = wording.city_in(home, locale)
        self._notes: dict[StartPrice, tuple[str, str]] = {}

    def face(self, time: Time) -> Face:
        """Word one time."""
        start, home = time.start.astimezone(self._zone), time.start.astimezone(self._home)
        label, (note, price) = _label(start, self._locale), self._note(time.price)
        differ = start.utcoffset() != home.utcoffset()
        return Face(
            value=time.start.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            clock=_clock(start),
            offset=label if _comes_twice(start) else "",
            theirs=f"{_clock(home)} {_label(home, self._locale)}" if differ else "",
            spoken=self._spoken(time, start, home if differ else None),
            when=self._when(start, time.end.astimezone(self._zone)),
            more=self._more(time, start, home if differ else None),
            day=self._from_today(start.date()),
            note=note,
            price=price,
            own=time.own,
            near=time.near,
            taken=time.taken,
        )

    def _spoken(self, time: Time, start: datetime, home: datetime | None) -> str:
        """The button in full: «четверг, 26 ноября, 14:00, МСК+4; в Москве 10:00; ×1,5 — 8 235 ₽»."""
        when = f"{self.day(start.date())}, {_clock(start)}"
        if time.taken:
            return ": ".join((when, _("just taken")))
        theirs = f"{self._where(start, home)}{_clock(home)}" if home else ""
        mark = _("your time") if time.own else _("one of the nearest") if time.near else ""
        said = (f"{when}, {_label(start, self._locale)}", theirs, mark, self._note(time.price)[0])
        return "; ".join(filter(None, said))

    def _more(self, time: Time, start: datetime, home: datetime | None) -> str:
        label, note = _label(start, self._locale), self._note(time.price)[0]
        if home is None:
            return "; ".join(filter(None, (label, note)))
        until = _clock(time.end.astimezone(self._home))
        theirs = f"{self._where(start, home)}{_clock(home)}–{until}"
        return "; ".join(filter(None, (_("your time, %(label)s", label=label), theirs, note)))

    def _where(self, start: datetime, home: datetime) -> str:
        """The vendor's place, and his date where it is another one than the reader's."""
        date = "" if home.date() == start.date() else f"{_day(home.date(), self._locale, 'short')}, "
        return f"{self._here} {date}"

    def why_none(self, day: date, groups: tuple[Group, ...]) -> str:
        """Say why a whole part of a day to come has no time: it is night at the vendor's."""
        parts = {group.part for group in groups}
        morning, evening = self._at_home(day, 10), self._at_home(day, 19)
        if "morning" not in parts and morning > self._now and morning.hour < 8:
            return _("There is no free time in the morning: it is still night %(place)s.", place=self._here)
        if "evening" not in parts and evening > self._now and not 6 <= evening.hour < 22:
            return _("There is no free time in the evening: it is night %(place)s by then.", place=self._here)
        return ""

    def _note(self, price: StartPrice) -> tuple[str, str]:
        """What a time's button says of its price, at length and shortly; nothing of the ordinary one."""
        if price.is_ordinary:
            return "", ""
        if price not in self._notes:
            said = wording.format_money(price.gross, self._locale)
            words = {"factor": multiplier(price.factor.hundredths), "price": said}
            urgent = price.factor.kind == "urgent"
            note = (
                _("urgent, %(factor)s — %(price)s", **words)
                if urgent
                else _("%(factor)s — %(price)s", **words)
            )
            self._notes[price] = (note, said)
        return self._notes[price]

    def _at_home(self, day: date, hour: int) -> datetime:
        moment = datetime(day.year, day.month, day.day, hour, tzinfo=self._zone)
        return moment.astimezone(self._home)

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
