"""The page of times from few statements, and from one when the browser has it already."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import text

from billing import prices, sellers
from billing.prices.queries import find_list
from services import people, scheduling
from services.core.money import Money
from tests.asked import asked
from tests.crew import NINE_TO_SIX
from tests.pages import Visitor
from webapp.request import ZONE_COOKIE

BOOK = "/book/remote-session"
THURSDAY = f"{BOOK}?day=2026-11-26"


def counted(app):
    """The statements that reach the site's database."""
    return asked(app.extensions["priyom.database"].engine)


def ask(visitor, path=BOOK, tag=None, method="get", **headers):
    if tag is not None:
        headers["If-None-Match"] = tag
    return getattr(visitor.client, method)(path, headers=headers)


def tag_of(visitor, path=BOOK):
    """The page's tag once the browser has its session."""
    ask(visitor, path)
    return ask(visitor, path).headers["ETag"]


def book(visitor, start):
    """Take `start` without looking at the pages."""
    token = ask(visitor, THURSDAY).text.partition('name="csrf_token" value="')[2].partition('"')[0]
    return visitor.client.post(BOOK, data={"csrf_token": token, "start": start})


def starts(answer):
    soup = BeautifulSoup(answer.text, "html.parser")
    return [str(tag["value"]) for tag in soup.select(".part input[name=start]:not([disabled])")]


