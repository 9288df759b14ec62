"""What came of a session, as the specialist says it when he ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from services.sessions.booking import deliver
from services.sessions.errors import ReportError
from services.sessions.models import Report

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.sessions.models import RemoteSession

RESULTS: Final = ("solved", "partly", "not_solved", "cut_short")


def finish(
    db: Session,
    *,
    session: RemoteSession,
    result: str,
    text: str = "",
    minutes: int | None = None,
    actor: str,
    now: datetime,
) -> Report:
    """End a session that took place, saying what came of it; the customer reads the text.

    `minutes` is how long a session took that was cut short by us, below what was agreed: who sold
    it asks for no more. Raises ReportError `result`, `report_text` (only what is solved may go
    without words), `report_minutes`; IllegalMoveError unless it is going on.
    """
    words = text.strip()
    if result not in RESULTS:
        raise ReportError("result", field="result")
    if not words and result != "solved":
        raise ReportError("report_text", field="words")
    if result == "cut_short":
        agreed = int(session.service["minutes"])
        if minutes is None or not 0 <= minutes < agreed:
            raise ReportError("report_minutes", field="minutes", most=agreed - 1)
    deliver(db, session=session, actor=actor, now=now)
    report = Report(
        session_id=session.id,
        version=1,
        result=result,
        text=words,
        minutes=minutes if result == "cut_short" else None,
        written_by=actor,
        written_at=now,
    )
    db.add(report)
    db.flush()
    return report


def find_report(db: Session, *, session: RemoteSession) -> Report | None:
    """The newest report of a session; None for one that has none, or ended before there were any."""
    return db.scalar(
        select(Report).where(Report.session_id == session.id).order_by(Report.version.desc()).limit(1)
    )
