"""Paid starts that are closed for the free desk: by projection, by hand, and opened again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from services import scheduling
from services.scheduling.models import Absence, DeskClosure, DeskRun, ExternalBusy
from tests.crew import MOSCOW, NOW, at, booked, crew, specialist

TEN = timedelta(minutes=10)
DAY, NEXT = at("11-23 00:00"), at("11-24 00:00")


def starts(db, offered, *, after=DAY, before=NEXT, now=NOW, **rest):
    found = scheduling.list_slots(
        db, service=offered, after=after, before=before, customer_zone=MOSCOW, now=now, **rest
    )
    return [(slot.start + timedelta(hours=3)).strftime("%H:%M") for slot in found]


def demand(db, *pieces, now=NOW):
    """Write open work: deadlines and minutes; the keys are their places."""
    work = [scheduling.DeskWork(str(n), due_at, minutes) for n, (due_at, minutes) in enumerate(pieces)]
    scheduling.write_desk_demand(db, work=work, now=now)


def closures(db, *, open_only=True):
    found = db.scalars(select(DeskClosure).order_by(DeskClosure.id)).all()
    return [one for one in found if one.lifted_at is None or not open_only]


@pytest.fixture
def team(db):
    """Anna works from 09:00 to 18:00 in Moscow; it is 10:20."""
    return crew(db)


def test_work_that_will_be_done_in_time_closes_nothing(db, team):
    demand(db, (at("11-23 14:00"), 120), (at("11-23 18:00"), 240))
    run = scheduling.project_desk(db, now=NOW)
    assert (run.pieces, run.minutes, run.misses, run.missed_until_at) == (2, 360, 0, None)
    assert closures(db) == []
    assert starts(db, team.service)[0] == "11:30"


def test_a_deadline_that_would_be_missed_closes_the_paid_starts_before_it(db, team):
    demand(db, (at("11-23 14:00"), 221), (at("11-23 18:00"), 60))
    run = scheduling.project_desk(db, now=NOW)
    (closure,) = closures(db)
    assert (run.misses, run.missed_until_at) == (1, at("11-23 14:00"))
    assert (closure.starts_at, closure.until_at) == (NOW, at("11-23 14:00"))
    assert starts(db, team.service)[0] == "14:00"
    assert starts(db, team.service, for_desk=True)[0] == "11:30"


def test_who_does_not_serve_the_desk_keeps_his_starts(db, team):
    specialist(db, "Boris", desk=False, windows=[(0, 660, 780)])
    demand(db, (at("11-23 17:00"), 1000))
    scheduling.project_desk(db, now=NOW)
    assert starts(db, team.service) == ["11:30", "12:00", "17:00"]


def test_colleagues_share_the_work_on_their_own_clocks(db, team):
    demand(db, (at("11-23 17:00"), 400), (at("11-23 17:00"), 300))
    assert scheduling.project_desk(db, now=NOW).misses == 1
    # Her day in Samara began an hour earlier and ends an hour earlier.
    specialist(db, "Elena", zone="Europe/Samara")
    assert scheduling.project_desk(db, now=NOW).misses == 0


def test_sessions_with_their_buffers_absences_and_imported_events_take_the_desks_time(db, team):
    (anna,) = team.specialists
    due = at("11-23 18:00")
    demand(db, (due, 460))
    assert scheduling.project_desk(db, now=NOW).misses == 0
    booked(db, team.service, at("11-23 12:00"))
    demand(db, (due, 370))
    assert scheduling.project_desk(db, now=NOW).misses == 0
    demand(db, (due, 371))
    assert scheduling.project_desk(db, now=NOW).misses == 1
    db.add(ExternalBusy(specialist_id=anna.id, source="x", starts_at=at("11-23 14:00"),
                        ends_at=at("11-23 15:00")))  # fmt: skip
    demand(db, (due, 310))
    assert scheduling.project_desk(db, now=NOW).misses == 0
    told = {"specialist": anna, "actor": "system", "now": NOW}
    absence = scheduling.ask_absence(db, starts_at=at("11-23 16:00"), ends_at=due, **told)
    assert scheduling.project_desk(db, now=NOW).misses == 0
    scheduling.approve_absence(db, absence=absence, actor="system", now=NOW)
    assert scheduling.project_desk(db, now=NOW).misses == 1
    assert db.scalar(select(Absence.state)) == "approved"


def test_later_runs_lengthen_and_shorten_the_closure(db, team):
    for until in ("11-23 15:00", "11-24 12:00", "11-23 13:00"):
        demand(db, (at(until), 2000))
        scheduling.project_desk(db, now=NOW)
        assert [one.until_at for one in closures(db)] == [at(until)]
    assert len(closures(db, open_only=False)) == 1
    assert starts(db, team.service)[0] == "13:00"


def test_two_clean_runs_in_a_row_open_again(db, team):
    late = (at("11-23 14:00"), 500)
    demand(db, late)
    scheduling.project_desk(db, now=NOW)
    demand(db)
    scheduling.project_desk(db, now=NOW + TEN)
    assert starts(db, team.service)[0] == "14:00"
    demand(db, late)
    scheduling.project_desk(db, now=NOW + 2 * TEN)
    demand(db)
    for n in (3, 4):
        assert len(closures(db)) == 1
        scheduling.project_desk(db, now=NOW + n * TEN)
    assert closures(db) == []
    assert starts(db, team.service)[0] == "11:30"


def test_a_run_that_happens_twice_counts_once(db, team):
    demand(db, (at("11-23 14:00"), 500))
    for _ in range(3):
        scheduling.project_desk(db, now=NOW)
    assert len(closures(db, open_only=False)) == 1
    demand(db)
    for _ in range(3):
        scheduling.project_desk(db, now=NOW + TEN)
    assert [one.clean_runs for one in closures(db)] == [1]
    assert db.scalar(text("SELECT count(*) FROM core.audit WHERE verb LIKE 'closure.%'")) == 1


def test_what_is_late_already_closes_nothing_but_takes_time(db, team):
    demand(db, (NOW, 200))
    run = scheduling.project_desk(db, now=NOW)
    assert (run.misses, closures(db)) == (1, [])
    demand(db, (NOW, 200), (at("11-23 14:00"), 21))
    scheduling.project_desk(db, now=NOW)
    assert [one.until_at for one in closures(db)] == [at("11-23 14:00")]


def test_what_somebody_has_opened_stays_open_until_its_end(db, team):
    demand(db, (at("11-23 14:00"), 500))
    scheduling.project_desk(db, now=NOW)
    (closure,) = closures(db)
    scheduling.lift_closure(db, closure=closure, actor="user:1", now=NOW)
    scheduling.project_desk(db, now=NOW + TEN)
    assert closures(db) == []
    demand(db, (at("11-23 14:00"), 500), (at("11-23 16:00"), 100))
    scheduling.project_desk(db, now=NOW + 2 * TEN)
    assert [(one.starts_at, one.until_at) for one in closures(db)] == [(at("11-23 14:00"), at("11-23 16:00"))]
    assert starts(db, team.service)[:6] == ["11:30", "12:00", "12:30", "13:00", "13:30", "16:00"]


def test_sessions_that_were_booked_before_stay(db, team):
    session = booked(db, team.service, at("11-23 12:00"))
    demand(db, (at("11-23 14:00"), 500))
    scheduling.project_desk(db, now=NOW)
    assert session.state == "booked"
    assert len(closures(db)) == 1


def test_the_projection_needs_no_more_than_the_free_flow_may(database, db, team):
    with database.free_sessions.begin() as free:
        demand(free, (at("11-23 14:00"), 500))
        scheduling.project_desk(free, now=NOW)
    assert len(closures(db)) == 1
    assert db.scalar(text("SELECT task_name || queue_name FROM procrastinate_jobs")) == "project_deskfree"
    with database.free_sessions.begin() as free:
        demand(free)
        for n in (1, 2):
            scheduling.project_desk(free, now=NOW + n * TEN)
    db.expire_all()
    assert closures(db) == []


def test_runs_are_forgotten_after_some_days(db, team):
    for days in (0, 1, 4):
        scheduling.project_desk(db, now=NOW + timedelta(days=days))
    assert db.scalars(select(DeskRun.run_at)).all() == [NOW + timedelta(days=1), NOW + timedelta(days=4)]


def test_a_closure_by_hand_closes_exactly_its_starts(db, team):
    told = {"reason": "training", "actor": "user:1", "now": NOW}
    closure = scheduling.close_desk_time(db, starts_at=at("11-23 12:00"), until_at=at("11-23 14:00"), **told)
    assert starts(db, team.service)[:3] == ["11:30", "14:00", "14:30"]
    explained = scheduling.explain_start(
        db, service=team.service, start=at("11-23 12:00"), customer_zone=MOSCOW, now=NOW
    )
    assert [reason.code for reason in explained.reasons] == ["desk_closed"]
    for _ in range(2):
        scheduling.lift_closure(db, closure=closure, actor="user:2", now=NOW)
    assert closure.lifted_by == "user:2"
    assert starts(db, team.service)[:3] == ["11:30", "12:00", "12:30"]


@pytest.mark.parametrize(
    ("span", "reason", "code"),
    [
        (("11-23 15:00", "11-23 15:00"), "training", "closure_dates"),
        (("11-23 15:00:30", "11-23 16:00"), "training", "closure_dates"),
        (("11-23 08:00", "11-23 10:20"), "training", "closure_past"),
        (("11-23 12:00", "11-23 13:00"), "  ", "closure_reason"),
        (("11-23 13:00", "11-23 15:00"), "training", "closure_overlap"),
    ],
)
def test_closures_that_cannot_be_are_refused(db, team, span, reason, code):
    told = {"actor": "user:1", "now": NOW}
    starts_at, until_at = map(at, span)
    scheduling.close_desk_time(
        db, starts_at=at("11-23 14:00"), until_at=at("11-23 15:00"), reason="training", **told
    )
    with pytest.raises(scheduling.DeskError) as refused:
        scheduling.close_desk_time(db, starts_at=starts_at, until_at=until_at, reason=reason, **told)
    assert refused.value.code == code


def test_closures_may_touch_and_may_be_made_again_once_lifted(db, team):
    told = {"reason": "training", "actor": "user:1", "now": NOW}
    spans = [("11-23 14:00", "11-23 15:00"), ("11-23 15:00", "11-23 16:00"), ("11-23 13:00", "11-23 14:00")]
    made = [
        scheduling.close_desk_time(db, starts_at=at(begin), until_at=at(end), **told) for begin, end in spans
    ]
    scheduling.lift_closure(db, closure=made[0], actor="user:1", now=NOW)
    scheduling.close_desk_time(db, starts_at=at("11-23 14:30"), until_at=at("11-23 14:45"), **told)


@pytest.mark.parametrize(
    ("on", "percent", "code"),
    [("11-23", 100, "reserve_percent"), ("11-23", -1, "reserve_percent"), ("11-22", 40, "reserve_past")],
)
def test_reserves_that_cannot_be_are_refused(db, team, on, percent, code):
    with pytest.raises(scheduling.DeskError) as refused:
        scheduling.set_desk_reserve(
            db, effective_from=date.fromisoformat(f"2026-{on}"), percent=percent, actor="user:1", now=NOW
        )
    assert refused.value.code == code


def test_a_closure_that_is_not_there_is_not_found(db, team):
    with pytest.raises(scheduling.ClosureNotFoundError):
        scheduling.get_closure(db, closure_id=7)
