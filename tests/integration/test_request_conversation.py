"""The conversation of a free request: whose turn it is, what the clocks hear, how it ends and goes on."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from services.core import files
from services.core.errors import ConflictError, InvalidError
from services.core.states import IllegalMoveError
from services.support import contacts, queue, regulation, requests
from services.support.requests import AlreadyAskedError, ItemsError, MergeError
from tests.support_stories import arrived, asking, author, received, somebody_of_staff

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.support.requests.models import Request
    from tests.cluster import Database

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
NEEDED = [{"code": "database", "detail": "с планшета на 4.12"}]


def events_of(db: Session, request: Request) -> list[str]:
    return [row.kind for row in requests.list_rows(db, request_id=request.id)]


def clocks(db: Session, request: Request, now: datetime) -> list[tuple[str, timedelta]]:
    faces = requests.clock_faces(db, request=request, now=now)
    return [(face.state, face.used) for face in faces]


def mails(demo: Database) -> list[str]:
    with demo.app_sessions() as every:
        return list(every.scalars(text("SELECT event FROM core.outbox ORDER BY id")))


def test_asked_written_answered_solved_reopened_and_solved_again(demo, now):
    """As the database's role of the free flow, which may read neither mails nor the audit log."""
    with demo.free_sessions() as db:
        staff = somebody_of_staff(db)
        request = received(db, now)
        requests.ask_information(
            db, request=request, staff=staff, items=NEEDED, body="Пришлите базу.", now=now + HOUR
        )
        assert (request.state, request.due_at) == ("waiting", None)
        assert clocks(db, request, now + 3 * HOUR) == [("met", HOUR), ("paused", HOUR)]
        assert requests.refold(db, request=request, now=now + 2 * HOUR) == []
        upload, _key = arrived(db, now + 3 * HOUR)
        said = requests.customer_writes(
            db, request=request, person=request.author, body="", uploads=[upload], now=now + 3 * HOUR
        )
        assert request.state == "open"
        assert [one.name for one in files.list_files(db, subject_ref=said.subject_ref)] == ["base.db"]
        assert clocks(db, request, now + 4 * HOUR)[1] == ("running", 2 * HOUR)
        requests.answer(db, request=request, staff=staff, body="Смотрим.", now=now + 4 * HOUR)
        done = now + 5 * HOUR
        requests.resolve(db, request=request, staff=staff, body="Обновите.", plan=True, now=done)
        assert (request.state, request.resolution) == ("resolved", "plan")
        assert clocks(db, request, done + 9 * HOUR)[1] == ("met", 3 * HOUR)
        before = events_of(db, request)

        # A thank-you touches nothing; staff see that he had the last word.
        assert not requests.wants_reopening(db, request=request)
        thanks = timedelta(hours=22) + done
        requests.customer_writes(db, request=request, person=request.author, body="Спасибо!", now=thanks)
        assert requests.wants_reopening(db, request=request)
        requests.answer(db, request=request, staff=staff, body="Пожалуйста.", now=thanks + MINUTE)
        assert not requests.wants_reopening(db, request=request)
        assert events_of(db, request) == before

        # Nor can they open it again once the last word is theirs.
        with pytest.raises(IllegalMoveError):
            requests.open_again(db, request=request, staff=staff, now=thanks + MINUTE)
        again = requests.reopen(
            db, request=request, person=request.author, body="На двух планшетах нет.", now=thanks + HOUR
        )
        assert (again, again.state, again.resolved_at) == (request, "open", None)
        # What lies between the solution and now counts for nobody.
        assert clocks(db, request, thanks + HOUR)[1] == ("running", 3 * HOUR)
        requests.resolve(
            db, request=request, staff=staff, body="Исправили.", plan=False, now=thanks + 2 * HOUR
        )
        assert clocks(db, request, thanks + 9 * HOUR)[1] == ("met", 4 * HOUR)
        assert requests.first_wrong(requests.list_rows(db, request_id=request.id)) is None
        sides = [message.side for message in requests.list_messages(db, request=request)]
        assert sides == [
            "customer",
            "staff",
            "customer",
            "staff",
            "staff",
            "customer",
            "staff",
            "customer",
            "staff",
        ]
        db.commit()
    assert mails(demo) == [
        "support_receipt", "support_asked", "support_answer", "support_resolved", "support_answer",
        "support_resolved",
    ]  # fmt: skip


