"""The queue of free support: due, received, number, and nothing else; one index scan whatever the history."""

from __future__ import annotations

import re
import threading
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from services.core.db import make_engine
from services.core.texts import Texts
from services.scheduling.models import DeskDemand
from services.support import queue, requests
from services.support.queue.models import Pick
from services.support.requests.models import Request
from tests.queue_rows import analyse_queue, explain_queue, fill_queue, table_scans
from tests.support_stories import author, received, somebody_of_staff

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.cluster import Database

_MOMENTS = st.integers(0, 3).map(lambda n: datetime(2026, 11, 23, 7, tzinfo=UTC) + timedelta(hours=n))


def test_the_list_is_sorted_by_due_received_and_number(demo_db: Session) -> None:
    """Also when many fall together, and whoever wrote them and whoever has them."""
    fill_queue(demo_db, closed=0, opened=12)
    ids = demo_db.scalars(select(Request.id)).all()

    @given(st.lists(st.tuples(st.none() | _MOMENTS, _MOMENTS), min_size=12, max_size=12))
    @profile(max_examples=25)
    def check(moments: list[tuple[datetime | None, datetime]]) -> None:
        for which, (due_at, received_at) in zip(ids, moments, strict=True):
            change = "UPDATE support.request SET due_at = :due, received_at = :at WHERE id = :id"
            demo_db.execute(text(change), {"due": due_at, "at": received_at, "id": which})
        lines = queue.list_queue(demo_db, limit=100)
        last = datetime.max.replace(tzinfo=UTC)
        assert lines == sorted(lines, key=lambda one: (one.due_at or last, one.received_at, one.number))
        assert len(lines) == 12

    check()


def test_the_nearest_deadline_comes_first_and_what_waits_stands_elsewhere(
    demo_db: Session, now: datetime
) -> None:
    db, staff = demo_db, somebody_of_staff(demo_db)
    question = received(db, now, impact="question")
    late = received(db, now + timedelta(minutes=2), impact="stopped", employees=40)
    early = received(db, now + timedelta(minutes=1), impact="stopped", employees=40)
    waiting = received(db, now)
    requests.ask_information(
        db, request=waiting, staff=staff, items=[{"code": "steps", "detail": ""}], body="", now=now
    )
    lines = queue.list_queue(db, limit=10)
    assert [line.number for line in lines] == [early.number, late.number, question.number]
    assert [line.number for line in queue.list_waiting(db, limit=10)] == [waiting.number]


def test_the_queue_is_one_index_scan_whatever_the_history(demo: Database, demo_db: Session) -> None:
    """The million stands in `make bench`; the plan is the same with fewer."""
    fill_queue(demo_db, closed=50_000, opened=5_000)
    analyse_queue(demo)
    plan = explain_queue(demo_db, limit=50)
    assert table_scans(plan, "request") == [("Index Scan", "request_queue")], plan
    tables = set(re.findall(r"(?:FROM|JOIN) (\w+\.\w+)", str(queue.queue_query(limit=1))))
    assert tables == {"support.request", "catalogue.product", "people.staff_member", "people.person"}


def test_the_head_needs_no_reason_and_whoever_is_passed_is_written_down(
    demo: Database, demo_db: Session, now: datetime
) -> None:
    db, staff = demo_db, somebody_of_staff(demo_db)
    who = author(db)
    made = [received(db, now + timedelta(minutes=n), who) for n in range(4)]
    assert queue.find_head(db) is made[0]
    with pytest.raises(queue.PickReasonError):
        queue.pick(db, request=made[2], staff=staff, now=now)
    with pytest.raises(queue.PickReasonError):
        queue.pick(db, request=made[2], staff=staff, reason="he pays", now=now)
    line = queue.pick(db, request=made[2], staff=staff, reason="skill", now=now)
    assert (line.passed, line.offered, line.reason) == ([made[0].id, made[1].id], 4, "skill")
    assert queue.pick(db, request=made[0], staff=staff, reason="skill", now=now).reason is None
    # Who has somebody already is passed by nobody.
    assert queue.pick(db, request=made[3], staff=staff, reason="incident", now=now).passed == [made[1].id]
    with pytest.raises(queue.PickedAlreadyError):
        queue.pick(db, request=made[3], staff=staff, now=now)
    assert queue.count_out_of_order(db, month=date(2026, 11, 1), zone="Europe/Moscow") == 2
    assert queue.count_out_of_order(db, month=date(2026, 12, 1), zone="Europe/Moscow") == 0
    queue.hand_over(db, request=made[3], to=None, staff=staff, now=now)
    # Nobody goes round the journal: by giving it away, or by working on it.
    with pytest.raises(queue.NotTakenError):
        queue.hand_over(db, request=made[3], to=staff, staff=staff, now=now)
    with pytest.raises(queue.PickReasonError):
        queue.take_to_work(db, request=made[3], staff=staff, now=now)
    queue.take_to_work(db, request=made[2], staff=staff, now=now)
    assert queue.take_next(db, staff=staff, now=now) is made[1]
    assert queue.check_picks(db) is None
    db.commit()
    _forge(demo, db)


