"""What we wrote and nobody got: a mail that was given up takes back what it did to the clocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from services.support.requests.clocks import refold
from services.support.requests.demand import renew_desk_work
from services.support.requests.ledger import list_rows, note_event
from services.support.requests.models import Message, Request
from services.support.requests.queries import find_open_info_request, lock_request
from services.support.requests.states import REQUEST, move

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.support.requests.clock_models import ClockEventRow

_TAKEN_BACK = frozenset({"asked", "answered", "resolved"})


def note_lost_mail(db: Session, *, mail_id: int, now: datetime) -> Message | None:
    """Note that the mail of a message never arrived; None when it carries none, or that is known.

    A first answer was then none, a pause none either; what was solved is open again, and if nothing was
    answered before, the first answer is awaited as well.
    """
    message = db.scalar(select(Message).where(Message.mail_id == mail_id))
    if message is None or message.lost_at is not None:
        return None
    request = lock_request(db, db.get_one(Request, message.request_id))
    message.lost_at = now
    for row in list_rows(db, request_id=request.id):
        if row.at == message.at and row.actor == "person":
            _take_back(db, request, row, now)
    refold(db, request=request, now=now)
    renew_desk_work(db)
    return message


def _take_back(db: Session, request: Request, row: ClockEventRow, now: datetime) -> None:
    if row.kind in _TAKEN_BACK:
        note_event(db, request=request, kind="bounced", at=now, actor="system", about=row.n, now=now)
    if row.kind == "asked":
        asked = find_open_info_request(db, request=request)
        if asked is not None and asked.asked_at == row.at:
            asked.ended_at = asked.asked_at
            move(db, request, "go_on", actor="system", now=now)
    if row.kind == "resolved" and REQUEST.allows(request.state, "reopen"):
        note_event(db, request=request, kind="reopened", at=now, actor="system", now=now)
        move(db, request, "reopen", actor="system", now=now, resolved_at=None)
