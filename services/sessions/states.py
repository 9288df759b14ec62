"""The life of a session, and of a wish for one: every move on one screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from services.core.states import Machine

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.sessions.models import RemoteSession

Basis = Literal["order", "support", "contract"]
EndedBy = Literal["customer", "vendor", "system"]

SESSION: Final = Machine(
    "session",
    {
        "confirm": (("held",), "booked"),
        "expire": (("held",), "expired"),
        "cancel": (("held", "booked"), "cancelled"),
        "start": (("booked",), "in_progress"),
        "miss": (("booked",), "missed"),
        "deliver": (("in_progress",), "delivered"),
    },
)
WISH: Final = Machine(
    "wish",
    {
        "offer": (("waiting",), "offered"),
        # The offer ran out or was let go: back to the end of the line.
        "requeue": (("offered",), "waiting"),
        # From `waiting`: money that came after the offer had run out.
        "take": (("waiting", "offered"), "taken"),
        "withdraw": (("waiting", "offered"), "withdrawn"),
        "lapse": (("waiting",), "lapsed"),
    },
)
ENDS: Final = ("expired", "cancelled", "missed", "delivered")


def move(
    db: Session, session: RemoteSession, verb: str, *, actor: str, now: datetime, **facts: object
) -> None:
    """Move the session and write `facts` to it in one statement, as the CHECKs demand.

    Raises IllegalMoveError before anything has changed.
    """
    SESSION.move(db, session, verb, actor=actor, now=now)
    for name, value in facts.items():
        setattr(session, name, value)
    db.flush()