def _forge(demo: Database, db: Session) -> None:
    """Nobody changes the journal; whoever could after all is seen."""
    with pytest.raises(DBAPIError):
        db.execute(text("UPDATE support.pick SET reason = 'skill'"))
    db.rollback()
    owner = make_engine(demo.owner_url)
    with pytest.raises(DBAPIError, match="never changed"), owner.begin() as connection:
        connection.execute(text("DELETE FROM support.pick"))
    with owner.begin() as connection:
        connection.execute(text("ALTER TABLE support.pick DISABLE TRIGGER append_only"))
    assert queue.check_picks(db) is None
    with owner.begin() as connection:
        connection.execute(text("DELETE FROM support.pick WHERE n = 4"))
    db.expire_all()
    assert queue.note_check(db, now=datetime(2026, 11, 23, tzinfo=UTC)).broken == [4]
    with owner.begin() as connection:
        connection.execute(text("UPDATE support.pick SET reason = 'incident' WHERE n = 1"))
    owner.dispose()
    db.expire_all()
    assert queue.check_picks(db) == 1


def test_of_many_who_take_at_once_each_gets_another_and_one_request_one_of_them(
    demo: Database, demo_db: Session, now: datetime
) -> None:
    staff, who = somebody_of_staff(demo_db), author(demo_db)
    numbers = [received(demo_db, now, who).number for _ in range(4)]
    demo_db.commit()
    taken: list[object] = []

    def take(number: int | None) -> None:
        with demo.free_sessions() as own:
            me = own.get_one(type(staff), staff.id)
            try:
                if number is None:
                    found = queue.take_next(own, staff=me, now=now)
                    taken.append(found.number if found else None)
                else:
                    found = requests.get_request(own, number=number)
                    queue.pick(own, request=found, staff=me, reason="skill", now=now)
                    taken.append(number)
            except queue.PickedAlreadyError:
                taken.append("too late")
            own.commit()

    for wishes in ([numbers[3]] * 4, [None] * 4):
        threads = [threading.Thread(target=take, args=(wish,)) for wish in wishes]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
    assert sorted(map(str, taken[:4])) == ["4", "too late", "too late", "too late"]
    assert sorted(map(str, taken[4:])) == ["1", "2", "3", "None"]
    demo_db.expire_all()
    assert queue.check_picks(demo_db) is None
    assert len(demo_db.scalars(select(Pick)).all()) == 4


def test_a_canned_text_keeps_its_versions(demo_db: Session, now: datetime) -> None:
    db = demo_db
    title = Texts(ru="Нужна база", en="We need the database")
    body = Texts(ru="Пришлите базу.", en="Send the database.")
    first = queue.add_canned_text(db, title=title, body=body, actor="staff:1", now=now)
    canned, _ = queue.get_canned_text(db, canned_id=first.canned_text_id)
    facts = {"canned": canned, "title": title, "actor": "staff:1", "now": now}
    assert queue.edit_canned_text(db, body=body, active=True, **facts).n == 1
    changed = Texts(ru="Пришлите, пожалуйста, базу.", en="Send the database, please.")
    assert queue.edit_canned_text(db, body=changed, active=True, **facts).n == 2
    assert [one.body for one in queue.list_canned_versions(db, canned=canned)] == [changed, body]
    with pytest.raises(queue.CannedTextError):
        queue.edit_canned_text(db, body=Texts(ru="", en="x"), active=True, **facts)
    queue.edit_canned_text(db, body=changed, active=False, **facts)
    assert canned.id not in [one.id for one, _version in queue.list_canned_texts(db)]


def test_what_requests_of_a_class_took_a_specialist_is_what_the_next_one_is_expected_to_take(
    demo_db: Session, now: datetime
) -> None:
    db, staff = demo_db, somebody_of_staff(demo_db)
    for nth in range(queue.ENOUGH):
        request = received(db, now)
        queue.pick(db, request=request, staff=staff, reason="skill", now=now)
        # Seven took three quarters of an hour, three went on over the night: that isn't work.
        said_at = now + (timedelta(minutes=45) if nth < 7 else timedelta(days=1))
        requests.answer(db, request=request, staff=staff, body="Смотрим", now=said_at)
        if nth < queue.ENOUGH - 1:
            assert queue.handling_minutes(db, now=said_at) == {}
    for _ in range(queue.ENOUGH):
        # Taken by the answer itself: how long it took isn't known.
        request = received(db, now - timedelta(hours=1))
        queue.take_to_work(db, request=request, staff=staff, now=now)
        requests.answer(db, request=request, staff=staff, body="Смотрим", now=now)
        requests.resolve(db, request=request, staff=staff, body="Готово", plan=False, now=now)
    again, question = received(db, now), received(db, now, impact="question")
    tomorrow = now + timedelta(days=1)
    assert queue.write_desk_work(db, now=tomorrow) == queue.ENOUGH + 2
    minutes = {row.key: row.minutes for row in db.scalars(select(DeskDemand))}
    assert minutes[f"request:{again.number}"] == 45
    assert minutes[f"request:{question.number}"] == queue.MINUTES
    assert queue.handling_minutes(db, now=now + timedelta(days=91)) == {}
