"""Time zones as people name them: by their city and by the distance from Moscow."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from babel.core import get_global
from babel.dates import get_timezone_location

from services.core.wording.cities import ABROAD, RUSSIA
from services.core.wording.dates import format_time, format_when
from services.core.wording.language import MINUS, N_, NBSP, babel_locale, catalogue

if TYPE_CHECKING:
    from services.core.texts import Locale

MOSCOW = "Europe/Moscow"
CITIES = {zone: (city, place) for zone, city, place in RUSSIA + ABROAD}


class ZoneChoice(NamedTuple):
    """One zone to choose: IANA name, city, label, both together, and whether it is Russian."""

    zone: str
    city: str
    label: str
    text: str
    russian: bool


@lru_cache(maxsize=1)
def _russian_zones() -> frozenset[str]:
    return frozenset(z for z, land in get_global("zone_territories").items() if land == "RU")


def _offset(zone: str, at: datetime) -> timedelta:
    offset = at.astimezone(ZoneInfo(zone)).utcoffset()
    return offset if offset is not None else timedelta(0)


def _signed(offset: timedelta) -> str:
    minutes = round(offset.total_seconds() / 60)
    if not minutes:
        return ""
    hours, rest = divmod(abs(minutes), 60)
    return f"{MINUS if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


def zone_label(zone: str, at: datetime, locale: Locale) -> str:
    """Label an IANA zone at an aware moment: «МСК», «МСК+4», “MSK−1”; abroad “UTC+1”.

    Russian zones count from Moscow, as people there do; all others from UTC.
    """
    if zone in _russian_zones():
        return catalogue(locale).gettext("MSK") + _signed(_offset(zone, at) - _offset(MOSCOW, at))
    return "UTC" + _signed(_offset(zone, at))


def zone_city(zone: str, locale: Locale) -> str:
    """Name the city of an IANA zone: «Красноярск»; for «UTC» and the like the zone itself."""
    if zone in CITIES:
        return catalogue(locale).gettext(CITIES[zone][0])
    if "/" not in zone or zone.startswith("Etc/"):
        return zone.rpartition("/")[2]
    return str(get_timezone_location(zone, locale=babel_locale(locale), return_city=True))


def city_in(zone: str, locale: Locale) -> str:
    """Name the city of an IANA zone as a place: «в Красноярске», “in Krasnoyarsk”.

    Where no such form is known: «по времени: Катманду», “Kathmandu time”.
    """
    if zone in CITIES:
        return catalogue(locale).gettext(CITIES[zone][1]).replace(" ", NBSP, 1)
    return catalogue(locale).gettext(N_("%(city)s time")) % {"city": zone_city(zone, locale)}


def zone_choices(at: datetime, locale: Locale) -> list[ZoneChoice]:
    """List the zones to choose from: Russia from west to east, then the world likewise.

    `at` decides the labels, for the zones that have a summer time.
    """
    # No zone changes its clock within a quarter of an hour, and a whole list takes milliseconds.
    quarter = at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)
    return list(_choices(quarter, locale))


@lru_cache(maxsize=8)
def _choices(at: datetime, locale: Locale) -> tuple[ZoneChoice, ...]:
    choices = [_choice(zone, at, locale, russian=True) for zone, _, _ in RUSSIA]
    choices += [_choice(zone, at, locale, russian=False) for zone, _, _ in ABROAD]
    order = {zone: n for n, (zone, _, _) in enumerate(RUSSIA)}
    return tuple(
        sorted(
            choices,
            key=lambda c: (not c.russian, _offset(c.zone, at), order.get(c.zone, 0), c.city),
        )
    )


def _choice(zone: str, at: datetime, locale: Locale, *, russian: bool) -> ZoneChoice:
    city, label = zone_city(zone, locale), zone_label(zone, at, locale)
    return ZoneChoice(zone, city, label, f"{city}, {label}", russian)


def same_clock(zone: str, other: str, at: datetime) -> bool:
    """Tell whether the clocks of two IANA zones show the same at an aware moment."""
    return _offset(zone, at) == _offset(other, at)


def format_both(
    start: datetime,
    end: datetime | None,
    zone: str,
    vendor_zone: str,
    locale: Locale,
    *,
    year: bool = False,
) -> str:
    """Write when something is for the viewer, and for the vendor where that differs.

    «чт, 26 ноября, 14:00–15:00 (у вас, МСК+4) · 10:00 МСК»; with equal clocks
    «чт, 26 ноября, 14:00–15:00 (МСК)». Another date at the vendor's is written out.
    """
    gettext = catalogue(locale).gettext
    own = format_when(start, end, zone, locale, year)
    label = zone_label(zone, start, locale)
    if same_clock(zone, vendor_zone, start):
        return f"{own} ({label})"
    here, there = (start.astimezone(ZoneInfo(z)).date() for z in (zone, vendor_zone))
    theirs = (
        format_time(start, vendor_zone) if here == there else format_when(start, None, vendor_zone, locale)
    )
    return gettext("%(when)s (your time, %(label)s) · %(theirs)s") % {
        "when": own,
        "label": label,
        "theirs": f"{theirs}{NBSP}{zone_label(vendor_zone, start, locale)}",
    }
