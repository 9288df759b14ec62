"""The page of the desk's reserve: figures, setting it, closing starts and opening them again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services import scheduling
from services.scheduling.models import DeskClosure, DeskReserve
from tests.fakes.desk import enter

PAGE = "/staff/reserve"


@pytest.fixture
def coordinator(desk):
    return enter(desk.app, "coordinator")


def stored(desk, model):
    with desk.database.app_sessions() as db:
        return db.query(model).order_by(model.id).all()


def change(desk, **facts):
    with desk.database.app_sessions.begin() as db:
        return scheduling.close_desk_time(db, actor="user:1", now=desk.clock(), **facts)


def test_the_page_shows_two_weeks_and_says_so_when_nothing_is_closed(coordinator):
    page = coordinator.get(PAGE)
    assert len(page.all("table.rows")[0].select("tbody tr")) == 14
    assert "Nothing is closed" in page.text
    assert "Nobody has looked yet" in page.text


def test_a_reserve_is_set_from_a_date_on_and_shown_as_coming(desk, coordinator):
    form = coordinator.get(f"{PAGE}/percent")
    page = coordinator.submit(form, effective_from="2026-12-06", percent="35")
    assert "The reserve is saved" in page.text
    newest = stored(desk, DeskReserve)[-1]
    assert (newest.effective_from, newest.percent) == (date(2026, 12, 6), 35)
    assert "6 December 2026 on: 35" in page.text.replace("\u00a0", " ")
    assert "35" in page.all("table.rows")[0].select("tbody tr")[-1].get_text()


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"percent": "100"}, "percent", "from 0 to 99"),
        ({"percent": "-1"}, "percent", "from 0 to 99"),
        ({"percent": "many"}, "percent", "from 0 to 99"),
        ({"effective_from": "2026-11-22"}, "effective_from", "This day is past"),
        ({"effective_from": "soon"}, "effective_from", "Enter a date like"),
        ({"effective_from": ""}, "effective_from", "Enter a date like"),
    ],
)
def test_a_reserve_that_cannot_be_is_refused_beside_its_field(desk, coordinator, typed, field, words):
    before = len(stored(desk, DeskReserve))
    given = {"effective_from": "2026-12-07", "percent": "35"} | typed
    page = coordinator.submit(coordinator.get(f"{PAGE}/percent"), status=422, **given)
    assert words in page.one(f"#{field}-error").get_text()
    assert page.one(f"[name={field}]")["value"] == given[field]
    assert len(stored(desk, DeskReserve)) == before


def closing(**typed):
    asked = {"starts_on": "2026-11-24", "starts_at": "10:00", "until_on": "2026-11-24", "until_at": "24:00"}
    return asked | {"reason": "training"} | typed


def test_starts_are_closed_by_hand_and_opened_again(desk, coordinator):
    page = coordinator.submit(coordinator.get(f"{PAGE}/close"), **closing())
    assert "Paid starts are closed" in page.text
    (closure,) = stored(desk, DeskClosure)
    assert closure.until_at - closure.starts_at == timedelta(hours=14)
    second = page.all("table.rows")[0].select("tbody tr")[1].get_text()
    assert "partly closed" in second
    assert "10:00–00:00" in second.replace("\u00a0", " ") or "training" in second
    opened = coordinator.submit(page, form=f'form[action$="/closures/{closure.id}/open"]')
    assert "open again" in opened.text
    assert "opened again" in opened.text
    assert not opened.all('form[action$="/open"]')


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"starts_on": ""}, "starts_on", "Enter a date like"),
        ({"starts_at": "25:00"}, "starts_at", "Enter a time like"),
        ({"until_at": "14:60"}, "until_at", "Enter a time like"),
        ({"until_at": "10:00"}, "until_at", "The end must come after the start"),
        ({"until_on": "2027-12-24"}, "until_at", "at most a year"),
        ({"starts_on": "2026-11-22", "until_on": "2026-11-22"}, "until_at", "over already"),
        ({"reason": " "}, "reason", "Fill this in"),
        ({"reason": "x" * 301}, "reason", "Shorten this"),
    ],
)
def test_a_closure_that_cannot_be_is_refused_beside_its_field(desk, coordinator, typed, field, words):
    page = coordinator.submit(coordinator.get(f"{PAGE}/close"), status=422, **closing(**typed))
    assert words in page.one(f"#{field}-error").get_text()
    assert stored(desk, DeskClosure) == []


def test_a_closure_over_another_is_refused(desk, coordinator):
    coordinator.submit(coordinator.get(f"{PAGE}/close"), **closing())
    page = coordinator.submit(
        coordinator.get(f"{PAGE}/close"), status=422, **closing(starts_at="23:00", until_at="23:30")
    )
    assert "closed by hand in this time already" in page.one("#starts_at-error").get_text()


def test_work_that_would_be_late_is_shown_with_what_it_closes(desk, coordinator):
    now = desk.clock()
    with desk.database.free_sessions.begin() as db:
        late = scheduling.DeskWork("a", now + timedelta(hours=3), 10_000)
        scheduling.write_desk_demand(db, work=[late], now=now)
        scheduling.project_desk(db, now=now)
    page = coordinator.get(PAGE)
    text = page.text.replace("\u00a0", " ")
    assert "Open work: 1 request" in text
    assert "free support would be late" in text
    assert "Opened by hand, they stay open until" in text
    assert "Paid starts are closed" in coordinator.get("/staff/today").text
    (closure,) = stored(desk, DeskClosure)
    coordinator.submit(page, form=f'form[action$="/closures/{closure.id}/open"]')
    assert "Paid starts are closed" not in coordinator.get("/staff/today").text


def test_a_closure_that_is_not_there_is_not_found(coordinator):
    token = coordinator.get(f"{PAGE}/close").all("main form [name=csrf_token]")[0]["value"]
    coordinator.post(f"{PAGE}/closures/99/open", {"csrf_token": token}, status=404)


def test_only_those_who_plan_see_it(desk):
    enter(desk.app, "administrator").get(PAGE)
    for role in ("specialist", "accountant"):
        visitor = enter(desk.app, role)
        for address in (PAGE, f"{PAGE}/percent", f"{PAGE}/close"):
            visitor.get(address, status=403)


def test_it_is_said_in_russian_too(desk):
    change(
        desk,
        starts_at=desk.clock(),
        until_at=desk.clock() + timedelta(hours=2),
        reason="обучение",
    )
    page = enter(desk.app, "coordinator", "ru").get(PAGE)
    text = page.text.replace("\u00a0", " ")
    for words in ("Резерв бесплатной поддержки", "частично закрыта", "обучение", "Открыть снова"):
        assert words in text


def test_who_serves_the_desk_is_named(desk, coordinator):
    def serve(*names):
        with desk.database.app_sessions.begin() as db:
            for one in scheduling.list_specialists(db):
                one.desk = one.name in names

    with desk.database.app_sessions() as db:
        first, *_others = [one.name for one in scheduling.list_specialists(db)]
    serve(first)
    assert f"The desk: {first}." in coordinator.get(PAGE).text
    serve()
    assert "Nobody serves the desk" in coordinator.get(PAGE).text
