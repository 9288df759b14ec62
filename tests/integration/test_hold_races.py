"""Holds, moves and limits raced: over services, people, quotas, and real processes."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from services import catalogue, scheduling, sessions
from services.core.db import make_engine, make_sessions
from services.people import organisation_for
from services.people.models import Organisation, Person
from services.scheduling import SlotTakenError
from services.scheduling.models import Absence
from services.sessions import (
    AddressLimitError,
    ContactLimitError,
    HoldLapsedError,
    HoldLimits,
    MovePolicy,
)
from services.sessions.models import RemoteSession
from tests.cluster import core_settings
from tests.crew import NOW, at, booked, crew, customer, hold, service
from tests.crowd import Crowd, nobody_overlaps, offered, refusals

TEN, NOON, TWO = at("11-24 10:00"), at("11-24 12:00"), at("11-24 14:00")
POLICY = MovePolicy(free_moves=99, deadline=timedelta(0))
LINE = "198.51.100.9"
HELD = text("SELECT count(*) FROM scheduling.occupancy WHERE released_at IS NULL")


def move(db, reference, start):
    session = sessions.get_session(db, reference=reference)
    return sessions.move_session(
        db, session=session, start=start, by="staff", policy=POLICY, actor="staff:1", now=NOW
    ).reference


def every(minutes, count):
    return [at("11-24 09:00") + timedelta(minutes=minutes * step) for step in range(count)]


def won(answers):
    return [answer for answer in answers if isinstance(answer, str)]


@pytest.mark.parametrize("is_new", [False, True], ids=["seen before", "new"])
def test_sessions_of_different_length_and_buffers_leave_no_overlap(database, rush, is_new):
    with database.app_sessions() as db:
        crew(db, "Anna", "Boris")
        for number, minutes in enumerate((30, 90, 150)):
            rules = {"minutes": minutes, "buffer_before": 5 * number, "buffer_after": 45 - 15 * number}
            entry = service(slug=f"of-{minutes}", position=2 + number, grid_minutes=15, **rules)
            catalogue.add(db, entry=entry, actor="system", now=NOW)
        sessions.edit_hold_limits(db, limits=HoldLimits(held_percent=100), actor="system", now=NOW)
        db.commit()

    def act(db, number):
        wanted = catalogue.get_service(db, slug=f"of-{(30, 90, 150)[number % 3]}")
        return hold(
            db, wanted, TEN + timedelta(minutes=15 * (number % 8)), browser=f"b{number}", is_new=is_new
        ).reference

    answers = rush(32).run(act)
    assert len(won(answers)) + len(refusals(answers)) == 32
    assert all(answer.nearest for answer in refusals(answers))
    with database.app_sessions() as db:
        assert nobody_overlaps(db)
        assert db.scalar(HELD) == len(won(answers)) >= 2


@pytest.mark.parametrize("is_new", [False, True], ids=["seen before", "new"])
def test_a_move_and_holds_of_one_time_have_one_winner(database, rush, is_new):
    with database.app_sessions() as db:
        mine = booked(db, crew(db).service, TEN).reference
        db.commit()

    def act(db, number):
        if number == 0:
            return move(db, mine, NOON)
        return hold(db, offered(db), NOON, browser=f"b{number}", is_new=is_new).reference

    answers = rush(16).run(act)
    assert len(won(answers)) == 1
    assert len(refusals(answers)) == 15
    with database.app_sessions() as db:
        assert nobody_overlaps(db)
        start = NOON if isinstance(answers[0], str) else TEN
        assert sessions.get_session(db, reference=mine).starts_at == start


def test_moves_in_opposite_directions_end_without_a_deadlock(database, rush):
    starts = every(90, 6)
    with database.app_sessions() as db:
        offer = crew(db).service
        mine = [booked(db, offer, start, browser=f"b{start}").reference for start in starts]
        db.commit()

    def act(db, number):
        return move(db, mine[number], starts[number ^ 1])

    answers = rush(6).run(act)
    # Nobody's new time is free: all keep their own.
    assert len(refusals(answers)) == 6
    with database.app_sessions() as db:
        assert nobody_overlaps(db)
        assert [sessions.get_session(db, reference=one).starts_at for one in mine] == starts


def test_hand_overs_and_swaps_in_opposite_directions_end_without_a_deadlock(database, rush):
    with database.app_sessions() as db:
        made = crew(db, "Anna", "Boris")
        pair = [booked(db, made.service, start, browser=f"{start}") for start in (TEN, at("11-24 10:30"))]
        mine = [one.reference for one in pair]
        people = [sessions.specialist_of(db, session=one).id for one in pair]
        db.commit()
    assert len(set(people)) == 2

    def act(db, number):
        both = [sessions.get_session(db, reference=one) for one in mine]
        if number % 3 == 2:
            to = scheduling.get_specialist(db, specialist_id=people[number % 2])
            one = both[1 - number % 2]
            return sessions.hand_over(db, session=one, to=to, actor="staff:1", now=NOW).reference
        first, second = both if number % 2 else both[::-1]
        sessions.swap_sessions(db, first=first, second=second, actor="staff:1", now=NOW)
        return "swapped"

    answers = rush(9).run(act)
    swaps = answers.count("swapped")
    assert swaps == 6
    with database.app_sessions() as db:
        assert nobody_overlaps(db)
        now_at = [
            sessions.specialist_of(db, session=sessions.get_session(db, reference=one)).id for one in mine
        ]
        assert sorted(now_at) == sorted(people)


def test_late_money_and_holds_of_one_time_have_one_winner(database, rush):
    with database.app_sessions() as db:
        session = hold(db, crew(db).service, TEN, browser="payer")
        sessions.describe(db, session=session, person=customer(db), now=NOW)
        db.commit()
        mine = session.reference
    over = NOW + timedelta(minutes=20)

    def act(db, number):
        if number == 0:
            late = sessions.get_session(db, reference=mine)
            return sessions.hold_again(db, session=late, now=over).reference
        return hold(db, offered(db), TEN, browser=f"b{number}", now=over).reference

    answers = rush(16).run(act)
    assert (len(won(answers)), len(refusals(answers))) == (1, 15)
    with database.app_sessions() as db:
        assert nobody_overlaps(db)


def test_a_reservation_against_its_end_and_other_holds_has_one_winner(database, rush):
    with database.app_sessions() as db:
        session = hold(db, crew(db).service, TEN, browser="payer")
        sessions.describe(db, session=session, person=customer(db), now=NOW)
        db.commit()
        mine, session_id = session.reference, session.id
    just, over = NOW + timedelta(minutes=14, seconds=59), NOW + timedelta(minutes=15)

    def act(db, number):
        if number == 0:
            kept = sessions.get_session(db, reference=mine)
            return sessions.reserve(db, session=kept, until=TEN - timedelta(hours=3), now=just).reference
        if number == 1:
            sessions.expire_hold(db, session_id=session_id, now=over)
            return None
        return hold(db, offered(db), TEN, browser=f"b{number}", now=over).reference

    answers = rush(10).run(act)
    assert len(won(answers)) == 1
    assert all(isinstance(one, (str, SlotTakenError, HoldLapsedError, type(None))) for one in answers)
    with database.app_sessions() as db:
        assert nobody_overlaps(db)
        kept = text("SELECT kind FROM scheduling.occupancy WHERE released_at IS NULL")
        kinds = db.scalars(kept).all()
    assert kinds == (["reservation"] if isinstance(answers[0], str) else ["hold"])


@pytest.mark.parametrize("is_new", [False, True], ids=["seen before", "new"])
def test_an_address_begins_five_holds_whatever_it_sends_at_once(database, rush, is_new):
    with database.app_sessions() as db:
        crew(db, "Anna", "Boris", "Clara")
    starts = every(90, 6)

    def act(db, number):
        facts = {"browser": f"b{number}", "address": LINE, "is_new": is_new}
        return hold(db, offered(db), starts[number % 6], **facts).reference

    answers = rush(12).run(act)
    assert len(won(answers)) == 5
    limits = [answer for answer in answers if isinstance(answer, AddressLimitError)]
    assert len(limits) == 7
    assert {limit.facts["until"] for limit in limits} == {NOW + timedelta(hours=1)}


@pytest.mark.parametrize("same", ["address", "company"])
def test_tabs_that_name_one_contact_keep_two_times(database, rush, same):
    starts = every(90, 6)
    with database.app_sessions() as db:
        offer = crew(db, "Anna", "Boris").service
        sessions.edit_hold_limits(db, limits=HoldLimits(held_percent=100), actor="system", now=NOW)
        held = [hold(db, offer, start, browser=f"b{start}").reference for start in starts]
        people = [
            customer(db, f"Olga+{number}" if same == "address" else f"Olga{number}") for number in range(6)
        ]
        company = organisation_for(db, inn="7707083893", name="Kedr", country="RU")
        db.commit()
        ids = [one.id for one in people]
        company_id = company.id

    def act(db, number):
        session = sessions.get_session(db, reference=held[number])
        organisation = db.get(Organisation, company_id) if same == "company" else None
        person = db.get(Person, ids[number])
        sessions.describe(db, session=session, person=person, organisation=organisation, now=NOW)
        return session.reference

    answers = rush(6).run(act)
    assert len(won(answers)) == 2
    limits = [answer for answer in answers if isinstance(answer, ContactLimitError)]
    assert len(limits) == 4
    assert {limit.field for limit in limits} == {"email" if same == "address" else "inn"}


@pytest.mark.parametrize("is_new", [False, True], ids=["seen before", "new"])
def test_the_share_of_all_holds_is_kept_over_different_people_and_times(database, rush, is_new):
    with database.app_sessions() as db:
        crew(db, "Anna", "Boris", "Clara")
    # 30 % of three times nine hours is 486 minutes: eight sessions of an hour.
    starts = every(90, 6)

    def act(db, number):
        return hold(db, offered(db), starts[number % 6], browser=f"b{number}", is_new=is_new).reference

    answers = rush(18).run(act)
    refused = refusals(answers)
    assert len(won(answers)) == 8
    assert len(refused) == 10
    full = [answer for answer in refused if "held_share" in answer.reasons]
    assert full
    # What is free stands on other dates.
    assert all(slot.start.date() != TEN.date() for answer in full for slot in answer.nearest)
    with database.app_sessions() as db:
        assert nobody_overlaps(db)


@pytest.mark.parametrize("is_new", [False, True], ids=["seen before", "new"])
def test_the_reserve_of_the_free_desk_is_kept_over_different_people_and_times(database, rush, is_new):
    with database.app_sessions() as db:
        crew(db, "Anna", "Boris")
        scheduling.set_desk_reserve(
            db, effective_from=date(2026, 11, 23), percent=70, actor="staff:1", now=NOW
        )
        sessions.edit_hold_limits(db, limits=HoldLimits(held_percent=100), actor="system", now=NOW)
        db.commit()
    # 30 % of twice nine hours is 324 minutes: five sessions of an hour may be sold.
    starts = every(90, 6)

    def act(db, number):
        basis = "support" if number >= 12 else "order"
        start = starts[number % 6]
        return hold(db, offered(db), start, browser=f"b{number}", is_new=is_new, basis=basis).reference

    answers = rush(14).run(act)
    sold = won(answers[:12])
    assert len(sold) == 5
    assert all(isinstance(one, (str, SlotTakenError)) for one in answers)
    with database.app_sessions() as db:
        assert nobody_overlaps(db)
        desk = text("SELECT count(*) FROM scheduling.occupancy WHERE desk AND released_at IS NULL")
        assert db.scalar(desk) == len(won(answers[12:]))


def take(number, home, url, gate, answers):
    """What one process does: eight threads choose one start, three times."""
    engine = make_engine(url, pool_size=8)
    rows = []
    for step in range(3):

        def act(db, thread, step=step):
            start = at("11-24 10:00") + timedelta(hours=2 * step)
            return hold(
                db, offered(db), start, browser=f"p{number}t{thread}s{step}", is_new=thread % 2 == 0
            ).reference

        crowd = Crowd.over(engine, make_sessions(engine, core_settings(home)), 8)
        gate.wait(timeout=60)
        for answer in crowd.run(act):
            taken = isinstance(answer, str)
            rows.append((step, taken, taken or bool(answer.nearest)))
    answers.put(rows)
    engine.dispose()


def test_processes_that_want_one_start_have_one_winner_each_time(database, tmp_path):
    with database.app_sessions() as db:
        crew(db)
        sessions.edit_hold_limits(db, limits=HoldLimits(held_percent=100), actor="system", now=NOW)
        db.commit()
    home, context = tmp_path, multiprocessing.get_context("spawn")
    gate, answers = context.Barrier(3), context.Queue()
    started = [
        context.Process(target=take, args=(number, home, database.url, gate, answers)) for number in range(3)
    ]
    for process in started:
        process.start()
    rows = [row for _ in started for row in answers.get(timeout=60)]
    for process in started:
        process.join(timeout=30)
    assert [process.exitcode for process in started] == [0, 0, 0]
    assert len(rows) == 72
    for step in range(3):
        assert [taken for at_step, taken, _ in rows if at_step == step].count(True) == 1
    assert all(clean for _, _, clean in rows)
    with database.app_sessions() as db:
        assert nobody_overlaps(db)
        assert db.query(RemoteSession).filter_by(state="held").count() == 3


def test_whoever_approves_an_absence_sees_all_who_were_faster(database):
    with database.app_sessions() as db:
        offer = crew(db)
        away = {"starts_at": at("11-24 00:00"), "ends_at": at("11-25 00:00")}
        absence = scheduling.ask_absence(db, specialist=offer.specialists[0], **away, actor="system", now=NOW)
        db.commit()
        absence_id = absence.id

    def approve():
        with database.app_sessions.begin() as db:
            found = db.get_one(Absence, absence_id)
            scheduling.approve_absence(db, absence=found, actor="staff:1", now=NOW)
            return db.scalar(HELD)

    with ThreadPoolExecutor(1) as pool, database.app_sessions() as watching:
        with database.app_sessions.begin() as db:
            booked(db, offered(db), TEN)
            approving = pool.submit(approve)
            while not watching.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
                assert not approving.done()
        assert approving.result(timeout=20) == 1


@pytest.mark.parametrize(("first", "last"), [(0, 27_000), (-27_000, -1), (20_000, 27_000), (-9, 1)])
def test_however_long_somebody_is_away_few_dates_are_locked(db, first, last):
    away = {"starts_at": NOW + timedelta(days=first), "ends_at": NOW + timedelta(days=last)}
    one = crew(db).specialists[0]
    absence = scheduling.ask_absence(db, specialist=one, **away, actor="system", now=NOW)
    scheduling.approve_absence(db, absence=absence, actor="staff:1", now=NOW)
    assert (
        db.scalar(
            text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
        )
        <= 369
    )
