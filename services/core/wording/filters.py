"""The wording as Jinja filters; each takes the locale from the template's context.

A macro imported without its caller's context sees only globals: an application that uses these
filters in such macros puts `locale` among the globals of its environment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, cast
from zoneinfo import ZoneInfo

from jinja2 import pass_context
from jinja2.exceptions import UndefinedError
from jinja2.runtime import Context, Undefined

from services.core.wording import dates, durations, figures, zones
from services.core.wording.language import join_words, nb, upfirst

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime
    from decimal import Decimal

    from services.core.money import Money
    from services.core.texts import Locale, Texts

P = ParamSpec("P")


def _locale(context: Context) -> Locale:
    locale = context.resolve("locale")
    if isinstance(locale, Undefined):
        raise UndefinedError("the wording filters need `locale` in the template's context")
    return cast("Locale", str(locale))


def _money(context: Context, amount: Money, cents: figures.Cents = "auto") -> str:
    return figures.format_money(amount, _locale(context), cents)


def _number(context: Context, value: int | Decimal) -> str:
    return figures.format_number(value, _locale(context))


def _percent(context: Context, value: int | Decimal) -> str:
    return figures.format_percent(value, _locale(context))


def _size(context: Context, value: int) -> str:
    return figures.format_size(value, _locale(context))


def _day(context: Context, day: date, year: bool = False, style: dates.DayStyle = "short") -> str:  # noqa: FBT001, FBT002 - a filter's argument
    return dates.format_day(day, _locale(context), year, style)


def _dates(context: Context, first: date, last: date) -> str:
    return dates.format_dates(first, last, _locale(context))


def _local_day(context: Context, moment: datetime, zone: str) -> str:
    there = moment.astimezone(ZoneInfo(zone)).date()
    return dates.format_day(there, _locale(context), year=True, style="long")


def _in_zone(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone))


def _on_weekday(context: Context, day: date) -> str:
    return dates.on_weekday(day, _locale(context))


def _when(
    context: Context,
    start: datetime,
    end: datetime | None,
    zone: str,
    year: bool = False,  # noqa: FBT001, FBT002 - a filter's argument
) -> str:
    return dates.format_when(start, end, zone, _locale(context), year)


def _both(
    context: Context,
    start: datetime,
    end: datetime | None,
    zone: str,
    vendor_zone: str,
    *,
    year: bool = False,
) -> str:
    return zones.format_both(start, end, zone, vendor_zone, _locale(context), year=year)


def _relative(context: Context, moment: datetime, now: datetime, zone: str) -> str:
    return dates.format_relative(moment, now, zone, _locale(context))


def _zone_label(context: Context, zone: str, at: datetime) -> str:
    return zones.zone_label(zone, at, _locale(context))


def _city(context: Context, zone: str) -> str:
    return zones.zone_city(zone, _locale(context))


def _city_in(context: Context, zone: str) -> str:
    return zones.city_in(zone, _locale(context))


def _minutes(context: Context, minutes: int) -> str:
    return durations.format_duration(minutes, _locale(context))


def _spent(context: Context, minutes: int) -> str:
    return durations.format_spent(minutes, _locale(context))


def _up_to(context: Context, minutes: int) -> str:
    return durations.format_up_to(minutes, _locale(context))


def _until(context: Context, moment: datetime, zone: str) -> str:
    return durations.format_until(moment, zone, _locale(context))


def _deadline(context: Context, moment: datetime, zone: str) -> str:
    return durations.format_deadline(moment, zone, _locale(context))


def _text(context: Context, texts: Texts) -> str:
    return texts.of(_locale(context))


def _join_words(context: Context, words: list[str]) -> str:
    return join_words(words, _locale(context))


def _contextual(function: Callable[Concatenate[Context, P], str]) -> Callable[..., str]:
    return cast("Callable[..., str]", pass_context(function))


FILTERS: dict[str, Callable[..., Any]] = {
    # {{ price | money }} {{ price | money('always') }}
    "money": _contextual(_money),
    "number": _contextual(_number),
    "percent": _contextual(_percent),
    "size": _contextual(_size),
    # {{ date | day }} {{ date | day(year=true, style='long') }}
    # {{ first | dates(last) }} for two dates, both included
    "day": _contextual(_day),
    "dates": _contextual(_dates),
    # {{ moment | local_day(zone) }} {{ moment | in_zone(zone) | on_weekday }}
    "local_day": _contextual(_local_day),
    "in_zone": _in_zone,
    "on_weekday": _contextual(_on_weekday),
    # {{ moment | clock(zone) }} {{ start | clock_range(end, zone) }}
    "clock": dates.format_time,
    "clock_range": dates.format_range,
    # {{ start | when(end, zone) }} {{ start | both(end, zone, vendor.zone) }}
    "when": _contextual(_when),
    "both": _contextual(_both),
    "relative": _contextual(_relative),
    "until": _contextual(_until),
    # {{ kept_until | deadline(zone) }}: «ср, 25 ноября, 24:00»
    "deadline": _contextual(_deadline),
    # {{ zone | zone_label(at) }} {{ zone | city }} {{ zone | city_in }}
    "zone_label": _contextual(_zone_label),
    "city": _contextual(_city),
    "city_in": _contextual(_city_in),
    # {{ service.minutes | minutes }} {{ service.minutes | up_to }}
    "minutes": _contextual(_minutes),
    # {{ used | spent }} for what a clock shows: «1 ч 35 мин»
    "spent": _contextual(_spent),
    "up_to": _contextual(_up_to),
    # {{ service.name | text }} for texts in two languages
    "text": _contextual(_text),
    "join_words": _contextual(_join_words),
    "nb": nb,
    "upfirst": upfirst,
}
