"""Saying why a deadline was missed, where everybody reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.core.audit import record
from services.core.errors import InvalidError
from services.support.requests.clock_models import ClockRow
from services.support.statistics.models import Explanation

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.core.texts import Texts
    from services.support.requests.clocks import Target
    from services.support.requests.models import Request

LONGEST = 300


def explain_miss(
    db: Session, *, request: Request, target: Target, words: Texts, actor: str, now: datetime
) -> Explanation:
    """Say a sentence about a missed target; the figures stay what they are.

    Raises InvalidError `not_missed`, `explanation_length` (empty, or longer than 300 signs).
    """
    clock = db.get(ClockRow, (request.id, target))
    if clock is None or clock.outcome != "missed":
        raise InvalidError("not_missed")
    for locale in ("ru", "en"):
        if not 0 < len(words.of(locale).strip()) <= LONGEST:
            raise InvalidError("explanation_length", field=f"words_{locale}", most=LONGEST)
    said = Explanation(request_id=request.id, target=target, words=words, at=now, by=actor)
    db.add(said)
    db.flush()
    subject = f"request:{request.reference}"
    record(db, actor=actor, verb="miss.explain", subject=subject, after={"target": target}, now=now)
    return said
