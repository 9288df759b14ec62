"""Two at once in one conversation: one of them is first, the other one is told, and nothing is doubled."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from sqlalchemy import func, select

from services.core.errors import DomainError
from services.support import contacts, requests
from services.support.requests.models import InfoRequest, Message, Request
from tests.support_stories import received, somebody_of_staff

HOUR = timedelta(hours=1)
NEEDED = [{"code": "database", "detail": ""}]


def at_once(demo, *verbs):
    """Do each in a transaction of its own as the free flow's role; the names of what was refused."""
    start = Barrier(len(verbs))

    def one(verb):
        try:
            with demo.free_sessions.begin() as db:
                start.wait()
                verb(db)
        except DomainError as error:
            return type(error).__name__
        return ""

    with ThreadPoolExecutor(len(verbs)) as pool:
        return sorted(pool.map(one, verbs))


def test_of_two_who_do_the_same_one_is_first(demo, now):
    with demo.free_sessions.begin() as db:
        number, twin = received(db, now).number, received(db, now + HOUR).number

    def verb(name, *, number=number, customer=False, after=HOUR, of=requests, **facts):
        def act(db):
            request = requests.get_request(db, number=number)
            who = {"person": request.author} if customer else {"staff": somebody_of_staff(db)}
            if name == "rate":
                who = {}
            getattr(of, name)(db, request=request, now=now + after, **who, **facts)

        return act

    ask = verb("ask_information", items=NEEDED, body="")
    assert at_once(demo, ask, ask) == ["", "AlreadyAskedError"]
    write = verb("customer_writes", customer=True, body="Вот", after=2 * HOUR)
    answer = verb("answer", body="Смотрим", after=2 * HOUR)
    assert at_once(demo, write, write, answer, answer) == ["", "", "", ""]
    mention = verb("mention_session", why="asked", after=3 * HOUR)
    assert at_once(demo, mention, mention) == ["", "AlreadyMentionedError"]
    solve = verb("resolve", body="Готово", plan=False, after=3 * HOUR)
    assert at_once(demo, solve, solve) == ["", "IllegalMoveError"]
    assert at_once(demo, verb("rate", grade="helped"), verb("rate", grade="not")) == ["", "AlreadyRatedError"]
    again = verb("reopen", customer=True, body="Нет", after=4 * HOUR)
    assert at_once(demo, again, again) == ["", "IllegalMoveError"]
    at_once(demo, solve)
    late = verb("reopen_or_follow", of=contacts, customer=True, body="Снова", after=timedelta(days=60))
    assert at_once(demo, late, late) == ["", ""]
    with demo.free_sessions.begin() as db:
        request = requests.get_request(db, number=number)
        events = [row.kind for row in requests.list_rows(db, request_id=request.id)]
        assert [events.count(kind) for kind in ("asked", "customer_wrote", "resolved")] == [1, 2, 2]
        assert requests.first_wrong(requests.list_rows(db, request_id=request.id)) is None
        assert db.scalar(select(func.count(InfoRequest.id))) == 1
        said = [(row.side, row.body) for row in requests.list_messages(db, request=request)]
        assert (said.count(("customer", "Вот")), said.count(("staff", "Смотрим"))) == (1, 1)
        # The form that was sent twice made one request.
        follower = db.scalars(select(Request).where(Request.follows_id == request.id)).one()
        assert len(requests.list_messages(db, request=follower)) == 1
        other = received(db, now + 2 * HOUR)

    def merge(one, into):
        def act(db):
            found = [requests.get_request(db, number=number) for number in (one, into)]
            requests.merge(
                db, request=found[0], into=found[1], staff=somebody_of_staff(db), now=now + 3 * HOUR
            )

        return act

    writes = verb("customer_writes", number=other.number, customer=True, body="Ещё", after=3 * HOUR)
    done = at_once(demo, merge(twin, other.number), merge(other.number, twin), writes)
    assert done == ["", "", "IllegalMoveError"]
    with demo.free_sessions() as db:
        gone = requests.get_request(db, number=other.number)
        assert (gone.state, requests.get_request(db, number=twin).state) == ("merged", "open")
        assert db.scalar(select(func.count(Message.id)).where(Message.body == "Ещё")) == 1
