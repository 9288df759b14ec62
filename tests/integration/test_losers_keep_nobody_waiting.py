"""Who is refused a time has let go of the date before he looks for another one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event, text

from services import sessions
from services.core import locks
from services.scheduling import SlotNotOfferedError, SlotTakenError
from services.sessions.seats import occupancies_of
from tests.crew import NOW, at, booked, crew, hold

TEN, NOON = at("11-24 10:00"), at("11-24 12:00")
POLICY = sessions.MovePolicy(free_moves=9, deadline=timedelta(0))
HELD = text("""
    SELECT classid::int FROM pg_locks
    WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted
""")


def locked(db):
    return set(db.scalars(HELD))


@pytest.fixture
def searches(db):
    """Which locks were there whenever calendars were loaded, in the order of loading."""
    seen, connection = [], db.connection()

    def look(conn, _cursor, statement, *_):
        if "FROM scheduling.specialist" in statement:
            seen.append({row[0] for row in conn.exec_driver_sql(HELD.text)})

    event.listen(connection.engine, "before_cursor_execute", look)
    yield seen
    event.remove(connection.engine, "before_cursor_execute", look)


def test_who_comes_second_searches_without_the_lock_of_the_date(db, searches):
    service = crew(db).service
    hold(db, service, TEN)
    assert locks.DATE in locked(db)
    db.commit()
    searches.clear()
    with pytest.raises(SlotTakenError) as refused:
        hold(db, service, TEN, browser="second", address="198.51.100.7")
    assert len(refused.value.nearest) == 4
    # Judged under the lock, searched without; who he is stays locked till the end.
    assert [locks.DATE in seen for seen in searches] == [True, False]
    assert locked(db) == {locks.BROWSER, locks.ADDRESS}


def test_who_asks_for_no_slot_at_all_searches_without_locks(db, searches):
    service = crew(db).service
    searches.clear()
    with pytest.raises(SlotNotOfferedError) as refused:
        hold(db, service, at("11-24 03:00"))
    assert refused.value.nearest
    assert locks.DATE not in searches[-1]
    assert locks.DATE not in locked(db)


def test_a_refused_move_leaves_neither_locks_nor_traces(db, searches):
    service = crew(db).service
    mine = booked(db, service, NOON)
    hold(db, service, TEN, browser="other")
    db.commit()
    searches.clear()
    with pytest.raises(SlotTakenError):
        sessions.move_session(
            db, session=mine, start=TEN, by="staff", policy=POLICY, actor="staff:1", now=NOW
        )
    assert [locks.DATE in seen for seen in searches] == [True, False]
    assert not locked(db)
    db.commit()
    assert mine.starts_at == NOON
    assert [one.released_at for one in occupancies_of(db, mine)] == [None]
