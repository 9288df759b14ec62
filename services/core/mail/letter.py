"""The MIME tree of a mail (RFC 2045-2049, RFC 6047), as bytes with CRLF throughout.

multipart/mixed( multipart/alternative( text/plain, text/html, text/calendar ), application/ics ):
the calendar stands inline for the buttons of mail programs and once more as a file, byte for byte
the same; other files stand behind it. Everything is base64: relays break long Cyrillic lines and
bare line feeds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.encoders import encode_base64
from email.generator import BytesGenerator
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.policy import compat32
from email.utils import format_datetime, formataddr
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime
    from email.message import Message

    from services.core.mail.parts import CalendarPart, FilePart, Recipient

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_BLANKS = re.compile(" {2,}")
_LINE_END = re.compile("\r\n|\r|\n")


@dataclass(frozen=True)
class Letter:
    """All that a message is made of; `sender` is also the ORGANIZER of its invitation."""

    message_id: str
    sender: Recipient
    to: Recipient
    subject: str
    text: str
    html: str
    calendar: CalendarPart | None
    earlier: tuple[str, ...]
    """Message-IDs of the same thread to the same reader, oldest first."""
    written_at: datetime
    files: tuple[FilePart, ...] = ()

    def to_bytes(self) -> bytes:
        """Write the message as it goes over the wire."""
        message: Message[Any, Any] = _mixed(self)
        for name, value in self._headers().items():
            message[name] = value
        out = BytesIO()
        BytesGenerator(out, mangle_from_=False, policy=compat32.clone(linesep="\r\n")).flatten(message)
        return out.getvalue()

    def _headers(self) -> dict[str, Header | str]:
        headers: dict[str, Header | str] = {
            "From": _address(self.sender),
            "To": _address(self.to),
            "Reply-To": _address(self.sender),
            "Subject": Header(one_line(self.subject), "utf-8", header_name="Subject"),
            "Date": format_datetime(self.written_at),
            "Message-ID": self.message_id,
            # RFC 3834: vacation programs leave such a mail unanswered.
            "Auto-Submitted": "auto-generated",
        }
        if self.earlier:
            headers["In-Reply-To"] = self.earlier[-1]
            headers["References"] = " ".join(self.earlier)
        return headers


def one_line(text: str) -> str:
    """Make a header's value of a text: no control characters, no line ends."""
    return _BLANKS.sub(" ", _UNPRINTABLE.sub(" ", text)).strip()


def wire_address(email: str) -> str:
    """Write an address as mail servers do, its domain in ASCII (IDNA); raises UnicodeError."""
    local, _, domain = email.rpartition("@")
    return local.encode("ascii").decode() + "@" + domain.encode("idna").decode()


def _address(who: Recipient) -> Header | str:
    name, email = one_line(who.name), wire_address(who.email)
    if name.isascii():
        return formataddr((name, email))
    # email.policy loses the blanks between encoded words on Python 3.11, Header does not.
    header = Header(name, "utf-8", header_name="Reply-To")
    header.append(f"<{email}>", "us-ascii")
    return header


def _mixed(letter: Letter) -> Message:
    # RFC 2046 5.1.4: the last alternative is the richest.
    alternative = MIMEMultipart("alternative")
    alternative.attach(_part("text", "plain", _crlf(letter.text), charset="utf-8"))
    alternative.attach(_part("text", "html", _crlf(letter.html), charset="utf-8"))
    calendar = letter.calendar
    if calendar is None and not letter.files:
        return alternative
    del alternative["MIME-Version"]  # belongs to the message, not to its parts
    mixed = MIMEMultipart("mixed")
    mixed.attach(alternative)
    if calendar is not None:
        inline = {"charset": "utf-8", "method": calendar.method}
        alternative.attach(_part("text", "calendar", calendar.ics, **inline))
        mixed.attach(_attached("invite.ics", "application/ics", calendar.ics))
    for file in letter.files:
        mixed.attach(_attached(file.name, file.media, file.content))
    return mixed


def _attached(name: str, media: str, content: bytes) -> MIMEBase:
    main, _slash, sub = media.partition("/")
    file = _part(main, sub, content, name=name)
    file.add_header("Content-Disposition", "attachment", filename=name)
    return file


def _part(main: str, sub: str, content: bytes, **parameters: str) -> MIMEBase:
    part = MIMEBase(main, sub, policy=compat32, **parameters)
    del part["MIME-Version"]
    part.set_payload(content)
    encode_base64(part)
    return part


def _crlf(text: str) -> bytes:
    return _LINE_END.sub("\r\n", text).encode("utf-8", "replace")
