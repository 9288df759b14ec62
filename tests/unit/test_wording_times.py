"""Days, clock times and zones as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from jinja2 import Environment, StrictUndefined
from jinja2.exceptions import UndefinedError

from services.core.money import Money
from services.core.wording import (
    FILTERS,
    city_in,
    format_both,
    format_day,
    format_range,
    format_relative,
    format_until,
    format_when,
    on_weekday,
    same_clock,
    zone_choices,
    zone_city,
    zone_label,
)

if TYPE_CHECKING:
    from services.core.texts import Locale

START = datetime(2026, 11, 26, 7, tzinfo=UTC)
END = START + timedelta(hours=1)
HERE, MOSCOW = "Asia/Krasnoyarsk", "Europe/Moscow"


def plain(text: str) -> str:
    """Read no-break spaces as blanks, where the test is not about them."""
    return text.replace("\u00a0", " ")


def test_a_day_is_short_long_or_plain() -> None:
    day = date(2026, 11, 26)
    assert format_day(day, "ru") == "чт, 26\u00a0ноября"
    assert plain(format_day(day, "ru", year=True, style="long")) == "Четверг, 26 ноября 2026"
    assert plain(format_day(day, "ru", style="plain")) == "26 ноября"
    assert plain(format_day(day, "en")) == "Thu, 26 November"
    assert plain(format_day(day, "en", year=True, style="long")) == "Thursday, 26 November 2026"
    assert plain(on_weekday(date(2026, 11, 24), "ru")) == "во вторник"
    assert on_weekday(day, "en") == "on Thursday"


def test_times_are_those_of_the_zone_asked_for() -> None:
    assert format_range(START, END, HERE) == "14:00–15:00"
    assert plain(format_when(START, END, HERE, "ru")) == "чт, 26 ноября, 14:00–15:00"
    assert plain(format_when(START, None, MOSCOW, "en")) == "Thu, 26 November, 10:00"


def test_an_end_on_another_day_has_its_own_date() -> None:
    late = datetime(2026, 11, 26, 16, 30, tzinfo=UTC)
    assert plain(format_when(late, late + timedelta(hours=1), HERE, "ru")) == (
        "чт, 26 ноября, 23:30 – пт, 27 ноября, 00:30"
    )
    assert plain(format_when(late, late + timedelta(minutes=30), HERE, "ru")) == (
        "чт, 26 ноября, 23:30–00:00"
    )


def test_both_zones_stand_side_by_side_only_where_they_differ() -> None:
    assert plain(format_both(START, END, HERE, MOSCOW, "ru", year=True)) == (
        "чт, 26 ноября 2026, 14:00–15:00 (у вас, МСК+4) · 10:00 МСК"
    )
    assert plain(format_both(START, END, HERE, MOSCOW, "en")) == (
        "Thu, 26 November, 14:00–15:00 (your time, MSK+4) · 10:00 MSK"
    )
    assert plain(format_both(START, END, MOSCOW, MOSCOW, "ru")) == ("чт, 26 ноября, 10:00–11:00 (МСК)")


def test_the_other_date_of_the_vendor_is_written_out() -> None:
    early = datetime(2026, 11, 25, 20, tzinfo=UTC)
    assert plain(format_both(early, None, "Asia/Kamchatka", MOSCOW, "ru")) == (
        "чт, 26 ноября, 08:00 (у вас, МСК+9) · ср, 25 ноября, 23:00 МСК"
    )


@pytest.mark.parametrize(
    ("ahead", "russian", "english"),
    [
        (timedelta(seconds=20), "сейчас", "now"),
        (timedelta(minutes=40), "через 40 минут", "in 40 minutes"),
        (timedelta(minutes=-2), "2 минуты назад", "2 minutes ago"),
        (timedelta(hours=5), "через 5 часов", "in 5 hours"),
        (timedelta(hours=24), "завтра", "tomorrow"),
        (timedelta(hours=-24), "вчера", "yesterday"),
        (timedelta(days=3), "через 3 дня", "in 3 days"),
        (timedelta(days=-21), "21 день назад", "21 days ago"),
    ],
)
def test_distances_in_time(ahead: timedelta, russian: str, english: str) -> None:
    assert plain(format_relative(START + ahead, START, MOSCOW, "ru")) == russian
    assert plain(format_relative(START + ahead, START, MOSCOW, "en")) == english


def test_tomorrow_is_that_of_the_zone() -> None:
    now = datetime(2026, 11, 25, 12, tzinfo=UTC)  # 00:00 on the 26th in Kamchatka
    moment = datetime(2026, 11, 26, 11, tzinfo=UTC)
    assert format_relative(moment, now, MOSCOW, "en") == "tomorrow"
    assert plain(format_relative(moment, now, "Asia/Kamchatka", "en")) == "in 23 hours"


def test_limits_name_their_moment() -> None:
    assert plain(format_until(START, MOSCOW, "ru")) == "до 26 ноября, 10:00"
    assert plain(format_until(START, MOSCOW, "en")) == "until 26 November, 10:00"


@pytest.mark.parametrize(
    ("zone", "russian", "english"),
    [
        ("Europe/Moscow", "МСК", "MSK"),
        ("Europe/Kaliningrad", "МСК−1", "MSK−1"),
        ("Asia/Krasnoyarsk", "МСК+4", "MSK+4"),
        ("Asia/Barnaul", "МСК+4", "MSK+4"),
        ("Asia/Anadyr", "МСК+9", "MSK+9"),
        ("Europe/Minsk", "UTC+3", "UTC+3"),
        ("Asia/Kolkata", "UTC+5:30", "UTC+5:30"),
        ("UTC", "UTC", "UTC"),
    ],
)
def test_russian_zones_count_from_moscow_and_others_from_utc(zone: str, russian: str, english: str) -> None:
    assert zone_label(zone, START, "ru") == russian
    assert zone_label(zone, START, "en") == english


def test_the_label_is_that_of_the_moment() -> None:
    summer = datetime(2027, 7, 1, tzinfo=UTC)
    assert zone_label("Europe/Berlin", START, "ru") == "UTC+1"
    assert zone_label("Europe/Berlin", summer, "ru") == "UTC+2"
    assert same_clock("Europe/Helsinki", MOSCOW, summer)
    assert not same_clock("Europe/Helsinki", MOSCOW, START)


def test_cities_are_named_and_declined() -> None:
    assert zone_city("Asia/Krasnoyarsk", "ru") == "Красноярск"
    assert zone_city("Asia/Krasnoyarsk", "en") == "Krasnoyarsk"
    assert city_in("Asia/Vladivostok", "ru") == "во\u00a0Владивостоке"
    assert plain(city_in("Europe/Moscow", "en")) == "in Moscow"
    assert zone_city("Africa/Lagos", "ru") == "Лагос"
    assert city_in("Africa/Lagos", "ru") == "по времени: Лагос"
    assert zone_city("Etc/UTC", "ru") == "UTC"


@pytest.mark.parametrize("locale", ["ru", "en"])
def test_zones_to_choose_begin_with_russia_from_west_to_east(locale: Locale) -> None:
    choices = zone_choices(START, locale)
    russian = [choice for choice in choices if choice.russian]
    assert choices[: len(russian)] == russian
    assert russian[0].zone == "Europe/Kaliningrad"
    assert russian[1].text in {"Москва, МСК", "Moscow, MSK"}
    offsets = [START.astimezone(ZoneInfo(choice.zone)).utcoffset() for choice in russian]
    assert offsets == sorted(offsets, key=lambda offset: offset or timedelta())
    assert len({choice.zone for choice in choices}) == len(choices)
    assert len(offsets) >= 11


def test_filters_take_the_locale_from_the_context() -> None:
    environment = Environment(undefined=StrictUndefined, autoescape=True)
    environment.filters.update(FILTERS)
    template = environment.from_string("{{ sum | money }} {{ at | when(end, zone) }}")
    facts = {"sum": Money(549000, "RUB"), "at": START, "end": END, "zone": HERE}
    assert plain(template.render(locale="ru", **facts)) == "5 490 ₽ чт, 26 ноября, 14:00–15:00"
    assert plain(template.render(locale="en", **facts)) == "₽5,490 Thu, 26 November, 14:00–15:00"
    with pytest.raises(UndefinedError, match="locale"):
        template.render(**facts)
