"""Looking at everything at once, and remembering how it went."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import structlog
from sqlalchemy import func, select

from billing.checks import books, lives, money, papers
from billing.checks.findings import look
from billing.journal.models import Entry, ReconciliationRun
from billing.orders import keep_limits
from billing.tasks import open_task

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from billing.checks.findings import Finding

_log = structlog.get_logger()
ALL: Final = [*money.CHECKS, *books.CHECKS, *papers.CHECKS, *lives.CHECKS]
ENDED_WITHIN: Final = timedelta(hours=72)
"""An attempt has an end this long after its deadline, or something is wrong."""
OVERDUE_AFTER: Final = timedelta(hours=26)
"""Without a green run for so long the staff is told on each page of theirs."""
_KEPT: Final = 100


def list_findings(db: Session, *, codes: Collection[str] | None = None, now: datetime) -> list[Finding]:
    """Every breach of the invariants (I1 … I10, or only `codes`) as the database stands at `now`.

    Reads only. Rows that other transactions are changing are seen as they were.
    """
    settled_within = timedelta(days=keep_limits(db).settle_days) + ENDED_WITHIN
    moments = {"ended_before": now - ENDED_WITHIN, "settled_before": now - settled_within}
    return look(db, [one for one in ALL if codes is None or one.code in codes], moments)


def check_money(db: Session, *, now: datetime) -> Sequence[Finding]:
    """Look at all invariants, write the run down, and open a task for each breach.

    The same breach makes one task, however often it is found. Returns what was found.
    """
    found = list_findings(db, now=now)
    run = ReconciliationRun(at=now, green=not found, findings=[asdict(one) for one in found[:_KEPT]])
    db.add(run)
    for one in found[:_KEPT]:
        facts = {"invariant": one.code, "check": one.name, **one.facts}
        about = f"{one.name} {one.subject}"
        open_task(db, kind="sums_differ", subject=one.subject, facts=facts, about=about, now=now)
    _log.info("money_checked", findings=len(found))
    db.flush()
    return found


def last_green_at(db: Session) -> datetime | None:
    """When everything was last found to be right (UTC); None before the first time."""
    return db.scalar(select(func.max(ReconciliationRun.at)).where(ReconciliationRun.green))


def is_check_overdue(db: Session, *, now: datetime) -> bool:
    """Whether no run was green for 26 hours, although there has been money for as long."""
    green = last_green_at(db)
    since = green if green is not None else db.scalar(select(func.min(Entry.at)))
    return since is not None and now - since > OVERDUE_AFTER
