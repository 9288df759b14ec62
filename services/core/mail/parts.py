"""What a mail is made of besides its words: whom it goes to, the calendar part, attached files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Method = Literal["REQUEST", "CANCEL"]


@dataclass(frozen=True)
class Recipient:
    """Whom a mail goes to; `name` may be empty."""

    name: str
    email: str


@dataclass(frozen=True)
class CalendarPart:
    """An iTIP object (RFC 5546) for exactly one guest; `method` equals the METHOD inside."""

    method: Method
    ics: bytes = field(repr=False)


@dataclass(frozen=True)
class FilePart:
    """An attached file; `media` is its type and subtype (application/pdf)."""

    name: str
    media: str
    content: bytes = field(repr=False)
