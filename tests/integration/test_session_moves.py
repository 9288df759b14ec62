"""A booked session gets another time or another specialist, and everything else stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from services import calendars, sessions
from services.core import mail
from services.core.audit import AuditRow
from services.core.mail import OutboxMail
from services.core.states import IllegalMoveError
from services.scheduling import SlotNotOfferedError, SlotTakenError
from services.sessions import MovePolicy, MoveRefusedError
from tests.crew import NOW, at, booked, crew, hold, specialist

TEN, NOON, TWO = at("11-24 10:00"), at("11-24 12:00"), at("11-24 14:00")
POLICY = MovePolicy(free_moves=2, deadline=timedelta(hours=4))


def moved(db, session, start, *, by="customer", policy=POLICY, now=NOW):
    actor = "customer" if by == "customer" else "staff:1"
    return sessions.move_session(db, session=session, start=start, by=by, policy=policy, actor=actor, now=now)


def taken(db):
    """Who is taken from when, of all rows in force."""
    rows = text(
        "SELECT specialist_id, starts_at, kind FROM scheduling.occupancy "
        "WHERE released_at IS NULL ORDER BY 2, 1"
    )
    return [tuple(row) for row in db.execute(rows)]


def letters(db, event):
    return db.query(OutboxMail).filter_by(event=event).order_by(OutboxMail.id).all()


def objects(db, event):
    """What the invitations in these letters say, with the address each went to."""
    read = [(letter.to_email, mail.read_body(db, mail=letter)[1]) for letter in letters(db, event)]
    return [(to, calendars.explain(part.ics)) for to, part in read]


def test_a_move_keeps_the_session_its_uid_and_its_people_and_exchanges_the_time(db):
    service = crew(db, "Anna", "Boris").service
    session = booked(db, service, TEN)
    reference, people = session.reference, sessions.specialist_name(db, session=session)
    moved(db, session, NOON)
    assert (session.reference, session.state, session.moves) == (reference, "booked", 1)
    assert (session.starts_at, session.ends_at) == (NOON, NOON + timedelta(hours=1))
    assert session.promised_wall.isoformat() == "2026-11-24T19:00:00"
    assert sessions.specialist_name(db, session=session) == people
    assert [(start, kind) for _, start, kind in taken(db)] == [(NOON, "booking")]
    (first,) = objects(db, "specialist_session_booked")
    (second,) = objects(db, "specialist_session_moved")
    assert first[1].uid == second[1].uid
    assert (first[1].sequence, second[1].sequence) == (0, 1)
    assert (second[1].method, second[1].starts_at) == ("REQUEST", NOON)


def test_sequence_rises_by_one_with_each_of_three_moves(db):
    session = booked(db, crew(db).service, TEN)
    for start in (NOON, TWO, TEN):
        moved(db, session, start, by="staff")
    assert [said.sequence for _, said in objects(db, "specialist_session_moved")] == [1, 2, 3]


def test_moving_to_the_same_time_changes_nothing(db):
    session = booked(db, crew(db).service, TEN)
    moved(db, session, TEN)
    assert session.moves == 0
    assert not letters(db, "specialist_session_moved")


def test_a_session_may_move_onto_its_own_footprint(db):
    session = booked(db, crew(db).service, TEN)
    moved(db, session, at("11-24 10:30"))
    assert [start for _, start, _ in taken(db)] == [at("11-24 10:30")]


def test_the_deadline_counts_from_the_old_start_and_its_very_minute_is_in_time(db):
    service = crew(db).service
    last = TEN - POLICY.deadline
    session = booked(db, service, TEN)
    moved(db, session, TWO, now=last)
    late = booked(db, service, TEN, browser="late")
    with pytest.raises(MoveRefusedError) as refused:
        moved(db, late, at("11-25 10:00"), now=last + timedelta(seconds=1))
    assert refused.value.facts["reason"] == "late"
    assert refused.value.facts["until"] == last
    moved(db, late, at("11-25 10:00"), by="staff", now=last + timedelta(seconds=1))
    assert (late.starts_at, late.moves) == (at("11-25 10:00"), 0)


def test_a_customer_moves_as_often_as_he_may_and_staff_as_often_as_they_like(db):
    session = booked(db, crew(db).service, TEN)
    moved(db, session, NOON)
    moved(db, session, TWO)
    with pytest.raises(MoveRefusedError) as refused:
        moved(db, session, TEN)
    assert refused.value.facts["reason"] == "used_up"
    moved(db, session, TEN, by="staff")
    assert (session.starts_at, session.moves) == (TEN, 2)


@pytest.mark.parametrize(
    ("start", "error"),
    [
        ("11-24 12:00", SlotTakenError),
        ("11-24 12:10", SlotNotOfferedError),
        ("11-24 18:00", SlotNotOfferedError),
        ("11-23 11:00", SlotNotOfferedError),
        ("12-30 10:00", SlotNotOfferedError),
    ],
)
def test_a_refused_move_leaves_everything_as_it_was(db, start, error):
    service = crew(db).service
    other = booked(db, service, NOON, browser="other")
    session = booked(db, service, TEN)
    db.commit()
    before = taken(db)
    with pytest.raises(error) as refused:
        moved(db, session, at(start))
    assert len(refused.value.nearest) == 4
    db.commit()
    assert taken(db) == before
    assert (session.starts_at, session.moves, other.starts_at) == (TEN, 0, NOON)
    assert not letters(db, "specialist_session_moved")
    assert db.execute(text("SELECT max(sequence) FROM calendars.invitation")).scalar() == 0


def test_only_booked_sessions_are_moved(db):
    service = crew(db).service
    with pytest.raises(IllegalMoveError):
        moved(db, hold(db, service, TEN), NOON)
    session = booked(db, service, TWO, browser="two")
    sessions.cancel(db, session=session, ended_by="customer", actor="customer", now=NOW)
    with pytest.raises(IllegalMoveError):
        moved(db, session, NOON)


def test_a_moved_session_keeps_consent_and_connection_and_forgets_the_id_later(db):
    session = booked(db, crew(db).service, TEN)
    prepared = sessions.set_connection(
        db, session=session, tool_slug="other", connection_id="123 456 789", now=NOW
    )
    before = prepared.wipe_at
    moved(db, session, at("11-26 10:00"))
    assert prepared.wipe_at == before + timedelta(days=2)
    assert sessions.own_connection_id(db, session=session) == "123 456 789"


def test_when_the_specialist_is_busy_a_colleague_comes_and_sequence_rises_once(db):
    made = crew(db, "Anna")
    session = booked(db, made.service, TEN)
    booked(db, made.service, TWO, browser="other")
    boris = specialist(db, "Boris")
    moved(db, session, TWO)
    assert sessions.specialist_of(db, session=session) is boris
    assert TEN not in {start for _, start, _ in taken(db)}
    ((to, withdrawn),) = objects(db, "specialist_session_left")
    assert (to, withdrawn.method, withdrawn.sequence) == ("anna@priyom.example", "CANCEL", 1)
    *_, (to, invited) = objects(db, "specialist_session_booked")
    assert (to, invited.sequence, invited.starts_at) == ("boris@priyom.example", 1, TWO)


def test_a_session_is_handed_over_with_a_withdrawal_and_an_invitation(db):
    made = crew(db, "Anna", "Boris")
    session = booked(db, made.service, TEN)
    here = sessions.specialist_of(db, session=session)
    to = next(one for one in made.specialists if one.id != here.id)
    sessions.hand_over(db, session=session, to=to, actor="staff:1", now=NOW)
    assert taken(db) == [(to.id, TEN, "booking")]
    assert (session.starts_at, session.moves) == (TEN, 0)
    ((left, withdrawn),) = objects(db, "specialist_session_left")
    assert left == here.staff_member.person.email == withdrawn.attendee
    assert (withdrawn.method, withdrawn.sequence) == ("CANCEL", 1)
    *_, (came, invited) = objects(db, "specialist_session_booked")
    assert came == to.staff_member.person.email == invited.attendee
    assert (invited.method, invited.sequence, invited.uid) == ("REQUEST", 1, withdrawn.uid)
    (row,) = db.query(AuditRow).filter_by(verb="session.hand_over")
    assert (row.before["specialists"], row.after["specialists"]) == ([here.id], [to.id])


def test_a_session_is_handed_over_within_its_notice_but_not_to_somebody_busy_or_unskilled(db):
    made = crew(db, "Anna", "Boris", skills=["stock"])
    for one in made.specialists:
        one.skills = ["stock"]
    unskilled = specialist(db, "Clara")
    session = booked(db, made.service, TEN)
    booked(db, made.service, TEN, browser="b")
    here = sessions.specialist_of(db, session=session)
    busy = next(one for one in made.specialists if one.id != here.id)
    for to, error in ((busy, SlotTakenError), (unskilled, SlotNotOfferedError)):
        with pytest.raises(error):
            sessions.hand_over(db, session=session, to=to, actor="staff:1", now=NOW)
        assert sessions.specialist_of(db, session=session) is here
    fresh = specialist(db, "Dora", skills=["stock"])
    sessions.hand_over(db, session=session, to=fresh, actor="staff:1", now=TEN - timedelta(minutes=5))
    assert sessions.specialist_of(db, session=session) is fresh


def test_two_sessions_swap_their_specialists(db):
    made = crew(db, "Anna", "Boris")
    one, two = (booked(db, made.service, start, browser=f"{start}") for start in (TEN, at("11-24 10:30")))
    before = [sessions.specialist_of(db, session=each).id for each in (one, two)]
    assert len(set(before)) == 2
    sessions.swap_sessions(db, first=two, second=one, actor="staff:1", now=NOW)
    assert [sessions.specialist_of(db, session=each).id for each in (one, two)] == before[::-1]
    assert [row[0] for row in taken(db)] == before[::-1]


def test_a_swap_that_one_of_them_can_t_do_leaves_both(db):
    made = crew(db, "Anna", "Boris")
    one = booked(db, made.service, TEN)
    two = booked(db, made.service, at("11-24 10:30"), browser="two")
    absent = sessions.specialist_of(db, session=one)
    before = taken(db)
    db.execute(
        text("""
            INSERT INTO scheduling.absence (specialist_id, during, state, asked_at)
            VALUES (:id, tstzrange(:from, :until), 'approved', :from)
        """),
        {"id": absent.id, "from": TEN, "until": TEN + timedelta(minutes=90)},
    )
    with pytest.raises(SlotNotOfferedError):
        sessions.swap_sessions(db, first=one, second=two, actor="staff:1", now=NOW)
    assert taken(db) == before
    assert not letters(db, "specialist_session_left")
