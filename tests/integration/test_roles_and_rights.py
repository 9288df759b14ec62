"""What each database role may do: rights are the wall, code only walks along it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services import people
from services.core.audit import record
from services.core.db import make_engine, record_refusal
from services.core.jobs import defer

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tests.cluster import Database


@pytest.mark.parametrize("verb", ["UPDATE core.audit SET verb = 'x'", "DELETE FROM core.audit"])
def test_the_audit_log_is_never_changed_not_even_by_its_owner(
    database: Database, db: Session, now: datetime, verb: str
) -> None:
    record(db, actor="system", verb="test", subject="thing:1", now=now)
    db.commit()
    with pytest.raises(DBAPIError):
        db.execute(text(verb))
    db.rollback()
    owner = make_engine(database.owner_url)
    with pytest.raises(DBAPIError, match="never changed"), owner.begin() as connection:
        connection.execute(text(verb))
    owner.dispose()


def test_the_free_flow_has_no_rights_on_money(database: Database) -> None:
    with database.free_sessions() as free:
        assert free.scalar(text("SELECT current_user")) == "priyom_free"
        for schema in ("billing", "contracts", "auth"):
            allowed = free.scalar(
                text(
                    "SELECT has_schema_privilege('priyom_free', oid, 'USAGE')"
                    " FROM pg_namespace WHERE nspname = :schema"
                ),
                {"schema": schema},
            )
            assert allowed is False, schema


def test_the_free_flow_may_defer_and_audit_but_read_neither(database: Database, now: datetime) -> None:
    with database.free_sessions.begin() as free:
        record(free, actor="customer", verb="test", subject="thing:1", now=now)
        defer(free, "deliver_mail", queue="mail", mail_id=1)
    with database.free_sessions() as free, pytest.raises(DBAPIError):
        free.execute(text("SELECT * FROM core.audit"))
    with database.app_sessions() as db:
        assert db.scalar(text("SELECT count(*) FROM core.audit")) == 1
        assert db.scalar(text("SELECT count(*) FROM procrastinate_jobs")) == 1


def test_a_rolled_back_transaction_takes_its_jobs_along(db: Session) -> None:
    defer(db, "deliver_mail", queue="mail", mail_id=1)
    db.rollback()
    assert db.scalar(text("SELECT count(*) FROM procrastinate_jobs")) == 0


def test_a_locked_job_waits_once_and_the_transaction_goes_on(db: Session, now: datetime) -> None:
    for _ in range(3):
        defer(db, "poll_attempts", queue="paid", lock="poll", at=now)
    record(db, actor="system", verb="test", subject="thing:1", now=now)
    db.commit()
    assert db.scalar(text("SELECT count(*) FROM procrastinate_jobs")) == 1
    assert db.scalar(text("SELECT count(*) FROM core.audit")) == 1


def test_a_refusal_recorded_on_its_own_outlives_the_rollback(db: Session, now: datetime) -> None:
    with record_refusal(db) as other:
        record(other, actor="customer", verb="refused", subject="thing:1", now=now)
    db.rollback()
    assert db.scalar(text("SELECT count(*) FROM core.audit")) == 1


@pytest.mark.parametrize("role", ["free", "app"])
def test_a_job_that_waits_already_takes_nothing_of_the_transaction_along(
    database: Database, now: datetime, role: str
) -> None:
    sessions = database.free_sessions if role == "free" else database.app_sessions
    with sessions.begin() as db:
        person = people.add_person(db, name="Olga", email="olga@kedr.example", locale="ru", zone="UTC")
        defer(db, "deliver_mail", queue="mail", lock="once", mail_id=1)
        person.name = "Olga Vetrova"
        for _ in range(3):
            defer(db, "deliver_mail", queue="mail", lock="once", mail_id=1)
            record(db, actor="system", verb="test", subject="thing:1", now=now)
        assert person.name == "Olga Vetrova"
    with database.app_sessions() as db:
        assert db.scalar(text("SELECT count(*) FROM core.audit WHERE verb = 'test'")) == 3
        assert db.scalar(text("SELECT count(*) FROM procrastinate_jobs")) == 1
        assert db.scalars(text("SELECT name FROM people.person")).all() == ["Olga Vetrova"]


def test_a_job_that_somebody_else_is_queueing_waits_for_him_and_is_queued_once(database: Database) -> None:
    def queue() -> None:
        with database.app_sessions.begin() as db:
            defer(db, "deliver_mail", queue="mail", lock="once", mail_id=1)
            db.execute(text("SELECT 1"))

    with ThreadPoolExecutor(1) as pool, database.app_sessions() as watching:
        with database.free_sessions.begin() as db:
            defer(db, "deliver_mail", queue="mail", lock="once", mail_id=1)
            second = pool.submit(queue)
            while not watching.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
                assert not second.done()
        second.result(timeout=20)
        assert watching.scalar(text("SELECT count(*) FROM procrastinate_jobs")) == 1
