"""Clocks of requests in the database: what the worker does with them, under the role of the free flow."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from services.core import mail
from services.core.business_calendars import get_calendar, list_calendar_versions, publish_version
from services.core.db import make_engine
from services.core.mail import OutboxMail
from services.scheduling.models import DeskDemand
from services.support import contacts, requests
from services.support.requests.clock_models import ClockRow, Reminder
from services.support.requests.models import Message, Request
from tests.support_stories import received, somebody_of_staff
from tests.working import support_worker

HOUR = timedelta(hours=1)


@pytest.fixture
def work(demo, clock):
    with support_worker(demo, clock) as do:
        yield do


def mails(db, event):
    return db.scalars(select(OutboxMail).where(OutboxMail.event == event).order_by(OutboxMail.id)).all()


def failures(db):
    return db.execute(text("SELECT task, error FROM core.job_failure")).all()


def test_the_free_role_receives_and_the_desk_learns_what_is_open(demo, db_of, clock, now, work):
    with demo.free_sessions.begin() as db:
        first = received(db, now=now).number
        received(db, now=now, ask_missing=True)
    work()
    db = db_of()
    # What waits for its author takes nobody's time.
    assert [(one.key, one.minutes) for one in db.scalars(select(DeskDemand))] == [(f"request:{first}", 30)]
    letters = mails(db, "support_receipt")
    assert [
        f"№ {number}" in one.subject.replace("\u00a0", " ") for number, one in enumerate(letters, first)
    ] == [True, True]
    assert {one.thread for one in letters} == {f"request:{first}", f"request:{first + 1}"}
    assert failures(db) == []


def test_reminders_come_at_their_shares_once_and_in_working_hours_only(demo, db_of, clock, now, work):
    with demo.free_sessions.begin() as db:
        number = received(db, now=now).number  # Monday, 10:20 in Moscow
    seen = []
    for hours in (1.9, 2, 2.5, 3.7, 12, 22.9, 27.3):
        clock.at = now + hours * HOUR
        work("remind_of_requests")
        seen.append(
            [(one.target, one.share) for one in db_of().scalars(select(Reminder).order_by(Reminder.at))]
        )
    assert [len(one) for one in seen] == [0, 1, 1, 3, 3, 3, 5]
    assert set(seen[3]) == {("response", 50), ("response", 75), ("response", 90)}
    assert set(seen[-1]) - set(seen[3]) == {("resolution", 50), ("resolution", 75)}
    db = db_of()
    # Of two shares passed at once only the higher one is told.
    assert len(mails(db, "support_reminder")) == 3
    assert failures(db) == []

    # Solved and opened again: its deadline is told of anew.
    with demo.free_sessions.begin() as db:
        request = requests.get_request(db, number=number)
        requests.resolve(
            db, request=request, staff=somebody_of_staff(db), body="Так.", plan=False, now=clock.at
        )
        requests.reopen(
            db, request=request, person=request.author, body="Нет.", now=clock.at + timedelta(minutes=5)
        )
    clock.at += timedelta(minutes=10)
    work("remind_of_requests")
    assert len(mails(db_of(), "support_reminder")) == 4


def test_who_is_silent_too_long_is_closed_and_may_still_write(demo, db_of, clock, now, work):
    with demo.free_sessions.begin() as db:
        waits = received(db, now=now, ask_missing=True).number
        solved = received(db, now=now)
        requests.resolve(db, request=solved, staff=somebody_of_staff(db), body="Так.", plan=False, now=now)
        solved_number = solved.number
    states = []
    # Ten business days after Monday, 23 November, end with Monday, 7 December.
    for at in (datetime(2026, 12, 7, 20, 59, tzinfo=UTC), datetime(2026, 12, 7, 21, 0, tzinfo=UTC)):
        clock.at = at
        work("close_requests")
        states.append(db_of().scalars(select(Request.state).order_by(Request.number)).all())
    assert states == [["waiting", "resolved"], ["closed", "closed"]]
    assert [one.subject_ref for one in mails(db_of(), "support_closed")] == [f"request:{waits}"]
    assert failures(db_of()) == []
    with demo.free_sessions.begin() as db:
        request = requests.get_request(db, number=waits)
        again = contacts.hear(db, request=request, person=request.author, body="Вот база.", now=clock.at)
        assert (again.number, again.state) == (waits, "open")
        response, _resolution = requests.clock_faces(db, request=request, now=clock.at)
        assert response.used == timedelta(0)
        late = requests.get_request(db, number=solved_number)
        later = clock.at + timedelta(days=30)
        follower = contacts.reopen_or_follow(db, request=late, person=late.author, body="Снова.", now=later)
        assert (follower.number, follower.follows_id) == (solved_number + 1, late.id)


def test_every_night_rows_are_made_again_and_a_forged_ledger_is_named(demo, db_of, clock, now, work):
    with demo.free_sessions.begin() as db:
        numbers = [received(db, now=now).number for _ in range(4)]
        cut = requests.get_request(db, number=numbers[3])
        requests.answer(db, request=cut, staff=somebody_of_staff(db), body="Смотрим.", now=now)
    owner = make_engine(demo.owner_url)
    with owner.begin() as forge:
        ids = {row.number: row.id for row in forge.execute(text("SELECT number, id FROM support.request"))}
        forge.execute(update(ClockRow).where(ClockRow.request_id == ids[numbers[0]]).values(due_at=now))
        forge.execute(text("ALTER TABLE support.clock_event DISABLE TRIGGER append_only"))
        forge.execute(
            text("UPDATE support.clock_event SET at = at + interval '9 h' WHERE request_id = :id"),
            {"id": ids[numbers[2]]},
        )
        forge.execute(  # the end cut off: what is left follows from itself
            text("DELETE FROM support.clock_event WHERE request_id = :id AND n = 2"), {"id": ids[numbers[3]]}
        )
        forge.execute(text("ALTER TABLE support.clock_event ENABLE TRIGGER append_only"))
    owner.dispose()
    clock.at = now + 17 * HOUR
    work("refold_clocks")
    db = db_of()
    found = requests.find_last_round(db, kind="refold")
    assert found is not None
    assert (found.seen, found.changed, found.broken) == (4, 1, numbers[2:])
    assert found.ended_at == clock.at
    due = select(ClockRow.due_at).where(ClockRow.request_id == ids[numbers[0]], ClockRow.target == "response")
    assert db.scalar(due) == now + 4 * HOUR
    noted = db.execute(text("SELECT verb, subject FROM core.audit WHERE verb LIKE 'clock.%' ORDER BY seq"))
    assert [tuple(row) for row in noted] == [
        ("clock.refold", f"request:{numbers[0]}"), ("clock.broken", f"request:{numbers[2]}"),
        ("clock.broken", f"request:{numbers[3]}"),
    ]  # fmt: skip
    assert failures(db) == []


def test_a_new_version_of_the_calendar_moves_what_runs_and_nothing_that_stopped(
    demo, db_of, clock, now, work
):
    with demo.app_sessions.begin() as db:
        runs, stopped = received(db, now=now).number, received(db, now=now)
        requests.resolve(
            db, request=stopped, staff=somebody_of_staff(db), body="Так.", plan=False, now=now + HOUR
        )
        frozen = [requests.clock_faces(db, request=stopped, now=now + HOUR)]
        received(db, now=now, ask_missing=True)
        calendar = get_calendar(db, code="support")
        publish_version(
            db, calendar=calendar, effective_from=date(2026, 11, 24),
            weekly=[(day, 600, 1080) for day in range(5)], overrides={date(2026, 11, 25): []},
            actor="staff:1", now=now,
        )  # fmt: skip
        calendar_id = calendar.id
    work()
    db = db_of()
    report = requests.find_last_round(db, kind="recompute", calendar_id=calendar_id)
    assert report is not None
    # The first answer is due today as before; sixteen hours end a day and an hour later.
    assert (report.seen, report.changed) == (2, 1)
    one = requests.get_request(db, number=runs)
    response, resolution = requests.clock_faces(db, request=one, now=now)
    assert response.due_at == one.due_at == now + 4 * HOUR
    assert resolution.due_at == datetime(2026, 11, 26, 7, 20, tzinfo=UTC)
    kept = requests.get_request(db, number=runs + 1)
    frozen.append(requests.clock_faces(db, request=kept, now=now + 90 * HOUR))
    assert frozen[0] == frozen[1]
    first, _new = list_calendar_versions(db, calendar=get_calendar(db, code="support"))
    by = select(ClockRow.calendar_version_id).where(ClockRow.request_id.in_((kept.id, one.id)))
    assert db.scalars(by.order_by(ClockRow.request_id, ClockRow.target)).all() == [
        None,
        None,
        first.id,
        first.id,
    ]
    assert failures(db) == []


def test_who_changes_the_hours_waits_for_clocks_that_are_being_started(demo, db_of, now, work):
    def publish():
        with demo.app_sessions.begin() as db:
            publish_version(
                db, calendar=get_calendar(db, code="support"), effective_from=now.date() + timedelta(days=1),
                weekly=[(day, 1080, 1320) for day in range(7)], overrides={}, actor="staff:1", now=now,
            )  # fmt: skip

    with ThreadPoolExecutor(1) as pool, demo.app_sessions() as watching:
        with demo.free_sessions.begin() as db:
            request = received(db, now=now, impact="question")
            by_the_old_hours = request.due_at
            publishing = pool.submit(publish)
            while not watching.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
                assert not publishing.done()
        publishing.result(timeout=20)
    work()
    moved = requests.get_request(db_of(), number=request.number).due_at
    # Of eight hours twenty minutes are left for tomorrow: from nine on, or now from six in the evening.
    both = [at.astimezone(ZoneInfo("Europe/Moscow")) for at in (by_the_old_hours, moved)]
    assert [at.strftime("%d %H:%M") for at in both] == [
        "24 09:20", "24 18:20",
    ]  # fmt: skip


def test_a_mail_that_was_given_up_takes_back_what_it_did(demo, db_of, clock, now, work):
    later = now + HOUR
    with demo.app_sessions.begin() as db:
        answered, asked, solved = (received(db, now=now) for _ in range(3))
        staff = somebody_of_staff(db)
        requests.answer(db, request=answered, staff=staff, body="Смотрим.", now=later)
        requests.ask_information(
            db, request=asked, staff=staff, items=[{"code": "database"}], body="", now=later
        )
        requests.resolve(db, request=solved, staff=staff, body="Так.", plan=False, now=later)
        lost = db.scalars(select(Message.mail_id).where(Message.mail_id.is_not(None))).all()
        assert len(lost) == 3
        numbers = [one.number for one in (answered, asked, solved)]
        for mail_id in lost:
            mail.settle(db, mail_id=mail_id, answer=mail.Answer("refused", "550 no such user"), now=later)
    clock.at = now + 2 * HOUR
    work()
    db = db_of()
    assert failures(db) == []
    for number in numbers:
        request = requests.get_request(db, number=number)
        assert request.state == "open"
        assert requests.first_wrong(requests.list_rows(db, request_id=request.id)) is None
    for number in numbers:
        request = requests.get_request(db, number=number)
        response, resolution = requests.clock_faces(db, request=request, now=clock.at)
        assert (response.state, response.used, response.due_at) == ("running", 2 * HOUR, now + 4 * HOUR)
        # Between a solution and its opening again nothing counts.
        used = HOUR if number == numbers[-1] else 2 * HOUR
        assert (resolution.used, resolution.pauses, request.resolved_at) == (used, 0, None)
    assert {one.lost_at for one in db.scalars(select(Message).where(Message.mail_id.is_not(None)))} == {
        clock.at
    }


@pytest.fixture
def db_of(demo):
    """A new session each time: nothing is remembered from the one before."""
    opened = []

    def make():
        opened.append(demo.app_sessions())
        return opened[-1]

    yield make
    for one in opened:
        one.close()


@pytest.mark.parametrize(
    "change",
    [
        "request SET number = number + 100",
        "request SET received_at = received_at - interval '1 day'",
        "request SET author_id = author_id",
        "request SET subject = 'another'",
        "request SET product_id = product_id",
        "request SET written_at = written_at",
        "message SET body = 'another'",
        "message SET at = at",
        "clock SET started_at = started_at",
        "numbering SET id = id",
    ],
)
def test_the_free_role_may_not_rewrite_what_a_request_began_with(demo, now, change):
    with demo.free_sessions.begin() as db:
        received(db, now=now)
    refused = pytest.raises(DBAPIError, match=r"permission denied|never changed")
    with demo.free_sessions() as db, refused:
        db.execute(text(f"UPDATE support.{change}"))


def test_a_ledger_cut_after_its_request_had_ended_is_named_until_it_holds(demo, db_of, clock, now, work):
    with demo.free_sessions.begin() as db:
        numbers = [received(db, now=now).number for _ in range(3)]
    owner = make_engine(demo.owner_url)
    with owner.begin() as connection:
        ended = "state = 'closed', due_at = NULL, resolved_at = :at, ended_at = :at"
        connection.execute(text(f"UPDATE support.request SET {ended}"), {"at": now})
        cut = "SELECT id FROM support.request WHERE number = :number"
        connection.execute(text("ALTER TABLE support.clock_event DISABLE TRIGGER append_only"))
        connection.execute(
            text(f"DELETE FROM support.clock_event WHERE request_id = ({cut})"), {"number": numbers[1]}
        )
    owner.dispose()
    later = now + timedelta(days=9)
    seen = []
    for night in range(4):
        with demo.free_sessions.begin() as db:
            one = requests.check_ended(db, now=later + timedelta(days=night), portion=1)
            seen.append((one.seen, one.broken))
    broken = [numbers[1]]
    assert seen == [(1, []), (1, broken), (2, broken), (1, broken)]
    clock.at = now
    work("refold_clocks")
    assert requests.find_last_round(db_of(), kind="ended").broken == broken
    assert requests.find_last_round(db_of(), kind="picks").broken == []
    assert failures(db_of()) == []
