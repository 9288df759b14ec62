"""The queue: due, received, number, and nothing else; who takes what is written in a chained journal."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services import people
from services.core.db import make_engine
from services.core.errors import ConflictError
from services.support import queue, requests
from services.support.requests.models import Request
from tests.integration.test_requests_received import ask

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.people.models import StaffMember
    from tests.cluster import Database

# Closed a thousand for each that is open, as after years.
_MANY = text("""
    INSERT INTO support.request (number, state, source, product_id, author_id, subject, answers, employees,
        impact, regulation_id, class_code, written_at, received_at, due_at, resolved_at, ended_at)
    SELECT 100 + n, CASE WHEN n % :open_of = 0 THEN 'open' ELSE 'closed' END, 'form',
        (SELECT min(id) FROM catalogue.product), :author, 'Subject ' || n, '{}', 3, 'hampered',
        (SELECT min(id) FROM support.regulation_version), 'hampered', :now, :now,
        CASE WHEN n % :open_of = 0 THEN CAST(:now AS timestamptz) + (n * 7919 % 100000) * interval '1 s' END,
        CASE WHEN n % :open_of <> 0 THEN CAST(:now AS timestamptz) END,
        CASE WHEN n % :open_of <> 0 THEN CAST(:now AS timestamptz) END
    FROM generate_series(1, :total) n
""")


def received(db: Session, *, now: datetime, **facts: object) -> Request:
    request = requests.write_down(db, asked=ask(db, now=now, **facts), actor="customer", now=now)
    return requests.receive(db, request=request, now=now)


def colleague(db: Session) -> StaffMember:
    return people.list_staff(db)[0]


def test_the_queue_is_in_the_order_of_deadlines_then_of_receipt(demo_db: Session, now: datetime) -> None:
    db = demo_db
    question = received(db, now=now, impact="question")
    late = received(db, now=now + timedelta(minutes=2), impact="stopped", employees=40)
    early = received(db, now=now + timedelta(minutes=1), impact="stopped", employees=40)
    lines = queue.list_queue(db, limit=10)
    assert [line.number for line in lines] == [early.number, late.number, question.number]
    waiting = received(db, now=now, impact="hampered")
    asked = {"items": [{"code": "steps", "detail": ""}], "body": "", "staff": colleague(db)}
    requests.ask_information(db, request=waiting, now=now, **asked)
    assert len(queue.list_queue(db, limit=10)) == 3
    assert [line.number for line in queue.list_waiting(db, limit=10)] == [waiting.number]


def test_the_head_is_taken_without_a_reason_and_others_with_one(
    demo: Database, demo_db: Session, now: datetime
) -> None:
    db, staff = demo_db, colleague(demo_db)
    first, second, third = (received(db, now=now + timedelta(minutes=n)) for n in range(3))
    assert queue.find_head(db) is first
    with pytest.raises(queue.PickReasonError):
        queue.pick(db, request=third, staff=staff, now=now)
    line = queue.pick(db, request=third, staff=staff, reason="skill", now=now)
    assert (line.n, line.passed, line.offered) == (1, [first.id, second.id], 3)
    with pytest.raises(queue.PickedAlreadyError):
        queue.pick(db, request=third, staff=staff, reason="skill", now=now)
    # Who is taken already is passed by nobody.
    queue.pick(db, request=first, staff=staff, reason="incident", now=now)
    assert queue.pick(db, request=second, staff=staff, now=now).passed == []
    assert queue.count_out_of_order(db, month=now.date(), zone="Europe/Moscow") == 1
    assert queue.check_picks(db) is None
    db.commit()

    owner = make_engine(demo.owner_url)
    with pytest.raises(DBAPIError, match="never changed"), owner.begin() as connection:
        connection.execute(text("DELETE FROM support.pick"))
    with owner.begin() as connection:
        connection.execute(text("ALTER TABLE support.pick DISABLE TRIGGER append_only"))
        connection.execute(text("UPDATE support.pick SET passed = '{}', reason = NULL WHERE n = 1"))
    owner.dispose()
    db.expire_all()
    assert queue.check_picks(db) == 1


def test_of_many_who_take_one_request_one_gets_it(demo: Database, demo_db: Session, now: datetime) -> None:
    request = received(demo_db, now=now)
    demo_db.commit()

    def take(_nth: int) -> bool:
        with demo.free_sessions() as db:
            try:
                queue.pick(db, request=db.get_one(Request, request.id), staff=colleague(db), now=now)
                db.commit()
            except ConflictError:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(8))) == 1
    assert len(queue.list_picks(demo_db, limit=10)) == 1


def test_the_queue_is_one_index_scan_whatever_the_history(demo_db: Session, now: datetime) -> None:
    db = demo_db
    author = received(db, now=now).author_id
    db.execute(_MANY, {"author": author, "now": now, "total": 40_000, "open_of": 20})
    db.commit()
    db.execute(text("ANALYZE support.request"))
    query = queue.queue_query(limit=50).compile(db.get_bind(), compile_kwargs={"literal_binds": True})
    plan = "\n".join(row[0] for row in db.execute(text(f"EXPLAIN (COSTS OFF) {query}")))
    steps = [line.strip() for line in plan.splitlines()]
    scans = [step for step in steps if " on request" in step]
    assert scans == ["->  Index Scan using request_queue on request"], plan
    # Cut off before anything is joined or sorted.
    assert steps[steps.index(scans[0]) - 1] == "->  Limit", plan
