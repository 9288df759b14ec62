"""The life of a request: every move on one screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from services.core.states import Machine

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.support.requests.models import Request

State = Literal["held", "open", "waiting", "resolved", "closed", "merged", "dropped"]

REQUEST: Final = Machine(
    "request",
    {
        # From the company's contact person, or because there is none to ask.
        "receive": (("held",), "open"),
        "drop": (("held",), "dropped"),
        "ask": (("open",), "waiting"),
        "go_on": (("waiting",), "open"),
        "resolve": (("open", "waiting"), "resolved"),
        # From `closed`: who was silent too long and writes after all.
        "reopen": (("resolved", "closed"), "open"),
        "close": (("resolved", "waiting"), "closed"),
        "merge": (("open", "waiting", "resolved"), "merged"),
    },
)
ENDS: Final = ("closed", "merged", "dropped")
REOPENABLE: Final = frozenset({"resolved", "closed"})
"""Ended, and its author may have something to say to it."""


def move(db: Session, request: Request, verb: str, *, actor: str, now: datetime, **facts: object) -> None:
    """Move the request and write `facts` to it in one statement, as the CHECKs demand.

    `due_at` is taken off whatever is not open any more. Raises IllegalMoveError before anything changed.
    """
    REQUEST.move(db, request, verb, actor=actor, now=now)
    if request.state != "open":
        request.due_at = None
    request.ended_at = now if request.state in ENDS else None
    for name, value in facts.items():
        setattr(request, name, value)
    db.flush()
