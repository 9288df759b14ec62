"""Days, clock times and distances in time. Every clock is one of 24 hours."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_timedelta

from services.core.wording.language import DASH, N_, NBSP, babel_locale, catalogue, nb, upfirst

if TYPE_CHECKING:
    from services.core.texts import Locale

DayStyle = Literal["short", "long", "plain"]

ON_WEEKDAY = (
    N_("on Monday"),
    N_("on Tuesday"),
    N_("on Wednesday"),
    N_("on Thursday"),
    N_("on Friday"),
    N_("on Saturday"),
    N_("on Sunday"),
)


def format_day(day: date, locale: Locale, year: bool = False, style: DayStyle = "short") -> str:  # noqa: FBT001, FBT002 - a filter's argument
    """Write a date: short «чт, 26 ноября», long «Четверг, 26 ноября», plain «26 ноября».

    `year` adds the year: «чт, 26 ноября 2026». `day` must be a date, or a moment that already
    is in the zone meant.
    """
    where = babel_locale(locale)
    plain = nb(format_date(day, "d MMMM y" if year else "d MMMM", locale=where))
    if style == "plain":
        return plain
    if style == "long":
        return f"{upfirst(format_date(day, 'EEEE', locale=where))}, {plain}"
    return f"{format_date(day, 'EEE', locale=where)}, {plain}"


def format_dates(first: date, last: date, locale: Locale) -> str:
    """Write dates from one to another, both included: «чт, 26 ноября – пн, 30 ноября», or the one."""
    if first == last:
        return format_day(first, locale)
    return f"{format_day(first, locale)}{NBSP}{DASH} {format_day(last, locale)}"


def on_weekday(day: date, locale: Locale) -> str:
    """Say on which day of the week: «в четверг», “on Thursday”."""
    return catalogue(locale).gettext(ON_WEEKDAY[day.weekday()])


def format_time(moment: datetime, zone: str) -> str:
    """Write the clock time of an aware moment in an IANA zone: 14:00."""
    return f"{moment.astimezone(ZoneInfo(zone)):%H:%M}"


def format_range(start: datetime, end: datetime, zone: str) -> str:
    """Write two clock times of one zone: 14:00–15:00."""
    return f"{format_time(start, zone)}{DASH}{format_time(end, zone)}"


def format_when(
    start: datetime,
    end: datetime | None,
    zone: str,
    locale: Locale,
    year: bool = False,  # noqa: FBT001, FBT002 - a filter's argument
) -> str:
    """Write when something is, in an IANA zone: «чт, 26 ноября, 14:00–15:00».

    Without `end` only the start is given. An end on another day has its own date.
    """
    first = start.astimezone(ZoneInfo(zone))
    day = format_day(first.date(), locale, year)
    if end is None:
        return f"{day}, {format_time(start, zone)}"
    last = end.astimezone(ZoneInfo(zone))
    midnight = last.time() == last.time().min and last.date() - first.date() == timedelta(days=1)
    if last.date() == first.date() or midnight:
        return f"{day}, {format_range(start, end, zone)}"
    other = format_day(last.date(), locale, year)
    return f"{day}, {format_time(start, zone)}{NBSP}{DASH} {other}, {format_time(end, zone)}"


def format_relative(moment: datetime, now: datetime, zone: str, locale: Locale) -> str:
    """Say how far off a moment is: «через 40 минут», «через 3 часа», «завтра», «2 дня назад».

    Within a day hours count, beyond it the days of the calendar in the IANA zone given.
    """
    gettext = catalogue(locale).gettext
    seconds = (moment - now).total_seconds()
    if abs(seconds) < 60:
        return gettext("now")
    there, here = ZoneInfo(zone), babel_locale(locale)
    days = (moment.astimezone(there).date() - now.astimezone(there).date()).days
    hours = round(seconds / 3600)
    if days == 0 or abs(hours) <= 6:  # hours, also over midnight
        minutes = timedelta(minutes=round(seconds / 60))
        near = abs(seconds) < 90 * 60
        if near:
            return _far(minutes, "minute", here)
        return _far(timedelta(hours=hours), "hour", here)
    if abs(days) == 1:
        return gettext("tomorrow") if days > 0 else gettext("yesterday")
    return _far(timedelta(days=days), "day", here)


def _far(delta: timedelta, unit: Literal["minute", "hour", "day"], here: object) -> str:
    # The threshold keeps babel from rounding to a coarser unit than the one chosen.
    text = format_timedelta(
        delta,
        granularity=unit,
        threshold=10_000,
        add_direction=True,
        locale=here,  # type: ignore[arg-type]
    )
    return nb(str(text))
