"""The iTIP object of one session for one guest (RFC 5545, RFC 5546; RFC 7986 for URL and UID).

All instants are UTC and there is no VTIMEZONE: a session is one event, and receivers disagree
about the histories of zones. Local time and zone stand in the words of the mail.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Literal

from icalendar import Alarm, Calendar, Event, vCalAddress

if TYPE_CHECKING:
    from datetime import datetime

PRODID = "-//Priyom//Priyom//EN"
REMIND_BEFORE = timedelta(minutes=30)

# C0 and C1 controls but tab and line feed, DEL, lone surrogates, and the byte order mark.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff]")
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Receivers that don't know RFC 6868 show its carets, so no name may need one; and some, our own
# library among them, take a backslash before `;` for an escape, which parameters don't have.
_NAME_SIGNS = str.maketrans({'"': "'", "^": " ", "\\": "/", "\n": " ", "\t": " "})


@dataclass(frozen=True)
class Organizer:
    """Who invites: the address in From, a mailbox that is read."""

    name: str
    email: str


@dataclass(frozen=True)
class Guest:
    """The one ATTENDEE of an object; `partstat` is the answer that we know of."""

    name: str
    email: str
    partstat: str = "NEEDS-ACTION"


@dataclass(frozen=True)
class Occasion:
    """What every object of one invitation has in common; moments are aware UTC."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    created_at: datetime
    changed_at: datetime
    cancelled: bool = False


@dataclass(frozen=True)
class Words:
    """The texts of an object in the guest's language; `url` may be empty."""

    summary: str
    description: str = ""
    url: str = ""


def clean_text(text: str) -> str:
    """Bring line ends to LF and drop what no calendar shows; the library escapes the rest."""
    return _CONTROLS.sub("", _LINE_ENDS.sub("\n", text)).strip()


def clean_name(name: str) -> str:
    """Make a name fit for a CN parameter: one line, no double quotes, no carets."""
    return " ".join(clean_text(name).translate(_NAME_SIGNS).split())


def request(occasion: Occasion, organizer: Organizer, guest: Guest, words: Words, *, now: datetime) -> bytes:
    """Write the METHOD:REQUEST that invites `guest`, or tells him the new time."""
    event = _event(occasion, words, stamp=now)
    event.add("status", "CONFIRMED")
    event.add("organizer", _address(organizer.name, organizer.email))
    event.add("attendee", _attendee(guest, asks=True))
    event.add("x-microsoft-cdo-busystatus", "BUSY")
    # An answer with another time reaches the same mailbox as any other letter.
    event.add("x-microsoft-disallow-counter", "FALSE")
    event.add_component(_alarm(words))
    return _calendar("REQUEST", event)


def cancel(occasion: Occasion, organizer: Organizer, guest: Guest, words: Words, *, now: datetime) -> bytes:
    """Write the METHOD:CANCEL that takes the event out of the calendar of `guest`."""
    event = _event(occasion, words, stamp=now)
    event.add("status", "CANCELLED")
    event.add("organizer", _address(organizer.name, organizer.email))
    event.add("attendee", _attendee(guest, asks=False))
    return _calendar("CANCEL", event)


def publish(occasion: Occasion, words: Words, *, now: datetime) -> bytes:
    """Write the file that a guest downloads: METHOD:PUBLISH, the same UID, nobody to answer.

    Without ORGANIZER and ATTENDEE, or the guest's own calendar would send answers.
    """
    event = _event(occasion, words, stamp=now)
    event.add("status", "CANCELLED" if occasion.cancelled else "CONFIRMED")
    return _calendar("PUBLISH", event)


def _calendar(method: Literal["REQUEST", "CANCEL", "PUBLISH"], event: Event) -> bytes:
    calendar = Calendar()
    # Before the first component and in this order: some receivers read no further.
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODID)
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _event(occasion: Occasion, words: Words, *, stamp: datetime) -> Event:
    event = Event()
    event.add("uid", occasion.uid)
    event.add("sequence", occasion.sequence)
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("created", occasion.created_at.astimezone(UTC))
    event.add("last-modified", min(occasion.changed_at, stamp).astimezone(UTC))
    event.add("dtstart", occasion.starts_at.astimezone(UTC))
    event.add("dtend", occasion.ends_at.astimezone(UTC))
    event.add("transp", "OPAQUE")
    event.add("summary", clean_text(words.summary).replace("\n", " "))
    if words.description:
        event.add("description", clean_text(words.description))
    if words.url:
        event.add("location", words.url)
        event.add("url", words.url)
    return event


def _address(name: str, email: str) -> vCalAddress:
    return vCalAddress.new(email, cn=clean_name(name) or None)


def _attendee(guest: Guest, *, asks: bool) -> vCalAddress:
    return vCalAddress.new(
        guest.email,
        cn=clean_name(guest.name) or guest.email,
        cutype="INDIVIDUAL",
        role="REQ-PARTICIPANT",
        partstat=guest.partstat,
        rsvp=True if asks else None,
    )


def _alarm(words: Words) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", clean_text(words.summary).replace("\n", " "))
    alarm.add("trigger", -REMIND_BEFORE)
    return alarm