def test_what_is_refused_changes_nothing(demo_db, now):
    db = demo_db
    staff = somebody_of_staff(db)
    held = requests.write_down(db, asked=asking(db, author(db)), actor="customer", now=now)
    with pytest.raises(IllegalMoveError):
        requests.answer(db, request=held, staff=staff, body="Здравствуйте", now=now)
    with pytest.raises(IllegalMoveError):
        requests.ask_information(db, request=held, staff=staff, items=NEEDED, body="", now=now)
    request = requests.receive(db, request=held, now=now)
    ask = {"request": request, "staff": staff, "body": ""}
    for items, code in (([], "items_none"), ([{"code": "gold", "detail": ""}], "items_unknown")):
        with pytest.raises(ItemsError) as refused:
            requests.ask_information(db, **ask, items=items, now=now)
        assert refused.value.code == code
    for body, code in (("  \n", "message_empty"), ("x" * 20_001, "message_long")):
        with pytest.raises(InvalidError) as refused:
            requests.answer(db, request=request, staff=staff, body=body, now=now)
        assert refused.value.code == code
    with pytest.raises(IllegalMoveError):
        requests.cannot_collect(db, request=request, person=request.author, body="", now=now)
    with pytest.raises(IllegalMoveError):
        requests.reopen(db, request=request, person=request.author, body="Ещё", now=now)
    with pytest.raises(IllegalMoveError):
        requests.rate(db, request=request, grade="helped", now=now)
    requests.ask_information(db, **ask, items=NEEDED, now=now + HOUR)
    with pytest.raises(AlreadyAskedError):
        requests.ask_information(db, **ask, items=NEEDED, now=now + 2 * HOUR)
    assert clocks(db, request, now + 3 * HOUR)[1] == ("paused", HOUR)
    upload, _key = arrived(db, now)
    writes = {"request": request, "person": request.author, "body": "", "uploads": [upload]}
    requests.customer_writes(db, **writes, now=now + HOUR)
    with pytest.raises(ConflictError):
        requests.customer_writes(db, **writes | {"body": "Ещё"}, now=now + HOUR)


def test_a_letter_counts_from_its_receipt_whenever_it_is_read(demo_db, now):
    db = demo_db
    staff = somebody_of_staff(db)
    request = received(db, now)
    requests.ask_information(db, request=request, staff=staff, items=NEEDED, body="", now=now + HOUR)
    requests.customer_writes(
        db, request=request, person=request.author, body="Ищу", at=now + 2 * HOUR, now=now + 4 * HOUR
    )
    assert clocks(db, request, now + 4 * HOUR)[1] == ("running", 3 * HOUR)
    # One that came before we asked ends the pause where it began; one from the future comes now.
    requests.ask_information(db, request=request, staff=staff, items=NEEDED, body="", now=now + 4 * HOUR)
    requests.customer_writes(
        db, request=request, person=request.author, body="Вот", at=now + 3 * HOUR, now=now + 5 * HOUR
    )
    assert clocks(db, request, now + 5 * HOUR)[1] == ("running", 4 * HOUR)
    late = requests.customer_writes(
        db, request=request, person=request.author, body="!", at=now + 99 * HOUR, now=now + 5 * HOUR
    )
    assert late.at == now + 5 * HOUR


def test_who_cannot_collect_is_marked_and_may_be_told_of_the_paid_session_once(demo_db, now):
    db = demo_db
    staff = somebody_of_staff(db)
    request = received(db, now)
    tell = {"request": request, "staff": staff, "now": now + 2 * HOUR}
    with pytest.raises(InvalidError):
        requests.mention_session(db, **tell, why="cannot_collect")
    requests.ask_information(db, request=request, staff=staff, items=NEEDED, body="", now=now + HOUR)
    said = requests.cannot_collect(db, request=request, person=request.author, body="", now=now + 2 * HOUR)
    assert (request.state, request.cannot_collect) == ("open", True)
    assert "собрать" in said.body
    before = (request.due_at, events_of(db, request))
    made = requests.mention_session(db, **tell, why="cannot_collect")
    with pytest.raises(requests.AlreadyMentionedError):
        requests.mention_session(db, **tell, why="asked")
    requests.decline_mention(db, request=request, now=now + 3 * HOUR)
    requests.decline_mention(db, request=request, now=now + 4 * HOUR)
    assert made.declined_at == now + 3 * HOUR
    assert (request.due_at, events_of(db, request)) == before


