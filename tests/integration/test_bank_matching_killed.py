"""A worker that is killed while it matches a statement: who goes on books and confirms everything once."""

from __future__ import annotations

import multiprocessing
import time

import pytest
from sqlalchemy import func, select

from billing import bank, checks
from billing.payments.models import Allocation, Payment
from services.core.db import make_engine, make_sessions
from services.core.mail import OutboxMail
from tests.fakes.bank import Bank, Paper, inn_of, statement

ORDERS, OTHERS = 6, 600


def match_in_another_process(url, core, statement_id, now) -> None:
    import webapp.models  # noqa: F401 - the mapper wants all of them

    sessions = make_sessions(make_engine(url), core)
    bank.match_statement(sessions, statement_id=statement_id, clock=lambda: now)


@pytest.fixture
def till(demo, now):
    return Bank(demo, now)


def count(till, model) -> int:
    with till.sessions() as db:
        return db.scalar(select(func.count(model.id)))


@pytest.mark.parametrize("seen", [Payment, Allocation])
def test_a_worker_that_is_killed_leaves_nothing_undone_and_nothing_twice(till, demo, seen):
    placed = [till.order(inn=inn_of(n), days=7 + 2 * n) for n in range(ORDERS)]
    noise = [Paper(10_00 + n, f"Без номера {n}") for n in range(OTHERS)]
    made = till.bring(statement(*(till.pays(one) for one in placed), *noise))
    child = multiprocessing.get_context("spawn").Process(
        target=match_in_another_process, args=(demo.url, demo.core, made.id, till.now)
    )
    child.start()
    until = time.monotonic() + 60
    while not count(till, seen) and time.monotonic() < until:
        pass
    child.kill()
    child.join()
    assert count(till, seen) > 0
    till.match(made)
    assert {till.state(one) for one in placed} == {("confirmed", "covered")}
    assert (count(till, Payment), count(till, Allocation)) == (ORDERS + OTHERS, ORDERS)
    with till.sessions() as db:
        assert checks.list_findings(db, now=till.now) == []
        told = db.scalars(select(OutboxMail.to_email).where(OutboxMail.event == "session_confirmed")).all()
        assert len(told) == len(set(told)) == ORDERS
