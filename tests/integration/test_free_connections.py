"""A free connection within a request: the same request, the same clocks, and never paid."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from services import calendars, catalogue, documents, people, scheduling, sessions
from services.core.mail.models import OutboxMail
from services.core.states import IllegalMoveError
from services.people.models import StaffMember
from services.support import connecting, requests
from tests.working import do_due_jobs
from webapp.jobs.bench import make_bench
from webapp.settings import Settings
from webapp.worker import make_worker

ZONE = "Asia/Krasnoyarsk"
CONNECTION = "support_connection"


def receive(db, now, *, employees=12):
    author = people.add_person(db, name="Ольга Мельникова", email="olga@kedr.example", locale="ru", zone=ZONE)
    asked = requests.Asked(
        product=catalogue.get_product(db, slug="napoleon"),
        author=author,
        subject="Не приходят остатки",
        body="С пятницы остатки за среду.",
        impact="hampered",
        employees=employees,
    )
    request = requests.write_down(db, asked=asked, actor="customer", now=now)
    return requests.receive(db, request=request, now=now)


def staff_of(db):
    return db.scalars(select(StaffMember).order_by(StaffMember.id)).first()


def times(db, service, now, n=2):
    return [
        slot.start
        for slot in scheduling.nearest(db, service=service, n=n, customer_zone=ZONE, for_desk=True, now=now)
    ]


def letters(db):
    query = select(OutboxMail).where(OutboxMail.event == CONNECTION).order_by(OutboxMail.id)
    return list(db.scalars(query))


def agree(db, request, now):
    service = catalogue.list_services(db)[0]
    first, second = times(db, service, now)
    made = connecting.arrange(db, request=request, service=service, start=first, staff=staff_of(db), now=now)
    return made.session, second


def begin(db, session, at):
    version = documents.get_current(db, kind="consent_remote", on=at.date())
    sessions.consent(db, session=session, version=version, address="127.0.0.1", agent="test", now=at)
    sessions.start(db, session=session, actor="staff:1", now=at)


@pytest.fixture
def worker(demo, clock, billing_settings):
    """Does what is due, by the site's clock; with nothing to sell if so asked."""

    def work(*, selling=True):
        billing = billing_settings if selling else None
        settings = Settings(core=demo.core, billing=billing, database_url=demo.url, pool_size=4)
        bench = make_bench(settings, clock=clock)
        do_due_jobs(make_worker(bench), bench, queues=["free"])
        bench.close()

    return work


def test_it_is_agreed_moved_and_called_off_by_the_role_of_the_free_flow(demo, now):
    with demo.free_sessions.begin() as db:
        request = receive(db, now)
        due_at = request.due_at
        session, second = agree(db, request, now)
        assert (session.basis, session.state, session.person.name) == (
            "support",
            "booked",
            "Ольга Мельникова",
        )
        made = connecting.find_connection(db, request=request)
        assert made.arranged_by == staff_of(db).id
        assert request.due_at == due_at  # no clock hears of it
        with pytest.raises(connecting.AlreadyArrangedError):
            agree(db, request, now)
        number, reference = request.number, session.reference

    later = now + timedelta(minutes=5)
    with demo.free_sessions.begin() as db:
        request = requests.get_request(db, number=number)
        connecting.move_connection(db, request=request, start=second, staff=staff_of(db), now=later)
        assert connecting.find_connection(db, request=request).session.starts_at == second
    with demo.free_sessions.begin() as db:
        request = requests.get_request(db, number=number)
        connecting.cancel_connection(db, request=request, staff=staff_of(db), now=later)
        assert connecting.find_connection(db, request=request) is None
        assert request.state == "open"
        agree(db, request, later)  # and once more

    with demo.app_sessions() as db:
        sent = letters(db)
        assert [one.thread for one in sent] == [f"request:{number}"] * 4
        assert all(f"№ {number}" in one.subject.replace("\u00a0", " ") for one in sent)
        assert calendars.get_invitation(db, session_ref=reference).sequence == 2


def test_waiting_for_access_ends_when_the_session_starts_however_late_the_worker(demo, now, clock, worker):
    with demo.free_sessions.begin() as db:
        request = receive(db, now)
        session, _second = agree(db, request, now)
        asked = [{"code": connecting.ACCESS, "detail": ""}]
        requests.ask_information(db, request=request, staff=staff_of(db), items=asked, body="", now=now)
        number, started_at = request.number, session.starts_at + timedelta(minutes=3)
        assert request.state == "waiting"
        begin(db, session, started_at)
    clock.at = started_at + timedelta(hours=5)
    worker(selling=False)
    with demo.free_sessions.begin() as db:
        request = requests.get_request(db, number=number)
        assert request.state == "open"
        rows = requests.list_rows(db, request_id=request.id)
        assert (rows[-1].kind, rows[-1].at) == ("customer_wrote", started_at)
        assert requests.first_wrong(rows) is None
        # Run twice, it does nothing.
        session = connecting.find_connection(db, request=request).session
        assert not connecting.note_start(db, session_id=session.id, at=started_at, now=clock.at)


def test_the_customers_word_ends_the_wait_before_and_another_wait_is_none_of_a_connections(demo, now):
    with demo.free_sessions.begin() as db:
        request = receive(db, now)
        session, _second = agree(db, request, now)
        items = [{"code": connecting.ACCESS, "detail": ""}]
        staff = staff_of(db)
        requests.ask_information(db, request=request, staff=staff, items=items, body="", now=now)
        wrote_at = now + timedelta(minutes=20)
        requests.customer_writes(db, request=request, person=request.author, body="Включил.", now=wrote_at)
        assert request.state == "open"
        at = session.starts_at
        assert not connecting.note_start(db, session_id=session.id, at=at, now=at)
        other = [{"code": "database", "detail": ""}]
        requests.ask_information(db, request=request, staff=staff, items=other, body="", now=at)
        assert not connecting.note_start(db, session_id=session.id, at=at + timedelta(minutes=1), now=at)
        assert request.state == "waiting"


@pytest.mark.parametrize("end", ["deliver", "miss"])
def test_nobodys_money_hears_of_it_and_it_never_becomes_paid(demo, now, clock, worker, end):
    with demo.app_sessions.begin() as db:
        request = receive(db, now)
        session, _second = agree(db, request, now)
        if end == "deliver":
            begin(db, session, session.starts_at)
            sessions.finish(db, session=session, result="solved", actor="staff:1", now=session.ends_at)
        else:
            sessions.miss(db, session=session, actor="staff:1", now=session.ends_at)
        clock.at = session.ends_at + timedelta(hours=1)
        session_id = session.id
    worker()
    with demo.app_sessions() as db:
        failed = db.scalars(text("SELECT error FROM core.job_failure")).all()
        assert not failed
        ended = {"deliver": "session_delivered", "miss": "session_missed"}[end]
        status = text("SELECT status::text FROM procrastinate_jobs WHERE task_name = :name")
        assert db.scalars(status, {"name": ended}).all() == ["succeeded"]
        orders = text('SELECT count(*) FROM billing."order" WHERE session_id = :session')
        assert not db.scalar(orders, {"session": session_id})
        with pytest.raises(DBAPIError, match="never changes"):
            db.execute(text("UPDATE sessions.remote_session SET basis = 'order'"))


def test_a_request_that_waits_for_its_contact_person_or_has_ended_gets_none(demo, now):
    with demo.free_sessions.begin() as db:
        request = receive(db, now)
        requests.resolve(db, request=request, staff=staff_of(db), body="Готово.", plan=False, now=now)
        with pytest.raises(IllegalMoveError):
            agree(db, request, now)