def hire(demo, now, names, past):
    """More specialists with `past` sessions each, long over."""
    with demo.app_sessions.begin() as db:
        for name in names:
            person = people.add_person(
                db, name=name, email=f"{name}@x.example", locale="ru", zone="Europe/Moscow"
            )
            member = people.hire(db, person=person, actor="system", now=now)
            made = scheduling.add_specialist(
                db, staff_member=member, zone="Europe/Moscow", actor="system", now=now
            )
            scheduling.set_hours(
                db,
                specialist=made,
                effective_from=date(2026, 1, 1),
                windows=NINE_TO_SIX,
                actor="system",
                now=now,
            )
        db.execute(
            text("""
                INSERT INTO scheduling.occupancy
                    (specialist_id, kind, starts_at, ends_at, footprint, assigned_at)
                SELECT s.id, 'booking', at, at + interval '1 hour', tstzrange(at, at + interval '1 hour'), at
                FROM scheduling.specialist s, LATERAL (
                    SELECT timestamptz '2026-03-01' - interval '90 minutes' * (n + :past) AS at
                    FROM generate_series(1, :past) AS n
                ) AS times
            """),
            {"past": past},
        )
        db.execute(
            text("UPDATE catalogue.service SET horizon_days = horizon_days + :more"), {"more": past // 20}
        )


def test_a_page_takes_five_statements_at_most_whatever_its_size_and_none_twice(app, visitor, demo, now):
    sizes = []
    for size, past in ((0, 0), (5, 40), (20, 400)):
        hire(demo, now, [f"s{size}n{number}" for number in range(size)], past)
        for path in (BOOK, THURSDAY):
            for _time in range(2):
                with counted(app) as seen:
                    assert ask(visitor, path).status_code == 200
                assert len(seen) <= 5, seen
                assert len(set(seen)) == len(seen), seen
        sizes.append(len(seen))
    assert len(set(sizes)) == 1
    assert sizes[0] == 2, "what is sold, by whom and when is kept until it changes"


def test_the_draft_of_a_browser_costs_one_statement_more(app, visitor, demo):
    start = starts(ask(visitor, THURSDAY))[0]
    book(visitor, start)
    ask(visitor)
    with counted(app) as seen:
        assert start in starts(ask(visitor, THURSDAY))
    assert len(seen) <= 5, seen


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_page_that_the_browser_has_takes_one_statement_and_no_slots(app, visitor, method, monkeypatch):
    tag = tag_of(visitor)
    monkeypatch.setattr(scheduling, "list_slots", None)
    with counted(app) as seen:
        answer = ask(visitor, tag=tag, method=method)
    assert answer.status_code == 304
    assert answer.data == b""
    assert len(seen) == 1, seen
    assert answer.headers["ETag"] == tag
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert {"Cookie", "Accept-Language"} <= set(answer.vary)


def test_a_head_has_the_headers_of_the_page(visitor):
    ask(visitor)
    page, head = ask(visitor), ask(visitor, method="head")
    assert head.status_code == 200
    assert head.data == b""
    assert head.headers["ETag"] == page.headers["ETag"]


def test_two_renderings_have_one_tag_and_other_facts_have_others(visit, clock, now):
    visitor = visit()
    tags = {tag_of(visitor)}
    assert tag_of(visitor) in tags
    clock.at = now + timedelta(seconds=59)  # begins a minute that `now` is no part of
    tags.add(tag_of(visitor))
    clock.at = now + timedelta(seconds=31)
    assert tag_of(visitor) in tags
    clock.at = now
    tags.add(tag_of(visitor, THURSDAY))
    tags.add(tag_of(visitor, f"{BOOK}?seller=abroad"))
    visitor.client.set_cookie(ZONE_COOKIE, "Asia/Omsk")
    tags.add(tag_of(visitor))
    visitor.client.set_cookie("locale", "en")
    tags.add(tag_of(visitor))
    tags.add(tag_of(visit()))
    assert len(tags) == 7
    assert all(tag.startswith('W/"') for tag in tags)


def test_a_tag_of_another_browser_or_of_anything_is_not_believed(visit):
    mine, theirs = visit(), visit(address="203.0.113.8")
    tag = tag_of(mine)
    ask(theirs)
    assert ask(theirs, tag=tag).status_code == 200
    assert ask(mine, tag="*").status_code == 200
    assert ask(mine, tag=f'"x", {tag}').status_code == 304
    assert ask(mine, tag='"x", W/"y", nonsense').status_code == 200


CHANGES = {
    "hours": "DELETE FROM scheduling.own_date",
    "somebody leaves": "UPDATE people.staff_member SET active = false WHERE id = 1",
    "an absence": """
        INSERT INTO scheduling.absence (specialist_id, during, state, asked_at)
        SELECT id, tstzrange('2026-11-26 06:00+00', '2026-11-26 18:00+00'), 'approved', now()
        FROM scheduling.specialist""",
    "the vendor": "UPDATE core.setting SET changed_at = now()",
    "the calendar": "INSERT INTO core.production_day VALUES ('RU', '2026-11-26', 'holiday', 'test')",
    "the service": "UPDATE catalogue.service SET minutes = minutes",
    "the desk": """
        INSERT INTO scheduling.desk_reserve (effective_from, percent, set_by, set_at)
        VALUES ('2026-01-01', 99, 'test', now())""",
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_is_asked_for_again(visitor, demo, change):
    tag = tag_of(visitor)
    with demo.app_sessions.begin() as db:
        db.execute(text(CHANGES[change]))
    answer = ask(visitor, tag=tag)
    assert answer.status_code == 200
    assert answer.headers["ETag"] != tag


def test_prices_published_a_second_ago_are_shown(visitor, demo, now):
    tag = tag_of(visitor)
    with demo.app_sessions.begin() as db:
        seller = sellers.seller_for(db, country="RU")
        known = find_list(db, seller=seller, on=date(2026, 11, 23))
        cost = {row.service: row.unit_price for row in known.prices}
        publish_dearer(db, seller, known, cost, now)
    answer = ask(visitor, tag=tag)
    assert answer.status_code == 200
    assert "6\u00a0100\u00a0₽" in answer.text


def publish_dearer(db, seller, known, cost, now):
    prices.publish_list(
        db,
        seller=seller,
        valid_from_on=date(2026, 11, 23),
        prices={
            service.id: replace(price, first=Money(500_000, "RUB"))
            if service.slug == "remote-session"
            else price
            for service, price in cost.items()
        },
        factors=[row.factor for row in known.factors],
        policy=known.ladder_policy,
        actor="system",
        now=now,
    )


def test_a_page_with_a_notice_is_shown_once_and_kept_by_nobody(visitor):
    tag = tag_of(visitor)
    with visitor.client.session_transaction() as session:
        session["_flashes"] = [("ok", "Notice of this minute")]
    answer = ask(visitor, tag=tag)
    assert answer.status_code == 200
    assert "Notice of this minute" in answer.text
    assert "ETag" not in answer.headers
    assert "Notice" not in ask(visitor).text


def test_whoever_asks_after_a_booking_was_answered_never_sees_its_start(app, visit):
    """Readers with tags in hand ask all the time, while others book start after start."""
    wanted = starts(ask(visit(), THURSDAY))[:6]
    busy = wanted_times_of_everybody(visit, wanted)
    gone: list[str] = []
    wrong: list[str] = []
    done = threading.Event()

    def read(number):
        reader = Visitor(app, address=f"203.0.113.{100 + number}")
        answer, kept = ask(reader, THURSDAY), None
        while not done.is_set():
            before = list(gone)
            answer = ask(reader, THURSDAY, tag=answer.headers.get("ETag"))
            if answer.status_code == 200:
                kept = starts(answer)
            wrong.extend(start for start in before if kept is not None and start in kept)

    readers = [threading.Thread(target=read, args=(number,)) for number in range(3)]
    for reader in readers:
        reader.start()
    try:
        for start, bookers in busy.items():
            answers = [book(booker, start).status_code for booker in bookers]
            assert answers[-1] == 409, answers
            gone.append(start)
    finally:
        done.set()
        for reader in readers:
            reader.join()
    assert gone == list(busy)
    assert not wrong


def wanted_times_of_everybody(visit, wanted):
    """For each start more browsers than there are specialists."""
    return {
        start: [visit(address=f"198.51.{number}.{other}") for other in range(7)]
        for number, start in enumerate(wanted[::3])
    }
