"""The paid session, mentioned once and in neutral words, after the free ways; declining changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from services.core.audit import record
from services.core.errors import ConflictError, InvalidError
from services.support.requests.models import Mention
from services.support.requests.queries import lock_request
from services.support.requests.writing import require_state

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.people.models import StaffMember
    from services.support.requests.models import Request

Why = Literal["cannot_collect", "asked"]


class AlreadyMentionedError(ConflictError):
    """It stands on his page already: once is enough."""


def mention_session(db: Session, *, request: Request, staff: StaffMember, why: Why, now: datetime) -> Mention:
    """Let his page mention that there are paid sessions: only if he can't collect the data, or has asked.

    Raises InvalidError `mention_why` when he never said that he can't, AlreadyMentionedError,
    IllegalMoveError. No mail goes out, and neither clock nor queue hears of it.
    """
    lock_request(db, request)
    require_state(request, "mention", "open", "waiting")
    if why not in {"cannot_collect", "asked"} or (why == "cannot_collect" and not request.cannot_collect):
        raise InvalidError("mention_why", field="why")
    if find_mention(db, request=request) is not None:
        raise AlreadyMentionedError(number=request.number)
    made = Mention(request_id=request.id, why=why, at=now, staff_id=staff.id)
    db.add(made)
    db.flush()
    _record(db, request, f"staff:{staff.person_id}", "mention", now)
    return made


def decline_mention(db: Session, *, request: Request, now: datetime) -> None:
    """He doesn't want it: it leaves his page, and that is all. Twice is once."""
    lock_request(db, request)
    made = find_mention(db, request=request)
    if made is not None and made.declined_at is None:
        made.declined_at = now
        db.flush()
        _record(db, request, "customer", "decline_mention", now)


def find_mention(db: Session, *, request: Request) -> Mention | None:
    """The mention, if it was made; `declined_at` once he has declined."""
    return db.get(Mention, request.id)


def _record(db: Session, request: Request, actor: str, verb: str, now: datetime) -> None:
    record(db, actor=actor, verb=f"request.{verb}", subject=f"request:{request.reference}", now=now)
