"""What templates know beyond the wording: parts of dates that only pages need, and texts in Markdown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from markdown_it import MarkdownIt
from markupsafe import Markup
from werkzeug.local import LocalProxy

from services.core import wording
from services.core.mail import OWN_ANSWERS
from webapp.i18n import current_locale
from webapp.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from flask import Flask


def register_templating(app: Flask) -> None:
    """Add the filters below, and the language for macros, which see globals only."""
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals["locale"] = LocalProxy(current_locale)


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    # HTML stays text: documents are written by staff, but staff paste from anywhere.
    return MarkdownIt("commonmark", {"html": False, "typographer": False}).enable("table")


def markdown(text: str) -> Markup:
    """Render Markdown without raw HTML; the page has its first heading, so `#` becomes a second one."""
    tokens = _markdown().parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{max(int(token.tag[1]), 2)}"
        elif token.type == "table_open":
            token.attrSet("tabindex", "0")  # on a phone it scrolls, so keys must reach it
    return Markup(_markdown().renderer.render(tokens, _markdown().options, {}))  # noqa: S704 - html is off


def in_zone(moment: datetime, zone: str) -> datetime:
    """Show an aware moment on the clock of an IANA zone."""
    return moment.astimezone(ZoneInfo(zone))


def iso(moment: datetime) -> str:
    """Write an aware moment for a form field: 2026-11-26T07:00:00Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def until_day(moment: datetime, zone: str) -> str:
    """Write a limit with its weekday: «до ср, 25 ноября, 14:00»."""
    return _("until %(when)s", when=wording.format_when(moment, None, zone, current_locale()))


def spoken(moment: datetime, zone: str) -> str:
    """Write a time in full for a screen reader: «четверг, 26 ноября, 14:00»."""
    there = in_zone(moment, zone)
    day = wording.format_day(there.date(), current_locale(), style="long")
    return f"{day}, {wording.format_time(moment, zone)}"


def weekday_short(day: date) -> str:
    """Write the short weekday of a date: «чт», “Thu”."""
    return _part_of_date(day, "EEE", current_locale())


def month_short(day: date) -> str:
    """Write the short month of a date: «дек», “Dec”."""
    return _part_of_date(day, "LLL", current_locale()).rstrip(".")


@lru_cache(maxsize=1024)
def _part_of_date(day: date, pattern: str, locale: str) -> str:
    return str(format_date(day, pattern, locale=locale))


def month_name(day: date) -> str:
    """Write the month of a date as a heading: «Ноябрь», “November”."""
    return wording.upfirst(format_date(day, "LLLL", locale=current_locale()))


def day_from(moment: datetime, now: datetime, zone: str) -> str:
    """Write the day as seen from today: «сегодня, пн, 23 ноября», «завтра, …», or the day alone."""
    there, today = in_zone(moment, zone).date(), in_zone(now, zone).date()
    day = wording.format_day(there, current_locale())
    if there == today:
        return _("today, %(day)s", day=day)
    if there == today + timedelta(days=1):
        return _("tomorrow, %(day)s", day=day)
    return day


def same_clock(zone: str, other: str, at: datetime) -> bool:
    """Tell whether the clocks of two IANA zones show the same at an aware moment."""
    return wording.same_clock(zone, other, at)


def server_answer(answer: str) -> str:
    """Show what a mail server answered; what stands in its place in a demonstration is translated."""
    return _(answer) if answer in OWN_ANSWERS else answer


FILTERS: dict[str, Callable[..., Any]] = {
    "markdown": markdown,
    "in_zone": in_zone,
    "iso": iso,
    "until_day": until_day,
    "spoken": spoken,
    "weekday_short": weekday_short,
    "month_short": month_short,
    "month_name": month_name,
    "day_from": day_from,
    "same_clock": same_clock,
    "server_answer": server_answer,
}

__all__ = ["FILTERS", "register_templating"]
