"""Sentences that the text and the HTML of a mail share, so that they cannot drift apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, Protocol
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from services.core.wording import (
    N_,
    catalogue,
    city_in,
    format_money,
    format_range,
    format_time,
    format_until,
    format_when,
    same_clock,
    upfirst,
    zone_city,
    zone_label,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from services.core.money import Money
    from services.core.texts import Locale

Flow = Literal["session", "contract", "free"]

# The stations stand in columns of 60 pixels on a phone, hence the soft hyphen.
LINES: dict[Flow, tuple[str, ...]] = {
    "session": (
        N_("Time"),
        N_("Details"),
        N_("Payment"),
        N_("Connec\u00adtion"),
        N_("Report"),
    ),
    "contract": (N_("Enquiry"), N_("Terms"), N_("Signature"), N_("In force")),
    "free": (N_("Received"), N_("Answer"), N_("Solution")),
}
_WHOLE = re.compile(r"(\d\d:\d\d–\d\d:\d\d|\b[A-Z]-\w{4}-\w{4}\b|№[ \u00a0][\w-]+\w)")
_SOFT_HYPHEN = "\N{SOFT HYPHEN}"


class Step(Protocol):
    """A step of a cancellation ladder, as billing makes it."""

    @property
    def until_at(self) -> datetime | None:
        """The last moment it holds for; None for all that is later."""
        ...

    @property
    def refund(self) -> Money:
        """What goes back."""
        ...

    @property
    def kept(self) -> Money:
        """What is kept."""
        ...


@dataclass(frozen=True)
class Station:
    """One station of the signal line: behind, here or ahead."""

    name: str
    state: Literal["done", "now", "ahead"]
    note: str


def greeting(name: str, *, locale: Locale) -> str:
    """Greet the reader, by name where we know it."""
    gettext = catalogue(locale).gettext
    return gettext("Hello %(name)s.") % {"name": name} if name else gettext("Hello.")


def stations(flow: Flow, at: int, *, locale: Locale) -> list[Station]:
    """Give the line of `flow` filled up to the station with index `at`."""
    words = catalogue(locale)
    done, here = str(words.pgettext("station", "done")), str(words.pgettext("station", "now"))
    line = []
    for index, name in enumerate(LINES[flow]):
        text = words.gettext(name)
        if index < at:
            line.append(Station(text, "done", done))
        elif index == at:
            line.append(Station(text, "now", here))
        else:
            line.append(Station(text, "ahead", ""))
    return line


def line_in_words(flow: Flow, at: int, *, locale: Locale) -> str:
    """Write the signal line as text: “Time (done) · Details (done) · Payment (now) · Report”."""
    parts = [
        f"{station.name} ({station.note})" if station.note else station.name
        for station in stations(flow, at, locale=locale)
    ]
    return " · ".join(parts).replace(_SOFT_HYPHEN, "")


def whose_clock(start: datetime, end: datetime, zone: str, home: str, *, locale: Locale) -> str:
    """Say whose time was given: «у вас, Красноярск, МСК+4. В Москве 10:00–11:00»."""
    gettext = catalogue(locale).gettext
    place = {"city": zone_city(zone, locale), "zone": zone_label(zone, start, locale)}
    if same_clock(zone, home, start):
        return gettext("%(city)s, %(zone)s") % place
    own = gettext("your time, %(city)s, %(zone)s.") % place
    return f"{own} {upfirst(city_in(home, locale))} {_their_time(start, end, zone, home, locale)}"


def _their_time(start: datetime, end: datetime, zone: str, home: str, locale: Locale) -> str:
    here, there = (start.astimezone(ZoneInfo(name)).date() for name in (zone, home))
    if here == there:
        return format_range(start, end, home)
    return format_when(start, end, home, locale)


def keep_whole(text: str) -> Markup:
    """Give a text as HTML whose ranges of times, references and numbers never break at the end of a line."""
    kept = _WHOLE.sub(r'<span style="white-space:nowrap">\1</span>', str(escape(text)))
    return Markup(kept)  # noqa: S704 - escaped above


def start_in_short(start: datetime, zone: str, home: str, *, locale: Locale) -> str:
    """Write a start for a subject: «чт, 26 ноября, 14:00 у вас (10:00 МСК)»."""
    own = format_when(start, None, zone, locale)
    if same_clock(zone, home, start):
        return f"{own} ({zone_label(zone, start, locale)})"
    return catalogue(locale).gettext("%(when)s your time (%(theirs)s)") % {
        "when": own,
        "theirs": f"{format_time(start, home)} {zone_label(home, start, locale)}",
    }


def ladder_in_words(steps: Sequence[Step], zone: str, *, locale: Locale) -> str:
    """Write a cancellation ladder as one line, with its limits in the reader's IANA zone."""
    gettext = catalogue(locale).gettext
    last = gettext("later") if len(steps) > 1 else gettext("from now on")
    said = []
    for step in steps:
        when = last if step.until_at is None else format_until(step.until_at, zone, locale)
        if not step.kept.minor:
            said.append(gettext("%(when)s: full refund") % {"when": when})
        elif not step.refund.minor:
            said.append(gettext("%(when)s: no refund") % {"when": when})
        else:
            refund = format_money(step.refund, locale, "always")
            said.append(gettext("%(when)s: %(refund)s back") % {"when": when, "refund": refund})
    return "; ".join(said)


def trouble_in_words(situation: str, description: str, *, locale: Locale) -> str:
    """Say what is wrong: what the customer ticked (source words, or empty), then what he wrote."""
    gettext = catalogue(locale).gettext
    ticked = gettext(situation) if situation else ""
    return ". ".join(filter(None, (ticked, description))) or gettext("not described")


def phrases(locale: Locale) -> dict[str, Callable[..., Any]]:
    """Give the sentences as functions for templates in `locale`."""
    known: tuple[Callable[..., Any], ...] = (
        greeting,
        stations,
        line_in_words,
        whose_clock,
        start_in_short,
        ladder_in_words,
        trouble_in_words,
    )
    return {function.__name__: partial(function, locale=locale) for function in known}
