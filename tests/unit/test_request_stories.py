"""Every rule of a request's clocks as a story over two years of the production calendar.

The demo's hours: 9 to 18 in Moscow, Monday to Friday, as Russia's production calendar of 2026 and 2027
moves them; and a desk abroad, whose wall clock changes twice a year. Class «hampered»: an answer within
four working hours, a solution within sixteen.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest

from services.core.business_time import BusinessCalendar
from services.core.clock_events import ClockEvent, fold
from tests.clock_cases import ODD

WEEK = tuple((day, 540, 1080) for day in range(5))
MOSCOW = BusinessCalendar("Europe/Moscow", WEEK, ODD)
BERLIN = BusinessCalendar("Europe/Berlin", WEEK)
NIGHTS = BusinessCalendar("Europe/Berlin", tuple((day, 0, 1440) for day in range(7)))
# From Monday, 1 February 2027, the desk opens at ten, and is closed on the second day.
LATER = BusinessCalendar(
    "Europe/Moscow", tuple((day, 600, 1080) for day in range(5)), ODD, overrides=((date(2027, 2, 2), ()),)
)
TWO = BusinessCalendar("Europe/Moscow", WEEK, ODD, successors=((date(2027, 2, 1), LATER),))
HOUR = timedelta(hours=1)


class Story(NamedTuple):
    """What happened, by the desk's wall clock, and what both clocks say of it at the `look`.

    Of each clock: hours used, deadline ("-": unknown), state.
    """

    name: str
    calendar: BusinessCalendar
    events: tuple[str, ...]
    look: str
    response: tuple[float, str, str]
    resolution: tuple[float, str, str]


STORIES = (
    Story(
        "receipt starts both clocks", MOSCOW,
        ("2026-04-13 10:00 received",), "2026-04-13 12:00",
        (2, "2026-04-13 14:00", "running"), (2, "2026-04-14 17:00", "running"),
    ),
    Story(
        "what comes at night, by our server's clock, waits for the opening", MOSCOW,
        ("2026-04-11 23:40 received",), "2026-04-13 09:30",
        (0.5, "2026-04-13 13:00", "running"), (0.5, "2026-04-14 16:00", "running"),
    ),
    Story(
        "New Year of 2026: 31 December is off, 12 January is the first day", MOSCOW,
        ("2025-12-31 23:59 received",), "2026-01-12 10:00",
        (1, "2026-01-12 13:00", "running"), (1, "2026-01-13 16:00", "running"),
    ),
    Story(
        "a pause over New Year costs only its open hours", MOSCOW,
        ("2026-12-29 10:00 received", "2026-12-30 12:00 asked system", "2027-01-11 10:00 customer_wrote"),
        "2027-01-11 11:00",
        (8 + 3 + 1, "2026-12-29 14:00", "breached"), (8 + 3 + 1, "2027-01-11 15:00", "running"),
    ),
    Story(
        "a short day before a holiday ends an hour earlier, once", MOSCOW,
        # Thursday, 30 April 2026 is short; the 1st of May is off; Monday, the 4th is a plain day.
        ("2026-04-30 15:00 received",), "2026-05-04 10:00",
        (3, "2026-05-04 11:00", "running"), (3, "2026-05-05 14:00", "running"),
    ),
    Story(
        "a day off that was moved does not count", MOSCOW,
        # 9 January 2026 is a Friday off, moved from Saturday, the 3rd; the 11th of May from the 9th.
        ("2026-05-08 16:00 received",), "2026-05-12 10:00",
        (1 + 1, "2026-05-12 12:00", "running"), (1 + 1, "2026-05-13 15:00", "running"),
    ),
    Story(
        "a Saturday that works counts as the weekday it stands in for", MOSCOW,
        # 20 February 2027 stands in for Monday, the 22nd, and is an hour shorter; the 23rd is off.
        ("2027-02-19 16:00 received", "2027-02-20 10:00 answered person"), "2027-02-24 10:00",
        (3, "2027-02-20 11:00", "met"), (2 + 8 + 1, "2027-02-24 15:00", "running"),
    ),
    Story(
        "the system asks at receipt: both rest, and nothing was answered", MOSCOW,
        ("2026-06-11 16:00 received", "2026-06-11 16:00 asked system"), "2026-06-16 12:00",
        (0, "-", "paused"), (0, "-", "paused"),
    ),
    Story(
        "a person asks: that is a first response, and the solution's clock rests", MOSCOW,
        ("2026-06-11 16:00 received", "2026-06-11 16:30 asked person"), "2026-06-16 12:00",
        (0.5, "-", "met"), (0.5, "-", "paused"),
    ),
    Story(
        "a second request during a pause changes nothing", MOSCOW,
        ("2026-06-15 10:00 received", "2026-06-15 11:00 asked person", "2026-06-16 11:00 asked person",
         "2026-06-17 11:00 customer_wrote"), "2026-06-17 12:00",
        (1, "2026-06-17 14:00", "met"), (2, "2026-06-18 17:00", "running"),
    ),
    Story(
        "any word of the customer ends the pause, on a day off too", MOSCOW,
        ("2026-10-30 10:00 received", "2026-10-30 11:00 asked system", "2026-11-01 20:00 customer_wrote"),
        "2026-11-02 10:00",
        (2, "2026-11-02 12:00", "running"), (2, "2026-11-03 15:00", "running"),
    ),
    Story(
        "what is still missing is a new pause", MOSCOW,
        ("2026-10-26 10:00 received", "2026-10-26 11:00 asked person", "2026-10-26 12:00 customer_wrote",
         "2026-10-26 13:00 asked person", "2026-10-27 10:00 customer_wrote"), "2026-10-27 12:00",
        (1, "2026-10-27 12:00", "met"), (4, "2026-10-28 15:00", "running"),
    ),
    Story(
        "a pause after the deadline heals nothing", MOSCOW,
        ("2026-10-26 10:00 received", "2026-10-26 15:00 asked system"), "2026-10-27 12:00",
        (5, "2026-10-26 14:00", "breached"), (5, "-", "paused"),
    ),
    Story(
        "a pause that begins at the deadline changes nothing", MOSCOW,
        ("2026-10-26 10:00 received", "2026-10-26 14:00 asked system"), "2026-10-27 12:00",
        (4, "2026-10-26 14:00", "breached"), (4, "-", "paused"),
    ),
    Story(
        "answered at the very deadline is in time", MOSCOW,
        ("2026-10-26 10:00 received", "2026-10-26 14:00 answered person"), "2026-10-26 15:00",
        (4, "2026-10-26 14:00", "met"), (5, "2026-10-27 17:00", "running"),
    ),
    Story(
        "due at closing time and answered at the next opening is late", MOSCOW,
        ("2026-10-26 14:00 received", "2026-10-27 09:00 answered person"), "2026-10-27 09:00",
        (4, "2026-10-26 18:00", "missed"), (4, "2026-10-28 12:00", "running"),
    ),
    Story(
        "an answer that bounced was none", MOSCOW,
        ("2026-10-26 10:00 received", "2026-10-26 11:00 answered person", "2026-10-26 13:00 bounced 2"),
        "2026-10-26 15:00",
        (5, "2026-10-26 14:00", "breached"), (5, "2026-10-27 17:00", "running"),
    ),
    Story(
        "a question that bounced rested nothing", MOSCOW,
        ("2026-10-26 10:00 received", "2026-10-26 11:00 asked person", "2026-10-26 13:00 bounced 2"),
        "2026-10-26 13:30",
        (3.5, "2026-10-26 14:00", "running"), (3.5, "2026-10-27 17:00", "running"),
    ),
    Story(
        "a solution that bounced was no first response, and nothing counts until it is opened again", MOSCOW,
        ("2026-10-26 10:00 received", "2026-10-26 11:00 resolved person", "2026-10-26 13:00 bounced 2",
         "2026-10-26 13:00 reopened"), "2026-10-26 15:00",
        (5, "2026-10-26 14:00", "breached"), (3, "2026-10-28 10:00", "running"),
    ),
    Story(
        "a solution is the first response if none came before", MOSCOW,
        ("2027-04-30 15:00 received", "2027-05-04 10:00 resolved person"), "2027-06-01 10:00",
        (2 + 1, "2027-05-04 11:00", "met"), (2 + 1, "2027-05-05 14:00", "met"),
    ),
    Story(
        "a solution during a pause ends it", MOSCOW,
        ("2026-10-26 10:00 received", "2026-10-26 11:00 asked system", "2026-10-27 11:00 resolved person"),
        "2026-12-01 10:00",
        (1, "2026-10-27 14:00", "met"), (1, "2026-10-28 17:00", "met"),
    ),
    Story(
        "after a solution nothing counts, and what was between is left out when it is opened again", MOSCOW,
        ("2026-12-28 10:00 received", "2026-12-28 12:00 resolved person", "2026-12-29 10:00 asked person",
         "2026-12-30 10:00 customer_wrote", "2027-01-11 11:00 reopened"), "2027-01-11 13:00",
        (2, "2026-12-28 14:00", "met"), (2 + 2, "2027-01-12 16:00", "running"),
    ),
    Story(
        "the last solution counts", MOSCOW,
        ("2026-10-26 10:00 received", "2026-10-26 12:00 resolved person", "2026-10-27 10:00 reopened",
         "2026-10-30 10:00 resolved person"), "2026-11-20 10:00",
        (2, "2026-10-26 14:00", "met"), (2 + 27, "2026-10-28 15:00", "missed"),
    ),
    Story(
        "another class replaces the targets and keeps start and pauses", MOSCOW,
        ("2026-10-26 10:00 received", "2026-10-26 11:00 asked system", "2026-10-26 12:00 customer_wrote",
         "2026-10-26 13:00 retargeted 2 5"), "2026-10-26 14:30",
        (3.5, "2026-10-26 13:00", "breached"), (3.5, "2026-10-26 16:00", "running"),
    ),
    Story(
        "a new version of the hours counts from its date, and what lies before stays", TWO,
        ("2027-01-29 15:00 received",), "2027-02-01 10:30",
        (3.5, "2027-02-01 11:00", "running"), (3.5, "2027-02-03 15:00", "running"),
    ),
    Story(
        "a desk abroad keeps its own hours when its clock goes back", BERLIN,
        ("2026-10-23 16:00 received",), "2026-10-26 10:00",
        (3, "2026-10-26 11:00", "running"), (3, "2026-10-27 14:00", "running"),
    ),
    Story(
        "in the hour that the clock skips nothing counts", NIGHTS,
        ("2026-03-29 00:00 received",), "2026-03-29 03:30",
        (2.5, "2026-03-29 05:00", "running"), (2.5, "2026-03-29 17:00", "running"),
    ),
    Story(
        "the hour that comes twice counts twice", NIGHTS,
        ("2026-10-25 00:00 received",), "2026-10-25 04:00",
        (5, "2026-10-25 03:00", "breached"), (5, "2026-10-25 15:00", "running"),
    ),
)  # fmt: skip


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_the_clocks_say_what_the_rule_says(story: Story) -> None:
    zone = ZoneInfo(story.calendar.zone)
    told = [event(n, line, zone) for n, line in enumerate(story.events, 1)]
    look = moment(story.look, zone)
    for clock, wanted in zip(fold(told, story.calendar), (story.response, story.resolution), strict=True):
        due = clock.due()
        seen = "-" if due is None else due.astimezone(zone).strftime("%Y-%m-%d %H:%M")
        assert (clock.elapsed(look) / HOUR, seen, clock.state(look)) == wanted


def test_the_events_may_be_read_in_any_order_in_which_they_were_written() -> None:
    zone = ZoneInfo("Europe/Moscow")
    for story in STORIES:
        if any("bounced" in line for line in story.events):
            continue
        told = [event(n, line, zone) for n, line in enumerate(story.events, 1)]
        assert fold(reversed(told), story.calendar) == fold(told, story.calendar)


def event(n: int, line: str, zone: ZoneInfo) -> ClockEvent:
    day, clock, kind, *facts = line.split()
    at = moment(f"{day} {clock}", zone)
    if kind == "received":
        return ClockEvent(n, "received", at, "customer", response=4 * HOUR, resolution=16 * HOUR)
    if kind == "retargeted":
        response, resolution = (int(hours) * HOUR for hours in facts)
        return ClockEvent(n, "retargeted", at, "person", response=response, resolution=resolution)
    if kind == "bounced":
        return ClockEvent(n, "bounced", at, about=int(facts[0]))
    return ClockEvent(n, kind, at, facts[0] if facts else "customer")  # type: ignore[arg-type]


def moment(text: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)
