"""The letter that the composer writes: plain text with plain blanks, as it must arrive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from services.core.wording import NBSP
from webapp.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_LINK = 2000
"""Characters of a mailto: address that mail programs on Windows still open; a Russian letter has six."""


@dataclass(frozen=True)
class Answer:
    """One filled-in field: its label and what was written; `attached` for a file that follows."""

    label: str
    text: str
    attached: bool = False


@dataclass(frozen=True)
class Letter:
    """What to send: the address, the subject, and the body with LF line ends."""

    to: str
    subject: str
    body: str

    @property
    def link(self) -> str:
        """The letter as a mailto: address (RFC 6068: UTF-8, lines end with CRLF)."""
        return f"{self.subject_link}&body={quote(self.body.replace(chr(10), chr(13) + chr(10)), safe='')}"

    @property
    def subject_link(self) -> str:
        """The same without the body, which is then pasted."""
        return f"mailto:{self.to}?subject={quote(self.subject, safe='')}"

    @property
    def fits_link(self) -> bool:
        """Whether mail programs take the letter whole."""
        return len(self.link) <= LONGEST_LINK


def write_letter(
    *,
    to: str,
    prefix: str,
    subject: str,
    answers: Sequence[Answer],
    impossible: bool,
    files_link: str = "",
    author: str,
    phone: str,
) -> Letter:
    """Put the answers in order; `prefix` is the project's name or code, or the product's name.

    `files_link` leads to what is too large for a letter: then nothing is attached to it.
    """
    parts = [f"{answer.label}:\n{answer.text}" for answer in answers if answer.text and not answer.attached]
    attached = [answer.label for answer in answers if answer.attached]
    if files_link:
        parts.append(_("Files for this letter:") + "\n" + files_link)
    elif attached:
        parts.append(_("Attached:") + "\n" + "\n".join(f"- {label}" for label in attached))
    if impossible:
        parts.append(_("I could not collect all the data. Please tell me how, or connect yourselves."))
    parts.append("\n".join(filter(None, (author, phone))))
    body = "\n\n".join(parts).replace("\r\n", "\n").replace(NBSP, " ")
    return Letter(to=to, subject=_one_line(f"{prefix}: {subject}"), body=body)


def _one_line(text: str) -> str:
    return " ".join(text.replace(NBSP, " ").split())
