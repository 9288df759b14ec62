"""Single answers, as their clocks have stopped: what staff make comparisons of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from services.people.models import Person
from services.support.requests.clock_models import ClockRow
from services.support.requests.models import Request

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.support.requests.clocks import Target


@dataclass(frozen=True)
class Answer:
    """A clock that has stopped: `share` of its target was used (1.0 is all of it), `met` or `missed`."""

    number: int
    target: Target
    organisation_id: int | None
    author_email: str
    received_at: datetime
    share: float
    outcome: str


def list_answers(db: Session, *, since: datetime, until: datetime) -> Sequence[Answer]:
    """The clocks of both targets that stopped from `since` up to before `until`, by number."""
    rows: Iterable[Any] = db.execute(
        select(
            Request.number,
            ClockRow.target,
            Request.organisation_id,
            Person.email,
            Request.received_at,
            ClockRow.used_seconds,
            ClockRow.target_seconds,
            ClockRow.outcome,
        )
        .join(Request, Request.id == ClockRow.request_id)
        .join(Person, Person.id == Request.author_id)
        .where(ClockRow.stopped_at >= since, ClockRow.stopped_at < until, Request.received_at.is_not(None))
        .order_by(Request.number, ClockRow.target)
    )
    return [
        Answer(number, target, organisation, email, at, used / max(whole, 1), outcome)
        for number, target, organisation, email, at, used, whole, outcome in rows
    ]
