"""Settings that are kept in memory: asked for once, and never older than the revision that was read."""

from __future__ import annotations

from sqlalchemy import event

from billing.orders.deadlines import KeepLimits
from billing.orders.keep_limits import edit_keep_limits, keep_limits
from services.core.revisions import revisions
from services.core.vendor import know_settings

LONGER = KeepLimits(chosen_minutes=20)


def known(database, asked):
    with database.app_sessions() as db:
        seen = revisions(db)
        asked.clear()
        know_settings(db, seen=seen)
        return keep_limits(db), len(asked)


def test_they_are_asked_for_once_until_somebody_edits_one(demo, now):
    asked = []
    with demo.app_sessions() as db:
        engine = db.get_bind()
    event.listen(engine, "before_cursor_execute", lambda *facts: asked.append(facts[2]))
    assert known(demo, asked) == (KeepLimits(), 1)
    assert known(demo, asked) == (KeepLimits(), 0)
    with demo.app_sessions.begin() as db:
        edit_keep_limits(db, limits=LONGER, actor="system", now=now)
    assert known(demo, asked) == (LONGER, 1)
    assert known(demo, asked) == (LONGER, 0)


def test_an_edit_counts_at_once_in_its_own_transaction_and_not_after_a_rollback(demo, now):
    with demo.app_sessions() as db:
        know_settings(db, seen=revisions(db))
        edit_keep_limits(db, limits=LONGER, actor="system", now=now)
        assert keep_limits(db) == LONGER
        know_settings(db, seen=revisions(db))
        assert keep_limits(db) == LONGER
        db.rollback()
        know_settings(db, seen=revisions(db))
        assert keep_limits(db) == KeepLimits()
