"""A free request is received: number, class, clocks, receipt; a pause is an information request."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from services.core.db import make_engine
from services.support import regulation, requests
from services.support.requests.clock_models import ClockEventRow, ClockRow
from tests.support_stories import asking

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tests.cluster import Database


def test_a_request_is_received_with_its_clocks_and_a_receipt(demo_db: Session, now: datetime) -> None:
    db = demo_db
    request = requests.write_down(db, asked=asking(db), actor="customer", now=now)
    assert (request.number, request.state, request.received_at) == (1, "held", None)
    requests.receive(db, request=request, now=now)

    assert (request.state, request.class_code) == ("open", "hampered")
    response, resolution = requests.clock_faces(db, request=request, now=now + timedelta(hours=1))
    assert (response.allowed, response.used, response.state) == (
        timedelta(hours=4), timedelta(hours=1), "running",
    )  # fmt: skip
    # Monday, 10:20 in Moscow, and four working hours.
    assert response.due_at == request.due_at == now + timedelta(hours=4)
    assert resolution.allowed == timedelta(hours=16)
    db.commit()
    assert db.scalar(select(ClockRow.due_at).where(ClockRow.target == "resolution")) == resolution.due_at


def test_an_information_request_is_the_pause_and_any_word_ends_it(demo_db: Session, now: datetime) -> None:
    db = demo_db
    request = requests.write_down(db, asked=asking(db, answers={}), actor="customer", now=now)
    requests.receive(db, request=request, ask_missing=True, now=now)
    assert request.state == "waiting"
    assert request.due_at is None
    asked = requests.find_open_info_request(db, request=request)
    assert asked is not None
    assert {item["code"] for item in asked.items} >= {"project", "steps", "database"}
    later = now + timedelta(hours=3)
    terms = regulation.get_regulation(db, on=now.date()).terms
    with pytest.raises(requests.AlreadyAskedError):
        requests.begin_pause(
            db, request=request, items=asked.items, terms=terms, message=None, staff=None,
            actor="system", now=later,
        )  # fmt: skip

    assert requests.end_pause(db, request=request, at=later, actor="customer", now=later)
    assert request.state == "open"
    assert request.due_at == now + timedelta(hours=7)
    assert requests.first_wrong(requests.list_rows(db, request_id=request.id)) is None


def test_the_ledger_is_never_changed_and_a_forged_line_is_seen(
    demo: Database, demo_db: Session, now: datetime
) -> None:
    db = demo_db
    request = requests.write_down(db, asked=asking(db), actor="customer", now=now)
    requests.receive(db, request=request, ask_missing=True, now=now)
    db.commit()
    owner = make_engine(demo.owner_url)
    with pytest.raises(DBAPIError, match="never changed"), owner.begin() as connection:
        connection.execute(text("UPDATE support.clock_event SET at = now()"))
    with owner.begin() as connection:
        connection.execute(text("ALTER TABLE support.clock_event DISABLE TRIGGER append_only"))
        connection.execute(text("UPDATE support.clock_event SET at = at - interval '1 h' WHERE n = 2"))
    owner.dispose()
    db.expire_all()
    rows = db.scalars(select(ClockEventRow).order_by(ClockEventRow.n)).all()
    assert requests.first_wrong(rows) == 2
