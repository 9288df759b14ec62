"""Users of our own people: created, limited, deactivated."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from services import people
from webapp.auth import commands, passwords, sign_ins, throttle
from webapp.auth.errors import AddressTakenError, LastAdministratorError
from webapp.auth.models import User

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

LIMIT = throttle.Limit("test", 3, timedelta(minutes=15))


def a_user(db: Session, now: datetime, *roles: str, email: str = "anna@priyom.example") -> User:
    person = people.add_person(db, name="Анна", email=email, locale="ru", zone="Europe/Moscow")
    member = people.hire(db, person=person, actor="system", now=now)
    return commands.create_staff_user(
        db, staff_member=member, password="north-wind-7", roles=roles, cost=passwords.TEST_COST, now=now
    )


def test_a_user_has_the_roles_he_was_given_and_a_hashed_password(db, now):
    user = a_user(db, now, "coordinator", "specialist")
    assert user.role_names == {"coordinator", "specialist"}
    assert user.password.startswith("$argon2id$")
    assert user.confirmed_at == now


def test_one_address_signs_in_one_person_whatever_its_capitals(db, now):
    a_user(db, now, "specialist")
    with pytest.raises(AddressTakenError):
        a_user(db, now, "specialist", email="Anna@Priyom.example")


def test_deactivation_ends_the_sessions_of_a_user(db, now):
    user = a_user(db, now, "specialist")
    before = user.fs_uniquifier
    commands.deactivate(db, user=user, actor="staff:1", now=now)
    assert not user.active
    assert user.fs_uniquifier != before
    commands.reactivate(db, user=user, actor="staff:1", now=now)
    assert user.active


def test_the_last_administrator_stays(db, now):
    first = a_user(db, now, "administrator")
    with pytest.raises(LastAdministratorError):
        commands.deactivate(db, user=first, actor="staff:1", now=now)
    with pytest.raises(LastAdministratorError):
        commands.give_roles(db, user=first, roles=["specialist"], actor="staff:1", now=now)
    a_user(db, now, "administrator", email="boris@priyom.example")
    commands.give_roles(db, user=first, roles=["specialist"], actor="staff:1", now=now)
    assert first.role_names == {"specialist"}


def test_somebody_else_can_be_deactivated_while_there_is_one_administrator(db, now):
    a_user(db, now, "administrator")
    other = a_user(db, now, "specialist", email="boris@priyom.example")
    assert not commands.deactivate(db, user=other, actor="staff:1", now=now).active


def test_tries_run_out_and_come_back_after_the_period(db, now):
    for minute in range(LIMIT.tries):
        assert throttle.spend(db, limit=LIMIT, whom="a", now=now + timedelta(minutes=minute)) is None
    later = now + timedelta(minutes=10)
    assert throttle.spend(db, limit=LIMIT, whom="A", now=later) == now + LIMIT.period
    assert throttle.spend(db, limit=LIMIT, whom="b", now=later) is None
    assert throttle.spend(db, limit=LIMIT, whom="a", now=now + LIMIT.period) is None


def test_a_counted_try_outlives_the_rollback_of_its_request(db, now):
    for _ in range(LIMIT.tries):
        throttle.spend(db, limit=LIMIT, whom="a", now=now)
        db.rollback()
    assert throttle.spend(db, limit=LIMIT, whom="a", now=now) is not None


def test_success_forgives_the_tries_and_sweeps_old_counters(db, now):
    throttle.spend(db, limit=LIMIT, whom="old", now=now - timedelta(days=2))
    for _ in range(LIMIT.tries):
        throttle.spend(db, limit=LIMIT, whom="a", now=now)
    throttle.forgive(db, limit=LIMIT, whom="a", now=now)
    db.commit()
    assert db.scalar(text("SELECT count(*) FROM auth.throttle")) == 0
    assert throttle.spend(db, limit=LIMIT, whom="a", now=now) is None


def test_the_record_of_sign_ins_is_never_changed(db, now):
    user = a_user(db, now, "specialist")
    sign_ins.record(db, user_id=user.id, outcome="accepted", address="203.0.113.7", now=now)
    assert sign_ins.last_accepted(db, user_ids=[user.id]) == {user.id: now}
    with pytest.raises(DBAPIError, match="permission denied"):
        db.execute(text("UPDATE auth.sign_in SET outcome = 'refused'"))


def test_the_free_flow_cannot_even_read_users(database):
    with database.free_sessions() as db, pytest.raises(DBAPIError, match="permission denied"):
        db.execute(select(User))


def test_a_readable_password_holds_no_letters_that_look_alike():
    assert not set(passwords.readable_password()) & set("lo01OI")


def test_the_first_administrator_is_made_from_the_command_line(database):
    from click.testing import CliRunner

    from webapp.__main__ import main

    environment = {"DATABASE_URL": database.url, "PRIYOM_DATA": str(database.core.data_dir)}
    arguments = ["create-admin", "--name", "Павел", "--email", "pavel@priyom.example", "--password"]
    short = CliRunner().invoke(main, [*arguments, "short"], env=environment)
    assert "at least 10 characters" in short.output
    assert short.exit_code == 1
    made = CliRunner().invoke(main, [*arguments, "north-wind-seven"], env=environment)
    assert made.exit_code == 0, made.output
    again = CliRunner().invoke(main, [*arguments, "north-wind-seven"], env=environment)
    assert "already" in again.output
    with database.app_sessions() as db:
        user = db.scalars(select(User)).one()
        assert user.role_names == {"administrator"}


def test_tries_at_once_are_counted_one_by_one(database, now):
    from concurrent.futures import ThreadPoolExecutor

    def one_try(_):
        with database.app_sessions() as db:
            return throttle.spend(db, limit=LIMIT, whom="a", now=now)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(one_try, range(24)))
    assert answers.count(None) == LIMIT.tries
