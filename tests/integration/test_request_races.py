"""Many at once: numbers have no gap, a pause ends once, and the ledger stays one chain."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from services.core.db import make_engine
from services.core.states import IllegalMoveError
from services.support import requests
from services.support.requests.models import Numbering, Request
from tests.support_stories import asking, received, somebody_of_staff

THREADS, EACH = 16, 4


class FallError(Exception):
    """What a thread may run into after it has taken its number."""


def fall(db, fate):
    if fate == 1:
        raise FallError
    if fate == 2:
        db.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))


def test_sixteen_threads_with_rollbacks_and_lost_lines_leave_no_gap_in_the_numbers(demo, now):
    with demo.app_sessions.begin() as db:
        asking(db)  # the person is there before the race
    turns = count()

    def write(turn):
        for fate in (turn % 3, 0):
            try:
                with demo.app_sessions.begin() as db:
                    made = requests.write_down(db, asked=asking(db), actor="customer", now=now)
                    fall(db, fate)
                    requests.receive(db, request=made, now=now)
            except (FallError, DBAPIError):
                continue

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda _n: write(next(turns)), range(THREADS * EACH)))
    with demo.app_sessions() as db:
        written = db.scalars(select(Request).order_by(Request.number)).all()
        assert db.scalars(select(Numbering.last)).one() == len(written)
        assert [one.number for one in written] == list(range(1, len(written) + 1))
        assert len(written) >= THREADS * EACH
        assert all(requests.first_wrong(requests.list_rows(db, request_id=one.id)) is None for one in written)


def test_messages_answers_and_solutions_at_once_make_one_chain_and_end_the_pause_once(demo, now):
    with demo.app_sessions.begin() as db:
        number = received(db, now=now, ask_missing=True).number
    later = now + timedelta(minutes=30)

    def act(turn):
        at = later + timedelta(seconds=turn)
        with demo.app_sessions() as db:
            request, staff = requests.get_request(db, number=number), somebody_of_staff(db)
            try:
                if turn == THREADS - 1:
                    requests.resolve(db, request=request, staff=staff, body="Так.", plan=False, now=at)
                elif turn % 3 == 0:
                    requests.answer(db, request=request, staff=staff, body="Смотрим.", now=at)
                else:
                    requests.customer_writes(
                        db, request=request, person=request.author, body="И ещё.", now=at
                    )
            except IllegalMoveError:
                db.rollback()
            else:
                db.commit()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(act, range(THREADS)))
    with demo.app_sessions() as db:
        request = requests.get_request(db, number=number)
        rows = requests.list_rows(db, request_id=request.id)
        kinds = [row.kind for row in rows]
        assert requests.first_wrong(rows) is None
        assert (kinds.count("resolved"), kinds.count("asked")) == (1, 1)
        assert kinds.count("customer_wrote") <= 1
        assert request.state == "resolved"
        assert requests.find_open_info_request(db, request=request) is None
        _response, resolution = requests.clock_faces(db, request=request, now=later + timedelta(hours=9))
        assert (resolution.state, resolution.pauses) == ("met", 1)
        assert requests.refold(db, request=request, now=later + timedelta(hours=9)) == []


def test_the_ledger_is_never_changed_not_even_by_the_owner_and_any_forgery_shows(demo, now):
    with demo.app_sessions.begin() as db:
        request = received(db, now=now, ask_missing=True)
        requests.customer_writes(
            db, request=request, person=request.author, body="Вот.", now=now + timedelta(hours=1)
        )
        request_id = request.id
    owner = make_engine(demo.owner_url)
    forgeries = {
        "UPDATE support.clock_event SET at = at - interval '1 h' WHERE n = 2": 2,
        "UPDATE support.clock_event SET response_seconds = 99999 WHERE n = 1": 1,
        "UPDATE support.clock_event SET actor = 'person' WHERE n = 2": 2,
        "DELETE FROM support.clock_event WHERE n = 2": 2,
        "DELETE FROM support.clock_event WHERE n = 1": 1,
    }
    for statement, wrong in forgeries.items():
        with pytest.raises(DBAPIError, match="never changed"), owner.begin() as connection:
            connection.execute(text(statement))
        with owner.connect() as connection:
            connection.execute(text("ALTER TABLE support.clock_event DISABLE TRIGGER append_only"))
            connection.execute(text(statement))
            seen = connection.execute(
                text("SELECT * FROM support.clock_event WHERE request_id = :id ORDER BY n"),
                {"id": request_id},
            ).all()
            connection.rollback()
        assert requests.first_wrong(seen) == wrong, statement
    owner.dispose()
    with demo.app_sessions() as db:
        assert requests.first_wrong(requests.list_rows(db, request_id=request_id)) is None
    for sessions in (demo.app_sessions, demo.free_sessions):
        with sessions() as db, pytest.raises(DBAPIError):
            db.execute(text("DELETE FROM support.clock_event"))
