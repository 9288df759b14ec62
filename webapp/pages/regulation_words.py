"""What a regulation's page says in words: who falls into which class, when we work."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, datetime, time, timedelta
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from babel.dates import get_day_names

from services.support.terms import bands
from webapp.i18n import current_locale, ngettext
from webapp.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from services.core.business_time import BusinessCalendar, Window
    from services.core.texts import Texts
    from services.support.terms import Band, SupportClass, Terms

_LOOKING_AHEAD = timedelta(days=60)
_MOST_UNUSUAL = 12


class ClassRow(NamedTuple):
    """One answer to «what does it keep you from?», for so many employees, and the class it makes."""

    impact: Texts
    employees: str
    made: SupportClass


class WeekRow(NamedTuple):
    """Weekdays that follow each other and have the same hours; no hours: closed."""

    days: str
    hours: str


class UnusualDay(NamedTuple):
    """A date that is not what its weekday says."""

    on: date
    hours: str


def class_rows(terms: Terms) -> list[ClassRow]:
    """Who falls into which class: every impact with the numbers of employees that matter."""
    return [
        ClassRow(impact.name, employees_in_words(band), terms.classes.named(band.class_code))
        for impact in terms.impacts
        for band in bands(terms.classes, impact=impact.code)
        if band.below is None or band.below > 1
    ]


def employees_in_words(band: Band) -> str:
    """«1 сотрудник», «от 2 до 9 сотрудников», «10 сотрудников и больше», «сколько угодно»."""
    first, last = max(1, band.at_least), None if band.below is None else band.below - 1
    if last is None:
        if first == 1:
            return _("however many employees")
        return ngettext("%(num)d employee or more", "%(num)d employees or more", first)
    if first == last:
        return ngettext("%(num)d employee", "%(num)d employees", first)
    return ngettext("%(first)d to %(num)d employee", "%(first)d to %(num)d employees", last, first=first)


def week_rows(calendar: BusinessCalendar, *, on: date) -> list[WeekRow]:
    """The weekly hours in force on a date, on the wall clock of the calendar's zone."""
    windows = _version(calendar, on).windows
    by_day = [tuple((start, end) for day, start, end in windows if day == n) for n in range(7)]
    names = get_day_names("abbreviated", "stand-alone", locale=current_locale())
    rows = []
    for hours, days in groupby(enumerate(by_day), key=itemgetter(1)):
        numbers = [n for n, _hours in days]
        first, last = names[numbers[0]], names[numbers[-1]]
        rows.append(WeekRow(first if len(numbers) == 1 else f"{first}–{last}", hours_in_words(hours)))
    return rows


def unusual_days(calendar: BusinessCalendar, *, on: date) -> list[UnusualDay]:
    """The dates of the coming two months that are not what their weekdays say, a dozen at most."""
    days = [on + timedelta(days=n) for n in range(_LOOKING_AHEAD.days)]
    found = [
        UnusualDay(day, hours_in_words(calendar.windows_on(day)))
        for day in days
        if calendar.windows_on(day) != _plainly(calendar, day)
    ]
    return found[:_MOST_UNUSUAL]


def business_day(calendar: BusinessCalendar, *, on: date) -> tuple[datetime, datetime]:
    """When the first business day from a date on opens and closes (UTC)."""
    day = calendar.add_business_days(on, 0)
    windows = calendar.windows_on(day)
    zone = ZoneInfo(calendar.zone)
    midnight = datetime.combine(day, time.min, zone)
    opens, closes = (midnight + timedelta(minutes=minute) for minute in (windows[0][0], windows[-1][1]))
    return opens.astimezone(UTC), closes.astimezone(UTC)


def hours_in_words(windows: Iterable[Window]) -> str:
    """«9:00–13:00, 14:00–18:00», or that it is closed."""
    return ", ".join(f"{_clock(start)}–{_clock(end)}" for start, end in windows) or _("day off")


def _plainly(calendar: BusinessCalendar, day: date) -> tuple[Window, ...]:
    windows = _version(calendar, day).windows
    return tuple(sorted((start, end) for weekday, start, end in windows if weekday == day.weekday()))


def _version(calendar: BusinessCalendar, on: date) -> BusinessCalendar:
    place = bisect_right(calendar.successors, on, key=itemgetter(0))
    return calendar.successors[place - 1][1] if place else calendar


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"
