"""What a hold writes in one statement: all of it, or nothing at all."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from services import scheduling, sessions
from services.core.audit import AuditRow
from services.core.revisions import RULES, OutdatedError, believed, revisions
from services.scheduling import Claim, SlotTakenError
from services.sessions import AddressLimitError, Along, Chosen, HoldLimits
from services.sessions.beginning import Beginning
from services.sessions.models import HolderRow, RemoteSession
from tests.crew import MOSCOW, NOW, at, crew, hold

TEN, NOON = at("11-24 10:00"), at("11-24 12:00")
UNTIL = NOW + timedelta(minutes=15)
LINE = "198.51.100.9"


@pytest.fixture
def hurry(database):
    """Somebody of the desk who takes a specialist's time while others judge, waiting for no date."""

    def take(specialist_id, start=TEN):
        with database.app_sessions.begin() as db:
            db.execute(
                text("""
                    INSERT INTO scheduling.occupancy
                        (specialist_id, kind, desk, starts_at, ends_at, footprint, assigned_at)
                    VALUES (:who, 'booking', true, :start, :end, tstzrange(:start, :end), :start)
                """),
                {"who": specialist_id, "start": start, "end": start + timedelta(hours=1)},
            )

    return take


def begun(offer, **facts):
    said = {"basis": "order", "service_id": offer.service.id, "chosen_at": NOW}
    said["service"] = Chosen.of(offer.service).snapshot()
    keeper = {"token_hash": b"token", "address": LINE, "held_at": NOW}
    return Beginning(said, start=TEN, zone=MOSCOW, until=UNTIL, keeper=keeper, now=NOW, **facts)


def claim(db, offer, insert):
    wanted = Claim(Chosen.of(offer.service).rules, TEN, MOSCOW, "hold", UNTIL)
    return scheduling.claim(db, wanted=wanted, insert=insert, now=NOW)


def written(db):
    """How many rows of each kind a hold has left."""
    tables = "scheduling.occupancy", "sessions.remote_session", "sessions.seat", "sessions.holder"
    return [db.scalar(text(f"SELECT count(*) FROM {table}")) for table in tables] + [
        db.scalar(text("SELECT count(*) FROM core.audit WHERE verb = 'session.hold'")),
    ]


def test_the_next_specialist_takes_it_when_the_first_is_gone_meanwhile(db, hurry):
    offer = crew(db, "Anna", "Boris")
    start, asked = begun(offer), []

    def insert(session, row, reason):
        if not asked:
            hurry(row["specialist_id"])
        asked.append(row["specialist_id"])
        return start.insert(session, row, reason)

    taken = claim(db, offer, insert)
    assert [row.specialist_id for row in taken.occupancies] == asked[1:]
    assert written(db) == [2, 1, 1, 1, 1]
    told = db.scalar(select(AuditRow.after).where(AuditRow.verb == "session.hold"))
    assert told["specialists"] == asked[1:]
    assert told["because"] == taken.reason


def test_nothing_is_written_when_all_are_gone_meanwhile(db, hurry):
    offer = crew(db, "Anna", "Boris")
    along = Along(
        ", noticed AS (UPDATE core.setting SET changed_by = 'nobody' FROM made RETURNING 1)", "1", {}
    )
    start = begun(offer, along=along)

    def insert(session, row, reason):
        hurry(row["specialist_id"])
        return start.insert(session, row, reason)

    with pytest.raises(SlotTakenError) as refused:
        claim(db, offer, insert)
    db.commit()
    assert refused.value.nearest
    assert written(db) == [2, 0, 0, 0, 0]
    assert along.given is None
    assert not db.scalar(text("SELECT count(*) FROM core.setting WHERE changed_by = 'nobody'"))


def test_an_address_with_too_many_is_refused_and_nothing_of_it_stays(db):
    offer = crew(db, "Anna", "Boris").service
    sessions.edit_hold_limits(db, limits=HoldLimits(per_address_hour=2), actor="system", now=NOW)
    db.commit()
    for number, is_new in enumerate((True, False)):
        hold(db, offer, TEN, browser=f"b{number}", address=LINE, is_new=is_new)
    db.commit()
    before = written(db)
    with pytest.raises(AddressLimitError) as refused:
        hold(db, offer, NOON, browser="third", address=LINE, is_new=True)
    db.commit()
    assert written(db) == before
    assert refused.value.facts == {"most": 2, "until": NOW + timedelta(hours=1)}
    # Who comes from elsewhere, or from nowhere, may go on; and so may the address, an hour later.
    hold(db, offer, NOON, browser="elsewhere", address="203.0.113.7", is_new=True)
    hold(db, offer, NOON, browser="nowhere", is_new=True)
    late = NOW + timedelta(hours=1)
    again = hold(db, offer, at("11-24 14:00"), browser="later", address=LINE, is_new=True, now=late)
    assert again.state == "held"


def test_the_desks_own_work_has_no_limit_and_every_word_is_kept_as_it_was_said(db):
    offer = crew(db, "Anna").service
    sessions.edit_hold_limits(db, limits=HoldLimits(per_address_hour=0), actor="system", now=NOW)
    hostile = "{0} %(now)s %% {{made}} '; DROP TABLE core.audit; --"
    offer.name = type(offer.name)(ru=hostile, en=hostile)
    db.commit()
    session = hold(db, offer, TEN, address=LINE, is_new=True, basis="support")
    db.commit()
    kept = db.get_one(RemoteSession, session.id, populate_existing=True)
    assert kept.service["name"] == {"ru": hostile, "en": hostile}
    assert (kept.situation, kept.description, kept.moves, kept.person_id) == ("", "", 0, None)
    assert db.get_one(HolderRow, session.id).address == LINE
    (seat,) = kept.seats
    assert (seat.lead, seat.occupancy.desk, seat.occupancy.expires_at) == (True, True, kept.held_until)


def test_a_joint_session_of_an_address_with_too_many_takes_nobody_s_time(db):
    offer = crew(db, "Anna", "Boris", mode="all").service
    sessions.edit_hold_limits(
        db, limits=HoldLimits(per_address_hour=1, held_percent=100), actor="system", now=NOW
    )
    first = hold(db, offer, TEN, browser="first", address=LINE, is_new=True)
    assert sorted(seat.lead for seat in first.seats) == [False, True]
    db.commit()
    before = written(db)
    with pytest.raises(AddressLimitError):
        hold(db, offer, NOON, browser="second", address=LINE, is_new=True)
    db.commit()
    assert written(db) == before


def test_what_nobody_has_ever_written_to_is_believed_like_everything_else(db):
    offer = crew(db).service
    known = revisions(db, topics=RULES)
    assert known["prices"] == "0", "a vendor without prices: only his sessions are asked for here"
    assert believed(db) == known
    assert hold(db, offer, TEN, is_new=True, seen=known, unsure=True).state == "held"
    scheduling.set_desk_reserve(db, effective_from=TEN.date(), percent=10, actor="staff:1", now=NOW)
    with pytest.raises(OutdatedError):
        hold(db, offer, NOON, browser="second", is_new=True, seen=known, unsure=True)
