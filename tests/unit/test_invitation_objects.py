"""The iTIP objects: what stands in them, and that no text can break them (RFC 5545, RFC 5546)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Calendar

from services.calendars import explain
from services.calendars.invitation import (
    Guest,
    Occasion,
    Organizer,
    Words,
    cancel,
    clean_name,
    publish,
    request,
)

NOW = datetime(2026, 11, 23, 7, 20, tzinfo=UTC)
START = datetime(2026, 11, 26, 7, tzinfo=UTC)
OCCASION = Occasion(
    uid="s-7q4m-2xkd.0123456789abcdef0123456789abcdef@priyom.example",
    sequence=0,
    starts_at=START,
    ends_at=START + timedelta(hours=1),
    created_at=NOW - timedelta(hours=1),
    changed_at=NOW - timedelta(hours=1),
)
US = Organizer("Отдел поддержки «Пример Софт»", "support@priyom.example")
OLGA = Guest("Ольга Смирнова", "olga@kedr.example")
WORDS = Words(
    "Разовое подключение · Пример Софт",
    "Ваш специалист: Андрей Ковалёв\nСтраница сеанса: https://priyom.example/s/S-7Q4M-2XKD/abc",
    "https://priyom.example/s/S-7Q4M-2XKD/abc",
)

HOSTILE = [
    "C:\\new\\table",
    'He said "no", then; left',
    "one\r\ntwo\rthree\nfour",
    "x\r\nATTENDEE:mailto:evil@example.com",
    "END:VEVENT\nEND:VCALENDAR",
    "😀🚑 сеанс",
    "Я" * 500,
    "bell\x07 tab\t vt\x0b del\x7f nel\x85 line\u2028 bom\ufeff",
    "^n ^' ^^",
    "",
]


def event_of(ics: bytes) -> Any:
    calendar = Calendar.from_ical(ics)
    (event,) = calendar.walk("VEVENT")
    assert not calendar.errors
    assert not event.errors
    return event


def lines_of(ics: bytes) -> list[str]:
    """Unfold: CRLF followed by a blank is nothing (RFC 5545 3.1)."""
    return ics.decode().replace("\r\n ", "").split("\r\n")


def test_a_request_holds_every_property_of_the_table() -> None:
    lines = lines_of(request(OCCASION, US, OLGA, WORDS, now=NOW))
    assert lines[:6] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Priyom//Priyom//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:REQUEST",
        "BEGIN:VEVENT",
    ]
    assert f"UID:{OCCASION.uid}" in lines
    for expected in (
        "SEQUENCE:0",
        "DTSTAMP:20261123T072000Z",
        "CREATED:20261123T062000Z",
        "LAST-MODIFIED:20261123T062000Z",
        "DTSTART:20261126T070000Z",
        "DTEND:20261126T080000Z",
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
        "URL:https://priyom.example/s/S-7Q4M-2XKD/abc",
        "LOCATION:https://priyom.example/s/S-7Q4M-2XKD/abc",
        "X-MICROSOFT-CDO-BUSYSTATUS:BUSY",
        "X-MICROSOFT-DISALLOW-COUNTER:FALSE",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "TRIGGER:-PT30M",
    ):
        assert expected in lines
    assert sum(line.startswith("BEGIN:VEVENT") for line in lines) == 1
    assert not any("VTIMEZONE" in line or "TZID" in line for line in lines)
    assert lines.index("CALSCALE:GREGORIAN") < lines.index("BEGIN:VEVENT")


def test_organizer_and_attendee_are_written_as_receivers_want_them() -> None:
    event = event_of(request(OCCASION, US, OLGA, WORDS, now=NOW))
    assert event["organizer"] == "mailto:support@priyom.example"
    assert event["organizer"].params["CN"] == US.name
    attendee = event["attendee"]
    assert attendee == "mailto:olga@kedr.example"
    assert dict(attendee.params) == {
        "CN": "Ольга Смирнова",
        "CUTYPE": "INDIVIDUAL",
        "ROLE": "REQ-PARTICIPANT",
        "PARTSTAT": "NEEDS-ACTION",
        "RSVP": "TRUE",
    }


def test_a_known_answer_is_kept_in_an_update() -> None:
    guest = Guest(OLGA.name, OLGA.email, "ACCEPTED")
    attendee = event_of(request(OCCASION, US, guest, WORDS, now=NOW))["attendee"]
    assert attendee.params["PARTSTAT"] == "ACCEPTED"


def test_a_cancel_says_so_three_times_and_rings_no_bell() -> None:
    lines = lines_of(cancel(OCCASION, US, OLGA, Words(WORDS.summary), now=NOW))
    assert "METHOD:CANCEL" in lines
    assert "STATUS:CANCELLED" in lines
    assert f"UID:{OCCASION.uid}" in lines
    assert f"SUMMARY:{WORDS.summary}" in lines
    assert any(line.startswith("ORGANIZER") for line in lines)
    assert any(line.startswith("ATTENDEE") and line.endswith(OLGA.email) for line in lines)
    assert not any("VALARM" in line or "RSVP" in line or "DISALLOW" in line for line in lines)


def test_the_file_to_download_asks_nobody() -> None:
    lines = lines_of(publish(OCCASION, WORDS, now=NOW))
    assert "METHOD:PUBLISH" in lines
    assert f"UID:{OCCASION.uid}" in lines
    assert not any(line.startswith(("ORGANIZER", "ATTENDEE", "BEGIN:VALARM")) for line in lines)


def test_the_instants_come_back_right_whatever_zone_they_were_given_in() -> None:
    told = explain(request(OCCASION, US, OLGA, WORDS, now=NOW))
    assert (told.starts_at, told.ends_at) == (OCCASION.starts_at, OCCASION.ends_at)
    assert (told.method, told.sequence, told.status) == ("REQUEST", 0, "CONFIRMED")
    assert (told.organizer, told.attendee) == (US.email, OLGA.email)
    assert told.description == WORDS.description


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    words = Words(text or "—", text, "https://priyom.example/s/x")
    ics = request(OCCASION, Organizer(text, US.email), Guest(text, OLGA.email), words, now=NOW)
    lines = lines_of(ics)
    assert sum(line.startswith("ATTENDEE") for line in lines) == 1
    assert lines.count("END:VEVENT") == 1
    event = event_of(ics)
    assert [name for name in event if name == "ATTENDEE"] == ["ATTENDEE"]
    assert event["attendee"] == "mailto:olga@kedr.example"
    shown = re.sub("\r\n|[\r\x0b\x85\u2028]", "\n", text)
    kept = "".join(c for c in shown if c in "\n\t" or c.isprintable() or c == "\u00a0")
    assert str(event.get("description", "")) == kept.replace("\ufeff", "").strip()


@given(st.text(st.characters(), max_size=300), st.text(max_size=300))
@example("Я" * 500, "Ж" * 75)
@example("\\" * 200, "\\n" * 100)
def test_lines_are_folded_within_75_octets_and_never_inside_a_letter(name: str, text: str) -> None:
    ics = request(OCCASION, US, Guest(name, OLGA.email), Words(f"a{text}", f"b{text}"), now=NOW)
    assert ics.endswith(b"END:VCALENDAR\r\n")
    for line in ics.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()
    assert b"\n" not in ics.replace(b"\r\n", b"")
    assert event_of(ics)["uid"] == OCCASION.uid


@given(st.text(max_size=100))
def test_no_name_needs_an_escape_that_receivers_do_not_know(name: str) -> None:
    cleaned = clean_name(name)
    assert not set(cleaned) & set('"^\\\n\r\t\x7f')
    ics = request(OCCASION, US, Guest(name, OLGA.email), WORDS, now=NOW)
    (line,) = [line for line in lines_of(ics) if line.startswith("ATTENDEE")]
    assert "^" not in line
    assert event_of(ics)["attendee"].params["CN"] == (cleaned or OLGA.email)


def test_an_address_with_a_line_break_is_refused() -> None:
    with pytest.raises(ValueError, match=r"."):
        request(OCCASION, US, Guest("x", "a@b.example\r\nX:1"), WORDS, now=NOW)
