"""Many people want the same time at once: one gets it, the others are told what is free."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from services import sessions
from services.sessions.models import RemoteSession
from tests.crew import NOW, at, booked, crew, customer, hold
from tests.crowd import nobody_overlaps, offered, refusals

TEN, ELEVEN, NOON = at("11-24 10:00"), at("11-24 11:00"), at("11-24 12:00")
CROWD = 64


def test_64_people_on_one_start_give_one_winner_and_63_refusals_with_free_times(database, rush):
    with database.app_sessions() as db:
        crew(db)

    def act(db, number):
        return hold(db, offered(db), TEN, browser=f"b{number}").reference

    answers = rush(CROWD).run(act)
    refused = refusals(answers)
    assert len(refused) == CROWD - 1
    assert all(len(answer.nearest) == 4 for answer in refused)
    assert not any(slot.start == TEN for answer in refused for slot in answer.nearest)
    with database.app_sessions() as db:
        assert nobody_overlaps(db)
        assert [one.starts_at for one in db.query(RemoteSession)] == [TEN]


def test_three_specialists_give_three_winners_with_one_session_each(database, rush):
    with database.app_sessions() as db:
        crew(db, "Anna", "Boris", "Clara")

    def act(db, number):
        return hold(db, offered(db), TEN, browser=f"b{number}").reference

    answers = rush(CROWD).run(act)
    assert len(refusals(answers)) == CROWD - 3
    with database.app_sessions() as db:
        assert nobody_overlaps(db)
        assert db.scalar(text("SELECT count(DISTINCT specialist_id) FROM scheduling.occupancy")) == 3


def test_overlapping_unequal_starts_leave_no_overlap(database, rush):
    with database.app_sessions() as db:
        crew(db)
    starts = [TEN + timedelta(minutes=30 * step) for step in range(4)]

    def act(db, number):
        return hold(db, offered(db), starts[number % 4], browser=f"b{number}").reference

    answers = rush(32).run(act)
    won = len(answers) - len(refusals(answers))
    assert 1 <= won <= 2
    with database.app_sessions() as db:
        assert nobody_overlaps(db)


def test_moves_and_holds_of_the_same_time_give_one_winner(database, rush):
    with database.app_sessions() as db:
        service = crew(db, "Anna", "Boris").service
        mine = [hold(db, service, TEN, browser=f"m{number}").reference for number in range(2)]
        db.commit()

    def act(db, number):
        if number < len(mine):
            session = sessions.get_session(db, reference=mine[number])
            return sessions.change_hold(db, session=session, start=NOON, now=NOW).reference
        return hold(db, offered(db), NOON, browser=f"b{number}").reference

    answers = rush(24).run(act)
    assert len(answers) - len(refusals(answers)) == 2
    with database.app_sessions() as db:
        assert nobody_overlaps(db)
        kept = [sessions.get_session(db, reference=reference) for reference in mine]
        assert all(sessions.is_held(session, now=NOW) for session in kept)


def test_holds_that_swap_times_end_without_a_deadlock(database, rush):
    with database.app_sessions() as db:
        service = crew(db, "Anna").service
        pair = {
            hold(db, service, TEN, browser="one").reference: at("11-24 14:00"),
            hold(db, service, at("11-24 14:00"), browser="two").reference: TEN,
        }
        db.commit()
    wanted = list(pair.items())

    def act(db, number):
        reference, start = wanted[number]
        session = sessions.get_session(db, reference=reference)
        return sessions.change_hold(db, session=session, start=start, now=NOW).reference

    answers = rush(2).run(act)
    # Neither can have the other's time: both keep their own, or nobody waits for ever.
    assert len(refusals(answers)) == 2
    with database.app_sessions() as db:
        assert nobody_overlaps(db)


def test_a_lapsed_hold_is_replaced_by_exactly_one(database, rush):
    with database.app_sessions() as db:
        lapsed = hold(db, crew(db).service, TEN, browser="slow").reference
        db.commit()
    over = NOW + timedelta(minutes=15)

    def act(db, number):
        return hold(db, offered(db), TEN, browser=f"b{number}", now=over).reference

    answers = rush(32).run(act)
    assert len(answers) - len(refusals(answers)) == 1
    with database.app_sessions() as db:
        session = sessions.get_session(db, reference=lapsed)
        sessions.describe(db, session=session, person=customer(db), now=over)
        with pytest.raises(sessions.HoldLapsedError):
            sessions.confirm(db, session=session, actor="provider", now=over)


def test_expiry_against_payment_leaves_the_time_with_one_of_them(database, rush):
    with database.app_sessions() as db:
        session = hold(db, crew(db).service, TEN, browser="payer")
        sessions.describe(db, session=session, person=customer(db), now=NOW)
        db.commit()
        reference, session_id = session.reference, session.id
    just, over = NOW + timedelta(minutes=14, seconds=59), NOW + timedelta(minutes=15)

    def act(db, number):
        if number == 0:
            session = sessions.get_session(db, reference=reference)
            try:
                return sessions.confirm(db, session=session, actor="provider", now=just).state
            except sessions.HoldLapsedError:
                db.rollback()
                return "lapsed"
        if number == 1:
            return sessions.expire_hold(db, session_id=session_id, now=over)
        return hold(db, offered(db), TEN, browser=f"b{number}", now=over).reference

    answers = rush(8).run(act)
    with database.app_sessions() as db:
        assert nobody_overlaps(db)
        state = sessions.get_session(db, reference=reference).state
        held = db.query(RemoteSession).filter_by(state="held").count()
    assert (answers[0], state, held) in {
        ("booked", "booked", 0),
        ("lapsed", "expired", 1),
        ("lapsed", "held", 2),
    }


def test_two_tabs_of_one_browser_keep_one_time(database, rush):
    with database.app_sessions() as db:
        crew(db, "Anna", "Boris")

    def act(db, number):
        return hold(db, offered(db), (TEN, NOON, ELEVEN)[number % 3], browser="same").reference

    rush(6).run(act)
    with database.app_sessions() as db:
        assert db.query(RemoteSession).filter_by(state="held").count() == 1
        assert db.scalar(text("SELECT count(*) FROM scheduling.occupancy WHERE released_at IS NULL")) == 1


def test_a_session_for_everybody_takes_all_or_none(database, rush):
    with database.app_sessions() as db:
        crew(db, "Anna", "Boris", mode="all")

    def act(db, number):
        return hold(db, offered(db), TEN, browser=f"b{number}").reference

    answers = rush(16).run(act)
    assert len(answers) - len(refusals(answers)) == 1
    with database.app_sessions() as db:
        taken = db.scalar(text("SELECT count(*) FROM scheduling.occupancy WHERE released_at IS NULL"))
        assert taken == 2
        assert db.scalar(text("SELECT count(*) FROM sessions.seat WHERE lead")) == 1


def test_a_daily_limit_holds_when_different_times_are_taken_at_once(database, rush):
    with database.app_sessions() as db:
        made = crew(db, "Anna", "Boris")
        for specialist in made.specialists:
            specialist.daily_limit = 2
        db.commit()
    starts = [at("11-24 09:00") + timedelta(minutes=90 * step) for step in range(5)]

    def act(db, number):
        return hold(db, offered(db), starts[number % 5], browser=f"b{number}").reference

    answers = rush(20).run(act)
    assert len(answers) - len(refusals(answers)) == 4
    with database.app_sessions() as db:
        assert nobody_overlaps(db)
        counts = text("SELECT count(*) FROM scheduling.occupancy GROUP BY specialist_id")
        assert db.scalars(counts).all() == [2, 2]


def test_booked_sessions_of_a_day_go_to_the_least_loaded(database):
    with database.app_sessions() as db:
        made = crew(db, "Anna", "Boris")
        people = [
            sessions.specialist_name(db, session=booked(db, made.service, start, browser=f"b{start}"))
            for start in (TEN, NOON, at("11-24 14:00"), at("11-24 16:00"))
        ]
    assert people == ["Anna", "Boris", "Anna", "Boris"]
