"""A delivered session completes the order it was sold by, once."""

from __future__ import annotations

from billing import orders
from services import sessions


def delivered(shop):
    """An order that was paid and whose session took place."""
    reference = shop.place()
    shop.pay(reference)
    shop.sync(reference)
    with shop.sessions.begin() as db:
        session = orders.get_order(db, reference=reference).session
        version = sessions_consent(db, session, now=shop.clock())
        assert version
        sessions.start(db, session=session, actor="staff:1", now=shop.clock())
        sessions.deliver(db, session=session, actor="staff:1", now=shop.clock())
        return reference, session.id


def sessions_consent(db, session, *, now):
    from services import documents

    version = documents.get_current(db, kind="consent_remote", on=now.date())
    sessions.consent(db, session=session, version=version, address="", agent="", now=now)
    return version


def test_the_order_of_a_delivered_session_is_completed_once(shop):
    reference, session_id = delivered(shop)
    answers = []
    for _ in range(2):
        with shop.sessions.begin() as db:
            answers.append(orders.complete_delivered(db, session_id=session_id, now=shop.clock()))
    assert answers == [True, False]
    assert shop.order(reference).state == "completed"


def test_delivering_leaves_a_job_for_who_sold_it(shop):
    from sqlalchemy import text

    _, session_id = delivered(shop)
    with shop.sessions() as db:
        query = text("SELECT args FROM procrastinate_jobs WHERE task_name = 'session_delivered'")
        assert {"session_id": session_id} in [row.args for row in db.execute(query)]


def test_a_session_that_is_still_to_come_completes_nothing(shop):
    reference = shop.place()
    shop.pay(reference)
    shop.sync(reference)
    with shop.sessions.begin() as db:
        session = orders.get_order(db, reference=reference).session
        assert not orders.complete_delivered(db, session_id=session.id, now=shop.clock())
    assert shop.order(reference).state == "confirmed"