def test_too_late_to_reopen_makes_a_request_that_follows(demo_db, now):
    db = demo_db
    staff = somebody_of_staff(db)
    request = received(db, now)
    requests.resolve(db, request=request, staff=staff, body="Готово", plan=False, now=now + HOUR)
    assert requests.rate(db, request=request, grade="partly", now=now + HOUR).grade == "partly"
    with pytest.raises(requests.AlreadyRatedError):
        requests.rate(db, request=request, grade="helped", now=now + HOUR)
    last = requests.reopen_until(db, request=request)
    late = now + timedelta(days=(last - now.date()).days + 1)
    assert requests.may_reopen(db, request=request, now=late - timedelta(days=1))
    assert not requests.may_reopen(db, request=request, now=late)
    upload, _key = arrived(db, late)
    says = {"request": request, "person": request.author, "body": "Снова", "uploads": [upload]}
    with pytest.raises(requests.ReopenLateError):
        requests.reopen(db, **says, now=late)
    new = contacts.reopen_or_follow(db, **says, now=late)
    assert (new.follows_id, new.state, request.state) == (request.id, "open", "resolved")
    assert new.received_at == late
    first = requests.list_messages(db, request=new)[0]
    assert (first.body, files.list_files(db, subject_ref=first.subject_ref)[0].name) == ("Снова", "base.db")
    assert requests.find_follower(db, request=request) is new


def test_when_he_wrote_decides_whether_staff_open_it_again_or_a_new_one_follows(demo_db, now):
    db = demo_db
    staff = somebody_of_staff(db)
    timely, tardy = received(db, now), received(db, now)
    for request in (timely, tardy):
        requests.resolve(db, request=request, staff=staff, body="Готово", plan=False, now=now)
        with pytest.raises(IllegalMoveError):
            contacts.go_on(db, request=request, staff=staff, now=now)
    late = now + timedelta(days=(requests.reopen_until(db, request=tardy) - now.date()).days + 1)
    contacts.hear(db, request=timely, person=timely.author, body="Опять", now=late - timedelta(days=1))
    contacts.hear(db, request=tardy, person=tardy.author, body="Снова", now=late)
    wanting = {line.number for line in queue.list_wanting_reopening(db, limit=9, now=late)}
    assert wanting >= {timely.number, tardy.number}
    assert contacts.go_on(db, request=timely, staff=staff, now=late + HOUR) is timely
    assert timely.state == "open"
    new = contacts.go_on(db, request=tardy, staff=staff, now=late + HOUR)
    assert (new.follows_id, new.state, new.received_at) == (tardy.id, "open", late + HOUR)
    assert requests.list_messages(db, request=new)[0].body == "Снова"
    assert contacts.go_on(db, request=tardy, staff=staff, now=late + HOUR) is new
    wanting = {line.number for line in queue.list_wanting_reopening(db, limit=9, now=late + HOUR)}
    assert not wanting & {timely.number, tardy.number}


def test_of_two_that_are_one_the_earlier_receipt_stays(demo_db, now):
    db = demo_db
    staff = somebody_of_staff(db)
    olga, stranger = author(db), author(db, "Пётр", "petr@bereg.example")
    first = received(db, now, olga)
    second = received(db, now + HOUR, author(db, "О. Мельникова", "OLGA@kedr.example"))
    other = received(db, now + HOUR, stranger)
    requests.ask_information(db, request=second, staff=staff, items=NEEDED, body="", now=now + HOUR)
    for into, code in ((first, "merge_self"), (other, "merge_strangers")):
        with pytest.raises(MergeError) as refused:
            requests.merge(db, request=first, into=into, staff=staff, now=now + 2 * HOUR)
        assert refused.value.code == code
    due = first.due_at
    assert requests.merge(db, request=first, into=second, staff=staff, now=now + 2 * HOUR) is first
    assert (second.state, second.merged_into_id, first.due_at) == ("merged", first.id, due)
    assert requests.find_merged_into(db, request=second) == (first, True)
    assert requests.find_open_info_request(db, request=second) is None
    # What is written to the one that went belongs to the one that stays.
    said = requests.customer_writes(db, request=second, person=olga, body="Ещё вот", now=now + 3 * HOUR)
    assert said.request_id == first.id
    with pytest.raises(IllegalMoveError):
        requests.answer(db, request=second, staff=staff, body="Нет", now=now + 3 * HOUR)


