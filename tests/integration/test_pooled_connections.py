"""A connection of the pool is asked whether it lives only when that is in doubt; a dead one is replaced."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from services.core import db as core_db
from services.core.db import ask, make_engine


@pytest.fixture
def engine(database):
    made = make_engine(database.url, pool_size=2)
    yield made
    made.dispose()


def own_pid(engine):
    with engine.connect() as connection:
        return connection.scalar(text("SELECT pg_backend_pid()"))


def end(database, pid):
    with psycopg.connect(database.url) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [pid])
    # The answer comes before the end does: wait until nobody of that number is there.
    with psycopg.connect(database.url, autocommit=True) as other:
        while other.execute("SELECT FROM pg_stat_activity WHERE pid = %s", [pid]).fetchone():
            pass


def test_a_connection_that_the_server_has_ended_is_replaced_and_nobody_notices(engine, database):
    first = own_pid(engine)
    assert own_pid(engine) == first, "the pool keeps it"
    end(database, first)
    assert own_pid(engine) != first


def test_all_connections_of_before_are_left_when_one_was_ended(engine, database):
    with engine.connect() as one, engine.connect() as two:
        pids = [each.scalar(text("SELECT pg_backend_pid()")) for each in (one, two)]
    for pid in pids:
        end(database, pid)
    with engine.connect() as one, engine.connect() as two:
        assert not {each.scalar(text("SELECT pg_backend_pid()")) for each in (one, two)} & set(pids)


def test_a_connection_that_rested_long_is_asked_and_a_busy_one_is_not(engine, monkeypatch):
    asked = []
    event.listen(engine, "invalidate", lambda *_facts: asked.append("invalidated"))
    first = own_pid(engine)
    monkeypatch.setattr(core_db, "_TRUSTED_SECONDS", 0)
    assert own_pid(engine) == first, "asked, and alive"
    assert asked == []


def test_a_statement_in_the_driver_s_own_words_fails_as_every_other_does(database):
    with database.app_sessions() as db:
        with pytest.raises(ProgrammingError) as wrong:
            ask(db, "SELECT nothing FROM nowhere WHERE said = %(said)s", {"said": "a secret"})
        assert "a secret" not in str(wrong.value)
        assert not wrong.value.connection_invalidated
        db.rollback()
        assert ask(db, "SELECT 1").fetchall() == [(1,)]


def test_whose_connection_ends_in_the_middle_is_told_so_and_gets_another_one(database):
    with database.app_sessions() as db:
        ((pid,),) = ask(db, "SELECT pg_backend_pid()").fetchall()
        end(database, pid)
        with pytest.raises(OperationalError) as lost:
            ask(db, "SELECT 1")
        assert lost.value.connection_invalidated
        db.rollback()
        assert ask(db, "SELECT pg_backend_pid()").fetchall() != [(pid,)]


def test_each_transaction_of_a_session_asks_its_own_connection(database):
    with database.app_sessions() as db, database.app_sessions() as other:
        ask(db, "SELECT 1")
        db.commit()
        ((pid,),) = ask(other, "SELECT pg_backend_pid()").fetchall()
        assert ask(db, "SELECT pg_backend_pid()").fetchall() != [(pid,)]
        with db.begin_nested():
            assert (
                ask(db, "SELECT pg_backend_pid()").fetchall()
                == db.execute(text("SELECT pg_backend_pid()")).all()
            )
