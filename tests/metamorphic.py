"""A free queue worked by a simple robot, and all that it left behind: to be compared with another run.

A run is one transaction that is rolled back: numbers, links and texts are the same in the next one, and
rows are named by numbers of requests, since identities go on. The robot sees what staff see.
"""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, text

from services import people
from services.core.mail import outbox
from services.core.mail.models import OutboxMail
from services.people.models import Person
from services.support import contacts, queue, requests
from services.support.queue.models import Pick
from services.support.requests.models import Request
from tests.support_stories import asking

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tests.cluster import Database

IMPACTS = ("stopped", "hampered", "inconvenient", "question")
_ITEMS = [{"code": "database", "detail": ""}]


def customers(db: Session, count: int) -> list[int]:
    """People of companies of their own, before anything is asked or bought: their ids."""
    made = [
        people.add_person(
            db,
            name=f"Ольга {n}",
            email=f"olga{n}@company{n}.example",
            locale=("ru", "en")[n % 2],
            zone="Asia/Omsk",
        )
        for n in range(count)
    ]
    return [person.id for person in made]


def work(
    demo: Database,
    *,
    seed: int,
    authors: Sequence[int],
    now: datetime,
    steps: int = 14,
    head: Callable[..., Any] | None = None,
) -> list[object]:
    """Ask and answer by chance of `seed` as the free flow's role; everything that can be seen of it.

    `head` may put another order in place of the queue's: a planted fault.
    """
    chance = random.Random(seed)
    with demo.app_sessions() as db:
        last = db.scalar(select(OutboxMail.id).order_by(OutboxMail.id.desc()).limit(1)) or 0
        picked = queue.count_picks(db)
        if head is None:
            db.execute(text("SET LOCAL ROLE priyom_free"))
        seen = _steps(db, chance, authors, now, steps=steps, head=head or queue.find_head)
        db.execute(text("SET LOCAL ROLE priyom_app"))
        seen += _left(db, last, picked)
        db.rollback()
    return seen


def _steps(
    db: Session,
    chance: random.Random,
    authors: Sequence[int],
    now: datetime,
    *,
    steps: int,
    head: Callable[..., Any],
) -> list[object]:
    staff = people.list_staff(db)
    seen: list[object] = []
    mine: list[Request] = []
    for _step in range(steps):
        now += timedelta(minutes=chance.randint(1, 90))
        if chance.random() < 0.6:
            who = db.get_one(Person, chance.choice(list(authors)))
            facts = {"impact": chance.choice(IMPACTS), "employees": chance.randint(0, 40)}
            made = requests.write_down(db, asked=asking(db, who, **facts), actor="customer", now=now)
            requests.receive(db, request=made, ask_missing=chance.random() < 0.3, now=now)
        member, act = chance.choice(staff), chance.random()
        first = head(db)
        if first is not None and act < 0.7:
            reason = None if first.id == _id(queue.find_head(db)) else "skill"
            queue.pick(db, request=first, staff=member, reason=reason, now=now)
            mine.append(first)
        if mine:
            _handle(db, chance, chance.choice(mine), member, now)
        seen.append([(line.number, line.due_at, line.assignee) for line in queue.list_queue(db, limit=100)])
        seen.append([line.number for line in queue.list_waiting(db, limit=100)])
    return seen


def _id(request: Request | None) -> int | None:
    return request.id if request is not None else None


def _handle(db: Session, chance: random.Random, request: Request, staff: Any, now: datetime) -> None:
    """One step with a request that somebody has, whichever its state allows."""
    act = chance.choice(("ask", "answer", "resolve"))
    if request.state == "waiting":
        contacts.hear(db, request=request, person=request.author, body="Вот.", now=now)
    elif request.state == "resolved" and act == "ask":
        contacts.reopen_or_follow(db, request=request, person=request.author, body="Нет.", now=now)
    elif request.state == "open" and act == "ask":
        requests.ask_information(db, request=request, staff=staff, items=_ITEMS, body="Базу.", now=now)
    elif request.state == "open" and act == "answer":
        requests.answer(db, request=request, staff=staff, body="Смотрим.", now=now)
    elif request.state == "open":
        requests.resolve(db, request=request, staff=staff, body="Готово.", plan=False, now=now)


def _left(db: Session, last: int, picked: int) -> list[object]:
    """Requests, messages, clocks, picks, and every mail as it would be sent."""
    numbers = {row.id: row.number for row in db.execute(select(Request.id, Request.number))}
    left: list[object] = []
    for request in db.scalars(select(Request).order_by(Request.number)):
        left.append((request.number, request.state, request.class_code, request.due_at, request.assignee_id))
        left += [(m.side, m.body, m.at) for m in requests.list_messages(db, request=request)]
        left += [(e.n, e.kind, e.at, e.actor, e.about) for e in requests.list_rows(db, request_id=request.id)]
    for pick in db.scalars(select(Pick).where(Pick.n > picked).order_by(Pick.n)):
        passed = [numbers[one] for one in pick.passed]
        left.append(
            (pick.n, pick.at, pick.staff_id, numbers[pick.request_id], passed, pick.offered, pick.reason)
        )
    for mail in db.scalars(select(OutboxMail).where(OutboxMail.id > last).order_by(OutboxMail.id)):
        left.append(
            (mail.event, mail.to_email, mail.subject, mail.thread, outbox.read_body(db, mail=mail)[0])
        )
    return left