def test_staff_open_a_request_again_on_what_its_author_wrote_after_the_end(demo_db, now):
    db, staff = demo_db, somebody_of_staff(demo_db)
    solved = received(db, now)
    requests.resolve(db, request=solved, staff=staff, body="Обновите.", plan=False, now=now + HOUR)
    said = {"person": solved.author, "body": "Остатки опять за среду."}
    requests.customer_writes(db, request=solved, now=now + 2 * HOUR, **said)
    requests.open_again(db, request=solved, staff=staff, now=now + 3 * HOUR)
    assert (solved.state, solved.resolved_at) == ("open", None)
    # Nothing counts between the solution and the moment of opening it again.
    assert clocks(db, solved, now + 4 * HOUR) == [("met", HOUR), ("running", 2 * HOUR)]

    silent = received(db, now)
    requests.ask_information(db, request=silent, staff=staff, items=NEEDED, body="", now=now + HOUR)
    late = now + timedelta(days=60)
    assert requests.close_silent(db, now=late) == 1
    wrote = late + timedelta(days=1)
    requests.customer_writes(db, request=silent, now=wrote, **said)
    assert clocks(db, silent, wrote + HOUR)[1] == ("paused", HOUR)
    requests.open_again(db, request=silent, staff=staff, now=wrote + 2 * HOUR)
    rules = regulation.get_regulation_by_id(db, regulation_id=silent.regulation_id)
    worked = rules.calendar.business_time_between(wrote, wrote + 3 * HOUR)
    # His word has ended the pause when it came, whenever it was read.
    assert clocks(db, silent, wrote + 3 * HOUR)[1] == ("running", HOUR + worked)


def test_what_was_closed_for_silence_goes_on_with_any_word_and_later_in_a_new_request(demo_db, now):
    db, staff = demo_db, somebody_of_staff(demo_db)
    one, other, third, solved = (received(db, now) for _ in range(4))
    for silent in (one, other, third):
        requests.ask_information(db, request=silent, staff=staff, items=NEEDED, body="", now=now + HOUR)
    requests.resolve(db, request=solved, staff=staff, body="Обновите.", plan=False, now=now + HOUR)
    closed = now + timedelta(days=60)
    assert requests.close_silent(db, now=closed) == 3

    # The base alone, without a word; the letter came a day before it was read.
    upload, _key = arrived(db, closed)
    read, came = closed + timedelta(days=3), closed + timedelta(days=2)
    heard = contacts.hear(
        db, request=one, person=one.author, body="", uploads=[upload], at=came, source="mail", now=read
    )
    assert (heard, one.state) == (one, "open")
    rules = regulation.get_regulation_by_id(db, regulation_id=one.regulation_id)
    worked = rules.calendar.business_time_between(came, read)
    assert worked
    assert clocks(db, one, read)[1] == ("running", HOUR + worked)
    assert requests.list_messages(db, request=one)[-1].at == came

    # In time is what came in time, whenever it is read; a letter from before we asked ends the pause, too.
    late = closed + timedelta(days=60)
    assert contacts.hear(db, request=other, person=other.author, body="Вот", at=came, now=late) is other
    early = contacts.reopen_or_follow(
        db, request=third, person=third.author, body="Вот", at=now + HOUR / 2, now=late
    )
    assert (early, third.due_at is None) == (third, False)
    requests.ask_information(db, request=other, staff=staff, items=NEEDED, body="", now=late)
    assert requests.close_silent(db, now=late + timedelta(days=60)) == 1
    said = {"request": other, "person": other.author, "now": late + timedelta(days=120)}
    upload, _key = arrived(db, said["now"])
    new = contacts.hear(db, body="", uploads=[upload], **said)
    assert (new.follows_id, new.state, new.received_at) == (other.id, "open", said["now"])
    assert (other.state, requests.list_messages(db, request=new)[0].body) == ("closed", other.subject)
    assert contacts.hear(db, body="И ещё", **said) is new

    # A thank-you after a solution stays a thank-you, however late.
    assert contacts.hear(db, request=solved, person=solved.author, body="Спасибо", now=late) is solved
    assert (solved.state, requests.find_follower(db, request=solved)) == ("resolved", None)
