"""The bytes of a mail: the tree, the headers, the line ends (RFC 5322, RFC 2045, RFC 6047)."""

from __future__ import annotations

import email
from datetime import UTC, datetime
from email import policy
from email.header import decode_header, make_header
from email.utils import parseaddr, parsedate_to_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.mail import CalendarPart, FilePart, Recipient
from services.core.mail.letter import Letter, one_line

NOW = datetime(2026, 11, 23, 7, 20, tzinfo=UTC)
ICS = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
SUBJECT = "Сеанс подтверждён: чт, 26\u00a0ноября, 14:00 у\u00a0вас (10:00 МСК), и ещё немного слов"


def letter(**changes: Any) -> Letter:
    given_facts: dict[str, Any] = {
        "message_id": "<abc@priyom.example>",
        "sender": Recipient("Отдел поддержки «Пример Софт»", "support@priyom.example"),
        "to": Recipient("Ольга Смирнова", "olga@kedr.example"),
        "subject": SUBJECT,
        "text": "Здравствуйте.\n.\nFrom here\n",
        "html": "<p>Здравствуйте.</p>\n",
        "calendar": CalendarPart("REQUEST", ICS),
        "earlier": (),
        "written_at": NOW,
        **changes,
    }
    return Letter(**given_facts)


def read(raw: bytes) -> Any:
    return email.message_from_bytes(raw, policy=policy.default)


def decoded(header: str) -> str:
    return str(make_header(decode_header(header)))


def address(message: Any, name: str) -> tuple[str, str]:
    # The reader of email.policy puts blanks between encoded words on Python 3.11.
    shown, mailbox = parseaddr(message[name])
    return decoded(shown), mailbox


def shape(message: Any) -> Any:
    if message.is_multipart():
        return [message.get_content_type(), *(shape(part) for part in message.iter_parts())]
    return message.get_content_type()


def test_the_tree_is_the_one_that_mail_programs_show_buttons_for() -> None:
    assert shape(read(letter().to_bytes())) == [
        "multipart/mixed",
        ["multipart/alternative", "text/plain", "text/html", "text/calendar"],
        "application/ics",
    ]


def test_without_a_calendar_there_are_two_alternatives() -> None:
    assert shape(read(letter(calendar=None).to_bytes())) == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_both_calendar_parts_are_the_same_bytes(method: Any) -> None:
    message = read(letter(calendar=CalendarPart(method, ICS)).to_bytes())
    (inline,) = [p for p in message.walk() if p.get_content_type() == "text/calendar"]
    (file,) = [p for p in message.walk() if p.get_content_type() == "application/ics"]
    assert inline.get_payload(decode=True) == file.get_payload(decode=True) == ICS
    assert dict(inline["Content-Type"].params) == {"charset": "utf-8", "method": method}
    assert inline["Content-Disposition"] is None
    assert dict(file["Content-Type"].params) == {"name": "invite.ics"}
    assert file["Content-Disposition"].content_disposition == "attachment"
    assert file.get_filename() == "invite.ics"


def test_every_part_is_base64_and_every_line_ends_with_crlf() -> None:
    raw = letter().to_bytes()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    raw.decode("ascii")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78
    message = read(raw)
    for part in message.walk():
        if not part.is_multipart():
            assert part["Content-Transfer-Encoding"] == "base64"
            assert b"\n" not in part.get_payload(decode=True).replace(b"\r\n", b"")
    assert raw.count(b"MIME-Version") == 1


def test_russian_headers_come_back_as_they_were() -> None:
    message = email.message_from_bytes(letter().to_bytes())
    assert decoded(message["Subject"]) == SUBJECT
    assert address(message, "From") == ("Отдел поддержки «Пример Софт»", "support@priyom.example")
    assert address(message, "Reply-To") == address(message, "From")
    assert address(message, "To") == ("Ольга Смирнова", "olga@kedr.example")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == "<abc@priyom.example>"
    assert parsedate_to_datetime(message["Date"]) == NOW
    assert message["References"] is None


@given(st.text(max_size=200), st.text(max_size=80))
def test_no_subject_and_no_name_breaks_a_header(subject: str, name: str) -> None:
    raw = letter(subject=subject, to=Recipient(name, "olga@kedr.example")).to_bytes()
    head, _, _ = raw.partition(b"\r\n\r\n")
    names = [line.partition(b":")[0] for line in head.split(b"\r\n") if line[:1].strip()]
    assert sorted(names) == sorted(
        [
            b"Content-Type",
            b"MIME-Version",
            b"From",
            b"To",
            b"Reply-To",
            b"Subject",
            b"Date",
            b"Message-ID",
            b"Auto-Submitted",
        ]
    )
    message = email.message_from_bytes(raw)
    assert decoded(message["Subject"]).strip() == one_line(subject)
    assert parseaddr(message["To"])[1] == "olga@kedr.example"


@pytest.mark.parametrize(
    "name", ['Smith, "Joe" <boss@evil.example>', "plain", "Лев, (Omsk) <x@y.example>", ""]
)
def test_a_name_that_looks_like_an_address_is_only_a_name(name: str) -> None:
    (reader,) = read(letter(to=Recipient(name, "olga@kedr.example")).to_bytes())["To"].addresses
    assert reader.addr_spec == "olga@kedr.example"
    assert reader.display_name == name


def test_a_later_mail_of_a_thread_refers_to_the_earlier_ones() -> None:
    message = read(letter(earlier=("<1@p.example>", "<2@p.example>")).to_bytes())
    assert message["References"] == "<1@p.example> <2@p.example>"
    assert message["In-Reply-To"] == "<2@p.example>"


@pytest.mark.parametrize("calendar", [None, CalendarPart("REQUEST", ICS)])
def test_attached_files_stand_last_and_arrive_byte_for_byte(calendar: CalendarPart | None) -> None:
    pdf = b"%PDF-1.7\r\n\x00\xff\n"
    sent = letter(calendar=calendar, files=(FilePart("Schet-2026-000001.pdf", "application/pdf", pdf),))
    message = read(sent.to_bytes())
    *_, last = message.iter_parts()
    assert message.get_content_type() == "multipart/mixed"
    assert (last.get_content_type(), last.get_filename()) == ("application/pdf", "Schet-2026-000001.pdf")
    assert last.get_payload(decode=True) == pdf
