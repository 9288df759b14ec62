"""After every test that moved money: the books are balanced, and say what the rows say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from billing.checks import list_findings

if TYPE_CHECKING:
    from datetime import datetime

    from tests.cluster import Database

# What holds after each transaction; the others may wait for jobs that a test doesn't run.
ALWAYS = ("I2", "I5", "I6", "I7", "I9")
_ANY = "SELECT EXISTS (SELECT FROM billing.payment) OR EXISTS (SELECT FROM billing.counter)"


def assert_balanced(database: Database, *, now: datetime) -> None:
    """Check what a test has committed; costs a statement where no money moved."""
    with database.app_sessions() as db:
        if db.scalar(text(_ANY)):
            found = list_findings(db, codes=ALWAYS, now=now)
            assert not found, found
