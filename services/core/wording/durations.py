"""How long something takes, and until when something holds."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from services.core.wording.dates import format_day, format_time, format_when
from services.core.wording.language import catalogue, nb

if TYPE_CHECKING:
    from datetime import datetime

    from services.core.texts import Locale

HOUR = 60


def _in_hours(minutes: int) -> bool:
    # One hour is sold as «60 минут»: what is measured in halves of it is not called «1 час».
    return minutes >= 2 * HOUR and minutes % HOUR == 0


def format_duration(minutes: int, locale: Locale) -> str:
    """Write a length given in minutes: «30 минут», «60 минут», «90 минут», «3 часа»."""
    ngettext = catalogue(locale).ngettext
    if _in_hours(minutes):
        hours = minutes // HOUR
        return nb(ngettext("%(num)d hour", "%(num)d hours", hours) % {"num": hours})
    return nb(ngettext("%(num)d minute", "%(num)d minutes", minutes) % {"num": minutes})


def format_up_to(minutes: int, locale: Locale) -> str:
    """Write the longest length, given in minutes: «до 60 минут», «до 3 часов»."""
    ngettext = catalogue(locale).ngettext
    if _in_hours(minutes):
        hours = minutes // HOUR
        return nb(ngettext("up to %(num)d hour", "up to %(num)d hours", hours) % {"num": hours})
    text = ngettext("up to %(num)d minute", "up to %(num)d minutes", minutes)
    return nb(text % {"num": minutes})


def format_spent(minutes: int, locale: Locale) -> str:
    """Write a time that a clock shows, given in minutes: «35 мин», «4 ч», «33 ч 20 мин»."""
    gettext = catalogue(locale).gettext
    hours, rest = divmod(minutes, HOUR)
    parts = [gettext("%(num)d h") % {"num": hours}] if hours else []
    if rest or not hours:
        parts.append(gettext("%(num)d min") % {"num": rest})
    return nb(" ".join(parts))


def format_until(moment: datetime, zone: str, locale: Locale) -> str:
    """Write a limit: «до 25 ноября, 10:00», “until 25 November, 10:00”, in the IANA zone."""
    day = format_day(moment.astimezone(ZoneInfo(zone)).date(), locale, style="plain")
    text = catalogue(locale).gettext("until %(day)s, %(time)s")
    return text % {"day": day, "time": format_time(moment, zone)}


def format_deadline(moment: datetime, zone: str, locale: Locale) -> str:
    """Write until when something holds, in the IANA zone: «ср, 25 ноября, 18:00».

    What ends with a day belongs to it, and not to the next: «ср, 25 ноября, 24:00».
    """
    there = moment.astimezone(ZoneInfo(zone))
    if there.time() != there.time().min:
        return format_when(moment, None, zone, locale)
    day = format_day(there.date() - timedelta(days=1), locale)
    return catalogue(locale).gettext("%(day)s, midnight") % {"day": day}
