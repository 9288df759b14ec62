"""The conversation as the customer reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.support import requests
from services.support.requests.attachments import list_attachments
from webapp.i18n import gettext as _
from webapp.request import db
from webapp.support.follow.standing import missing_of
from webapp.support.uploads import state_sentence

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from services.support.requests.attachments import Attachment
    from services.support.requests.models import Message, Request
    from services.support.terms import Terms
    from webapp.support.follow.standing import Missing


@dataclass(frozen=True)
class Shown:
    """A file beside a message; what may not be opened says why in `said`."""

    file: Attachment
    said: str


@dataclass(frozen=True)
class Word:
    """One message: who, when, what; `asked` what it asks for, `mark` what it did to the request."""

    id: int
    who: str
    at: datetime
    paragraphs: Sequence[str]
    files: Sequence[Shown]
    asked: Sequence[Missing]
    mark: str


def talk_of(found: Request, terms: Terms | None) -> list[Word]:
    """Its words, the newest first."""
    attached = list_attachments(db(), request=found)
    asked = {one.message_id: one for one in requests.list_info_requests(db(), request=found)}
    words = [
        Word(
            id=message.id,
            who=_who(message, found),
            at=message.at,
            paragraphs=[line for line in message.body.splitlines() if line.strip()],
            files=[Shown(file, _said(file)) for file in attached.get(message.id, ())],
            asked=missing_of(asked.get(message.id), terms),
            mark=_mark(message, found),
        )
        for message in requests.list_messages(db(), request=found)
    ]
    return words[::-1]


def _who(message: Message, found: Request) -> str:
    if message.person is None:
        return _("Automatic message")
    if message.side == "customer" and message.person_id == found.author_id:
        return _("You")
    return message.person.name


def _mark(message: Message, found: Request) -> str:
    if message.side != "staff" or found.resolved_at is None or message.at != found.resolved_at:
        return ""
    return "plan" if found.resolution == "plan" else "solution"


def _said(file: Attachment) -> str:
    return "" if file.state == "accepted" else state_sentence(file)
