"""The life of a session, from the choice of a time to its end."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import text

from services import scheduling, sessions
from services.core.mail import OutboxMail
from services.core.states import IllegalMoveError
from services.scheduling import SlotNotOfferedError, SlotTakenError
from services.sessions import HoldLapsedError
from tests.crew import NOW, at, booked, crew, customer, hold

TEN, NOON = at("11-24 10:00"), at("11-24 12:00")
LATER = NOW + timedelta(minutes=16)


def described(db, service, start=TEN, **rest):
    session = hold(db, service, start, **rest)
    return sessions.describe(db, session=session, person=customer(db), now=NOW)


def jobs(db, task):
    found = text("SELECT args, scheduled_at FROM procrastinate_jobs WHERE task_name = :task ORDER BY id")
    return db.execute(found, {"task": task}).all()


def test_a_hold_takes_the_time_and_promises_the_customers_clock(db):
    service = crew(db).service
    session = hold(db, service, TEN)
    assert (session.state, session.basis) == ("held", "order")
    assert session.held_until == NOW + timedelta(minutes=15)
    assert session.ends_at == TEN + timedelta(hours=1)
    assert session.promised_wall.isoformat() == "2026-11-24T17:00:00"
    assert session.service["name"]["en"] == "One-off remote session"
    with pytest.raises(SlotTakenError):
        hold(db, service, TEN, browser="another")


def test_a_refusal_names_the_nearest_free_starts_which_can_be_had(db):
    service = crew(db).service
    hold(db, service, TEN)
    with pytest.raises(SlotTakenError) as refused:
        hold(db, service, TEN, browser="another")
    free = refused.value.nearest
    # Two buffers of a quarter of an hour stand between two sessions.
    assert [slot.start for slot in free] == [
        at("11-24 11:30"), at("11-24 12:00"), at("11-24 12:30"), at("11-24 13:00"),
    ]  # fmt: skip
    assert hold(db, service, free[0].start, browser="another").state == "held"


@pytest.mark.parametrize("start", ["11-24 10:10", "11-24 18:00", "11-23 11:00", "12-30 10:00"])
def test_what_is_not_listed_is_not_offered(db, start):
    with pytest.raises(SlotNotOfferedError) as refused:
        hold(db, crew(db).service, at(start))
    assert refused.value.reasons


def test_confirming_books_it_and_sends_the_specialist_his_invitation(db):
    session = booked(db, crew(db).service, TEN)
    assert (session.state, session.held_until, session.booked_at) == ("booked", None, NOW)
    (seat,) = session.seats
    assert (seat.occupancy.kind, seat.occupancy.expires_at) == ("booking", None)
    (mail,) = db.query(OutboxMail).filter_by(event="specialist_session_booked")
    assert mail.to_email == "anna@priyom.example"
    invited = db.execute(text("SELECT status, sequence FROM calendars.invitation")).one()
    assert invited == ("confirmed", 0)


def test_a_lapsed_hold_is_not_confirmed_and_its_time_is_free_at_that_very_second(db):
    service = crew(db).service
    session = described(db, service)
    over = NOW + timedelta(minutes=15)
    with pytest.raises(HoldLapsedError):
        sessions.confirm(db, session=session, actor="provider", now=over)
    other = hold(db, service, TEN, browser="another", now=over)
    assert other.state == "held"
    with pytest.raises(HoldLapsedError):
        sessions.confirm(db, session=session, actor="provider", now=over)


def test_a_hold_is_confirmed_to_its_last_second(db):
    session = described(db, crew(db).service)
    last = NOW + timedelta(minutes=14, seconds=59)
    assert sessions.confirm(db, session=session, actor="provider", now=last).state == "booked"


def test_nothing_is_booked_twice_or_before_anybody_is_named(db):
    session = hold(db, crew(db).service, TEN)
    with pytest.raises(sessions.NobodyDescribedError):
        sessions.confirm(db, session=session, actor="provider", now=NOW)
    sessions.describe(db, session=session, person=customer(db), now=NOW)
    sessions.confirm(db, session=session, actor="provider", now=NOW)
    with pytest.raises(IllegalMoveError):
        sessions.confirm(db, session=session, actor="provider", now=NOW)


def test_a_hold_changes_its_time_and_keeps_its_end(db):
    service = crew(db).service
    session = hold(db, service, TEN)
    sessions.change_hold(db, session=session, start=NOON, now=NOW)
    assert (session.starts_at, session.held_until) == (NOON, NOW + timedelta(minutes=15))
    assert session.promised_wall.isoformat() == "2026-11-24T19:00:00"
    assert hold(db, service, TEN, browser="another").state == "held"


def test_a_hold_may_move_onto_its_own_footprint(db):
    session = hold(db, crew(db).service, TEN)
    sessions.change_hold(db, session=session, start=at("11-24 10:30"), now=NOW)
    assert session.starts_at == at("11-24 10:30")


def test_a_refused_change_keeps_the_old_time(db):
    service = crew(db).service
    hold(db, service, NOON, browser="another")
    session = hold(db, service, TEN)
    with pytest.raises(SlotTakenError):
        sessions.change_hold(db, session=session, start=NOON, now=NOW)
    assert session.starts_at == TEN
    with pytest.raises(SlotTakenError):
        hold(db, service, TEN, browser="third")


def test_a_hold_is_extended_and_never_shortened(db):
    session = hold(db, crew(db).service, TEN)
    longer = NOW + timedelta(minutes=40)
    sessions.extend_hold(db, session=session, until=longer, now=NOW)
    sessions.extend_hold(db, session=session, until=NOW + timedelta(minutes=20), now=NOW)
    assert sessions.held_until(session) == longer
    assert sessions.is_held(session, now=LATER)
    (seat,) = session.seats
    assert seat.occupancy.expires_at == longer
    with pytest.raises(HoldLapsedError):
        sessions.extend_hold(db, session=session, until=NOW + timedelta(days=1), now=longer)


def test_a_hold_becomes_a_reservation_which_is_kept_longer_and_never_shorter(db):
    service = crew(db).service
    session = described(db, service)
    wednesday = at("11-25 00:00")
    sessions.reserve(db, session=session, until=wednesday, now=NOW)
    (seat,) = session.seats
    assert (seat.occupancy.kind, seat.occupancy.expires_at) == ("reservation", wednesday)
    assert (session.state, session.held_until, session.reserved_at) == ("held", wednesday, NOW)
    sessions.reserve(db, session=session, until=at("11-24 00:00"), now=LATER)
    assert (session.held_until, session.reserved_at) == (wednesday, NOW)
    with pytest.raises(SlotTakenError):
        hold(db, service, TEN, browser="another", now=LATER)
    assert not sessions.expire_hold(db, session_id=session.id, now=LATER)
    assert sessions.confirm(db, session=session, actor="bank", now=LATER).state == "booked"


def test_a_reservation_is_over_at_its_very_second_and_none_is_made_of_a_lapsed_hold(db):
    service = crew(db).service
    session = described(db, service)
    until = NOW + timedelta(hours=2)
    sessions.reserve(db, session=session, until=until, now=NOW)
    assert hold(db, service, TEN, browser="another", now=until).state == "held"
    for late in (session, described(db, service, NOON, browser="third")):
        with pytest.raises(HoldLapsedError):
            sessions.reserve(db, session=late, until=at("11-24 00:00"), now=until)


def test_whoever_reserved_a_time_may_keep_another_one_in_this_browser(db):
    service = crew(db).service
    session = described(db, service)
    sessions.reserve(db, session=session, until=at("11-24 00:00"), now=NOW)
    assert hold(db, service, NOON).state == "held"
    assert sessions.is_held(session, now=NOW)


def test_reservations_count_for_the_limit_of_an_address(db):
    service = crew(db).service
    for number, start in enumerate((TEN, NOON)):
        session = described(db, service, start, browser=f"b{number}")
        sessions.reserve(db, session=session, until=at("11-24 00:00"), now=NOW)
    third = hold(db, service, at("11-24 14:00"), browser="third")
    with pytest.raises(sessions.ContactLimitError) as refused:
        sessions.describe(db, session=third, person=customer(db), now=NOW)
    assert refused.value.facts["until"] == at("11-24 00:00")
    assert third.person_id is None


def test_what_the_desk_does_itself_is_marked_and_counts_for_no_limit(db):
    service = crew(db).service
    starts = [at("11-24 09:00") + timedelta(minutes=90 * step) for step in range(6)]
    for number, start in enumerate(starts):
        facts = {"browser": f"b{number}", "address": "198.51.100.9", "basis": "support"}
        session = hold(db, service, start, **facts)
        assert session.seats[0].occupancy.desk
        sessions.describe(db, session=session, person=customer(db), now=NOW)


def test_a_round_has_each_of_the_desks_holds_looked_at_once_it_is_over(db):
    service = crew(db, "Anna", "Boris", "Clara", "Denis").service
    mine = {"basis": "support"}
    late = hold(db, service, TEN, browser="late", until=NOW + timedelta(minutes=2), **mine)
    first = hold(db, service, TEN, browser="first", until=NOW + timedelta(minutes=1), **mine)
    hold(db, service, TEN, browser="longer", until=NOW + timedelta(minutes=2, seconds=1), **mine)
    gone = hold(db, service, TEN, browser="gone", until=NOW + timedelta(minutes=1), **mine)
    hold(db, service, NOON, browser="an order's", until=NOW + timedelta(minutes=1))
    assert jobs(db, "expire_hold") == []
    sessions.expire_hold(db, session_id=gone.id, now=NOW + timedelta(minutes=1))
    for _round in range(2):
        assert sessions.look_at_lapsed(db, now=NOW + timedelta(minutes=2)) == 2
        queued = [ids["session_id"] for ids, _ in jobs(db, "expire_hold")]
        assert queued == [first.id, late.id]


def test_a_hold_is_expired_once_it_is_over(db):
    service = crew(db).service
    session = hold(db, service, TEN)
    assert not sessions.expire_hold(db, session_id=session.id, now=NOW)
    assert sessions.expire_hold(db, session_id=session.id, now=LATER)
    assert not sessions.expire_hold(db, session_id=session.id, now=LATER)
    assert (session.state, session.ended_at) == ("expired", LATER)
    assert hold(db, service, TEN, browser="another", now=LATER).state == "held"


def test_the_job_leaves_a_booked_session_alone(db):
    session = booked(db, crew(db).service, TEN)
    assert not sessions.expire_hold(db, session_id=session.id, now=LATER)
    assert session.state == "booked"


def test_an_undescribed_hold_of_a_browser_gives_way_to_its_next_choice(db):
    service = crew(db).service
    first = hold(db, service, TEN)
    second = hold(db, service, NOON)
    assert (first.state, second.state) == ("expired", "held")
    kept = sessions.find_own_time(db, browser_token="browser", now=NOW)
    assert kept is not None
    assert kept.start == second.starts_at
    assert hold(db, service, TEN, browser="another").state == "held"


def test_lapsed_holds_give_way_to_a_session_for_everybody_and_to_their_own_browser(db):
    made = crew(db, "Anna", "Boris", mode="all")
    slow = hold(db, made.service, TEN, browser="slow")
    again = hold(db, made.service, TEN, browser="slow", now=LATER)
    assert (slow.id == again.id, len(again.seats)) == (False, 2)
    other = hold(db, made.service, at("11-24 10:30"), browser="another", now=LATER + timedelta(minutes=15))
    assert len(other.seats) == 2
    live = text("SELECT count(*) FROM scheduling.occupancy WHERE released_at IS NULL")
    assert db.scalar(live) == 2


def test_a_browser_keeps_as_many_times_as_it_may(db):
    service = crew(db).service
    sessions.edit_hold_limits(db, limits=sessions.HoldLimits(per_browser=2), actor="staff:1", now=NOW)
    first = described(db, service)
    second = hold(db, service, NOON)
    # What nothing was said about yet gives way, what was described does not.
    third = hold(db, service, at("11-24 14:00"))
    assert [one.state for one in (first, second, third)] == ["held", "expired", "held"]
    sessions.describe(db, session=third, person=customer(db, "Anna"), now=NOW)
    with pytest.raises(sessions.HoldLimitError):
        hold(db, service, at("11-24 16:00"))


def test_a_browser_keeps_one_time_at_once(db):
    service = crew(db).service
    first = described(db, service)
    with pytest.raises(sessions.HoldLimitError) as refused:
        hold(db, service, NOON)
    assert refused.value.facts["reference"] == first.reference
    assert hold(db, service, NOON, now=LATER).state == "held"


def test_a_refused_second_choice_leaves_the_first(db):
    service = crew(db).service
    first = hold(db, service, TEN)
    hold(db, service, NOON, browser="another")
    with pytest.raises(SlotTakenError):
        hold(db, service, NOON)
    assert sessions.is_held(first, now=NOW)


def test_late_money_takes_the_time_again_while_it_is_free(db):
    service = crew(db).service
    lapsed = described(db, service)
    assert sessions.hold_again(db, session=lapsed, now=LATER) is lapsed
    sessions.expire_hold(db, session_id=lapsed.id, now=LATER + timedelta(hours=1))
    again = sessions.hold_again(db, session=lapsed, now=LATER + timedelta(hours=2))
    assert (lapsed.state, again.state, again.person_id) == ("expired", "held", lapsed.person_id)
    assert again.chosen_at == lapsed.chosen_at
    confirmed = sessions.confirm(db, session=again, actor="provider", now=LATER + timedelta(hours=2))
    assert confirmed.state == "booked"


def test_late_money_does_not_take_what_somebody_else_has(db):
    service = crew(db).service
    lapsed = described(db, service)
    hold(db, service, TEN, browser="another", now=LATER)
    with pytest.raises(SlotTakenError):
        sessions.hold_again(db, session=lapsed, now=LATER)


def test_cancelling_frees_the_time_and_withdraws_the_invitation(db):
    service = crew(db).service
    session = booked(db, service, TEN)
    assert sessions.can_cancel(session, now=NOW)
    assert not sessions.can_cancel(session, now=TEN)
    sessions.cancel(db, session=session, ended_by="customer", actor="customer", now=NOW)
    assert (session.state, session.ended_by) == ("cancelled", "customer")
    (mail,) = db.query(OutboxMail).filter_by(event="specialist_session_cancelled")
    assert mail.to_email == "anna@priyom.example"
    invited = db.execute(text("SELECT status, sequence FROM calendars.invitation")).one()
    assert invited == ("cancelled", 1)
    assert sessions.specialist_name(db, session=session) == "Anna"
    assert hold(db, service, TEN, browser="another").state == "held"


def test_a_session_begins_with_consent_alone(db):
    session = booked(db, crew(db).service, TEN)
    with pytest.raises(sessions.ConsentNeededError):
        sessions.start(db, session=session, actor="staff:1", now=TEN)


@pytest.mark.parametrize("end", ["deliver", "miss"])
def test_the_time_of_a_session_that_ended_early_stays_taken(db, end):
    service = crew(db, notice_minutes=0).service
    session = booked(db, service, TEN)
    if end == "deliver":
        session.state = "in_progress"
    early = TEN + timedelta(minutes=15)
    getattr(sessions, end)(db, session=session, actor="staff:1", now=early)
    assert session.state == ("delivered" if end == "deliver" else "missed")
    (seat,) = session.seats
    assert seat.occupancy.released_at is None
    rest = scheduling.list_slots(
        db, service=service, after=early, before=NOON, customer_zone="Europe/Moscow", now=early
    )
    assert [slot.start for slot in rest] == [at("11-24 11:30")]


def test_verbs_refuse_a_session_that_has_ended(db):
    session = booked(db, crew(db).service, TEN)
    sessions.cancel(db, session=session, ended_by="vendor", actor="staff:1", now=NOW)
    db.commit()
    verbs = (
        lambda: sessions.cancel(db, session=session, ended_by="vendor", actor="staff:1", now=NOW),
        lambda: sessions.start(db, session=session, actor="staff:1", now=NOW),
        lambda: sessions.deliver(db, session=session, actor="staff:1", now=NOW),
        lambda: sessions.miss(db, session=session, actor="staff:1", now=NOW),
        lambda: sessions.expire(db, session=session, now=NOW),
    )
    for verb in verbs:
        with pytest.raises(IllegalMoveError):
            verb()
        db.rollback()
    assert session.state == "cancelled"


def test_staff_list_sessions_by_time_and_specialist_in_as_many_statements_for_one_as_for_many(db):
    made = crew(db, "Anna", "Boris")
    starts = [at(f"11-{day} {hour}:00") for day, hour in product((24, 25), (10, 13))]
    for number, start in enumerate(starts):
        booked(db, made.service, start, browser=f"b{number}")
    db.commit()
    listed = sessions.list_sessions(db, after=at("11-24 00:00"), before=at("11-25 00:00"))
    assert [one.starts_at for one in listed] == starts[:2]
    anna = sessions.specialist_of(db, session=listed[0])
    hers = sessions.list_sessions(db, after=NOW, before=at("11-30 00:00"), specialist=anna)
    assert 0 < len(hers) < len(starts)
    assert {sessions.specialist_of(db, session=one).id for one in hers} == {anna.id}


def test_the_basis_of_a_session_never_changes(db):
    session = hold(db, crew(db).service, TEN, basis="support")
    db.commit()
    with pytest.raises(Exception, match="basis"):
        db.execute(text("UPDATE sessions.remote_session SET basis = 'order'"))
    db.rollback()
    assert session.basis == "support"


def test_the_free_role_holds_and_books_sessions_of_support(database):
    with database.app_sessions() as db:
        crew(db)
    with database.free_sessions() as db:
        from services import catalogue

        service = catalogue.get_service(db, slug="one-hour")
        session = hold(db, service, TEN, basis="support")
        sessions.describe(db, session=session, person=customer(db), now=NOW)
        sessions.confirm(db, session=session, actor="staff:1", now=NOW)
        db.commit()
        assert session.state == "booked"
