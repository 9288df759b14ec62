"""Zone data: those of the pinned package `tzdata`, never the machine's; tried before anything starts."""

from __future__ import annotations

from datetime import datetime, timedelta
from importlib.metadata import version
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones, reset_tzpath

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Zone, moment (UTC), minutes east of Greenwich. A change of law may make one of the later moments
# wrong: whoever then renews the package changes the line here, and knows what he renews.
_KNOWN: tuple[tuple[str, str, int], ...] = (
    # Russia: eleven offsets, no summer time. Volgograd went to Moscow's time at the end of 2020.
    ("Europe/Kaliningrad", "2026-07-15T12:00Z", 120),
    ("Europe/Moscow", "2026-01-15T12:00Z", 180),
    ("Europe/Moscow", "2026-07-15T12:00Z", 180),
    ("Europe/Moscow", "2037-07-15T12:00Z", 180),
    ("Europe/Volgograd", "2020-07-15T12:00Z", 240),
    ("Europe/Volgograd", "2026-07-15T12:00Z", 180),
    ("Europe/Samara", "2026-07-15T12:00Z", 240),
    ("Asia/Yekaterinburg", "2026-07-15T12:00Z", 300),
    ("Asia/Omsk", "2026-07-15T12:00Z", 360),
    ("Asia/Krasnoyarsk", "2026-07-15T12:00Z", 420),
    ("Asia/Irkutsk", "2026-07-15T12:00Z", 480),
    ("Asia/Yakutsk", "2026-07-15T12:00Z", 540),
    ("Asia/Vladivostok", "2026-07-15T12:00Z", 600),
    ("Asia/Magadan", "2026-07-15T12:00Z", 660),
    ("Asia/Kamchatka", "2026-01-15T12:00Z", 720),
    ("Asia/Kamchatka", "2026-07-15T12:00Z", 720),
    # Summer time to the minute, in both directions, and by the rule that follows the listed years.
    ("Europe/Berlin", "2026-03-29T00:59Z", 60),
    ("Europe/Berlin", "2026-03-29T01:00Z", 120),
    ("Europe/Berlin", "2026-10-25T00:59Z", 120),
    ("Europe/Berlin", "2026-10-25T01:00Z", 60),
    ("Europe/Berlin", "2037-07-15T12:00Z", 120),
    ("America/New_York", "2026-03-08T06:59Z", -300),
    ("America/New_York", "2026-03-08T07:00Z", -240),
    ("America/New_York", "2026-11-01T06:00Z", -300),
    # The southern summer, a step of half an hour, offsets that are no whole hours, and Ramadan.
    ("Australia/Lord_Howe", "2026-01-15T12:00Z", 660),
    ("Australia/Lord_Howe", "2026-07-15T12:00Z", 630),
    ("Pacific/Chatham", "2026-01-15T12:00Z", 825),
    ("Pacific/Chatham", "2026-07-15T12:00Z", 765),
    ("Asia/Kathmandu", "2026-07-15T12:00Z", 345),
    ("Africa/Casablanca", "2026-03-01T12:00Z", 0),
    ("Africa/Casablanca", "2026-07-15T12:00Z", 60),
)


def use_own_zones() -> None:
    """Read zones from the package alone; what the machine or PYTHONTZPATH names is not looked at."""
    reset_tzpath(())
    ZoneInfo.clear_cache()


def data_version() -> str:
    """The release of the zone data, like `2026.6`."""
    return version("tzdata")


def find_wrong_zones() -> list[str]:
    """Compare the data with what is known: a sentence for each zone that is missing or wrong.

    Takes a few milliseconds in a fresh process.
    """
    wrong: dict[str, str] = {}
    for zone, text, minutes in _KNOWN:
        if zone not in wrong and (problem := _problem(zone, text, minutes)):
            wrong[zone] = f"tzdata: {zone} {problem} Install the pinned packages again."
    return list(wrong.values())


def find_unknown(zones: Iterable[str]) -> Sequence[str]:
    """Those of the zones (IANA names) that the data don't have, in order."""
    return sorted(set(zones) - available_timezones())


def _problem(zone: str, text: str, minutes: int) -> str:
    try:
        shown = datetime.fromisoformat(text).astimezone(ZoneInfo(zone)).utcoffset()
    except Exception as error:  # noqa: BLE001 - a damaged file raises whatever its bytes lead to
        return f"can't be read ({type(error).__name__})."
    if shown == timedelta(minutes=minutes):
        return ""
    there = shown if shown is not None else timedelta()
    return f"is {_offset(there)} at {text.replace('Z', ' UTC')}, and has to be {_offset_of(minutes)}."


def _offset(offset: timedelta) -> str:
    return _offset_of(round(offset.total_seconds() / 60))


def _offset_of(minutes: int) -> str:
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'−' if minutes < 0 else '+'}{hours}:{rest:02}"
