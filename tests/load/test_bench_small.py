"""The bench's own pieces at a tiny size, so that it can't rot: what it compares, and how it counts."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text

from services import catalogue, scheduling
from tests.load import floor, holds, races, report, statements
from tests.load.brute import free_starts
from tests.load.clients import Answer, Client, Samples, in_turn
from tests.load.ordering import BOOK
from tests.load.sites import Seeded
from tests.load.workload import SLUG, ZONE, Workload, seed, tomorrow


@pytest.fixture
def small(demo, now):
    """Three specialists, four days, thirty past sessions, two who lack the skill."""
    workload = Workload(3, 4, tomorrow(now), past=30, strangers=2)
    admin_url = demo.admin_url.replace("/postgres?", f"/{demo.name}?")
    return Seeded(workload, demo, admin_url, seed(admin_url, workload))


def listed(small, now):
    with small.database.app_sessions() as db:
        service = catalogue.get_service(db, slug=SLUG)
        until = now + timedelta(days=9)
        slots = scheduling.list_slots(
            db, service=service, after=now, before=until, customer_zone=ZONE, now=now
        )
    place = {specialist_id: number for number, specialist_id in enumerate(small.ids)}
    return {slot.start: tuple(place[i] for i in slot.specialist_ids) for slot in slots}


def test_engine_page_and_floor_equal_the_workload_read_minute_by_minute(small, visitor, now, monkeypatch):
    true = free_starts(small.workload, now=now)
    assert listed(small, now) == true
    assert {start for start, _ in small.workload.free_cells().items()} <= set(true)
    monkeypatch.setenv("FLOOR_DATABASE_URL", small.database.url)
    floor._pools.clear()
    first = (small.workload.first_on - date(1970, 1, 1)).days
    shown = floor.app.test_client().get(f"/page?first={first}&last={first + 3}").json["starts"]
    floor._local.db.close()
    floor._local.__dict__.clear()
    last = small.workload.cell_start(3, 5) + timedelta(hours=2)
    assert shown == [start.isoformat() for start in true if start < last]
    on = small.workload.first_on + timedelta(days=1)
    page = visitor.get(f"{BOOK}?day={on}")
    offered = {datetime.fromisoformat(str(tag["value"])) for tag in page.all("input[name=start]")}
    assert {start for start in offered if start.date() == on} == {
        start for start in true if start.date() == on
    }


def test_a_wrong_answer_would_be_noticed(small, now):
    true = free_starts(small.workload, now=now)
    with small.database.app_sessions.begin() as db:
        db.execute(text("UPDATE scheduling.occupancy SET released_at = now() WHERE starts_at > now()"))
    assert listed(small, now) != true


def test_a_race_has_as_many_winners_as_places_and_clean_refusals(small, now):
    start, free = next(iter(small.workload.free_cells().items()))
    race = races.Race("hold", (races.Prize(start, now=now),), processes=1, threads=4)
    found = races.run(race, url=small.database.url, core=small.database.core)
    assert found.winners() == [min(free, 4)]
    assert found.dirty() == []
    assert small.ask(holds.OVERLAPS) == 0
    holds.Places(small).start_anew()
    assert small.ask(holds.HELD) == 0


def test_statements_are_read_out_of_the_servers_log():
    log = (
        "db LOG:  statement: BEGIN\n"
        "db LOG:  execute <unnamed>: SELECT a,\n\t  b FROM c\n"
        "db DETAIL:  Parameters: $1 = '1'\n"
        "other LOG:  statement: SELECT 2\n"
        "db LOG:  execute <unnamed>: SELECT a,\n\t  b FROM c\n"
        "db LOG:  statement: COMMIT\n"
    )
    found = statements.read(log, "db")
    assert found.texts == ["SELECT a, b FROM c"] * 2
    assert found.control == 2
    assert found.repeated() == {"SELECT a, b FROM c": 2}


def test_ratios_are_those_of_the_medians_of_rounds(capsys):
    made = report.Report()
    made.at_most("1", "page", Samples([[3.0], [1.0, 2.0, 9.0]]), Samples([[1.0], [1.0]]), limit=3, of="floor")
    made.at_least("3", "hold", Samples([[10.0]]), Samples([[100.0]]), limit=0.25, of="floor")
    assert [line.holds for line in made.lines] == [True, False]
    assert made.lines[0].ratio == pytest.approx(2.5)
    assert made.missed() == [made.lines[1]]
    assert "MISSED" in made.table()


def test_contestants_take_turns():
    order = []
    looks = {name: lambda name=name: order.append(name) or 1.0 for name in "ab"}
    in_turn(looks, rounds=2, each=2)
    assert "".join(order) == "ab" + "abab" * 2


def test_a_client_reads_token_and_starts_from_a_page(app, visitor):
    answer = visitor.client.get(BOOK)
    read = Answer(200, {}, answer.data, 0.0)
    assert read.token()
    assert read.starts()
    assert Client(1).cookies == {}
