"""A connection of the pool is asked whether it lives only when that is in doubt; a dead one is replaced."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import event, text

from services.core import db as core_db
from services.core.db import make_engine


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
