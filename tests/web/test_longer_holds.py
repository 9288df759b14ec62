"""A time is kept a quarter of an hour, and ten minutes more for whoever asks or answers; once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from billing import orders
from services.scheduling.models import Occupancy
from services.sessions.models import RemoteSession
from tests.web.test_ordering_pages import chosen, filled, ordinary_starts

MINUTE = timedelta(minutes=1)
LONGER = "button[name=longer]"
BOOK = "/book/remote-session?day=2026-11-26"


@pytest.fixture
def held_until(demo, now):
    """After how many minutes the newest hold ends, by session and occupancy alike."""

    def read():
        with demo.app_sessions() as db:
            session = db.scalars(select(RemoteSession).order_by(RemoteSession.id.desc())).first()
            row = db.scalars(select(Occupancy).order_by(Occupancy.id.desc())).first()
            assert session.held_until == row.expires_at
            return (session.held_until - now) / MINUTE

    return read


def test_looking_at_the_form_keeps_nothing_longer(visitor, held_until):
    page = chosen(visitor)
    assert "до 10:35" in page.text
    visitor.get(page.path)
    assert held_until() == 15


@pytest.mark.parametrize("language", ["ru", "en"])
def test_who_asks_for_it_has_ten_minutes_more_once_and_loses_nothing(visit, held_until, language):
    visitor = visit(language)
    page = chosen(visitor)
    assert "10:45" in page.one(LONGER).get_text()
    longer = visitor.submit(page, button="y", description="Обмен встал", email="not yet")
    assert longer.one("textarea[name=description]").get_text() == "Обмен встал"
    assert longer.one("input[name=email]")["value"] == "not yet"
    assert not longer.errors()
    assert held_until() == 25
    assert "10:45" in longer.one("[role=timer]").get_text()
    assert not longer.all(LONGER)
    visitor.submit(page, button="y")
    assert held_until() == 25


def test_sent_answers_keep_it_ten_minutes_more_and_then_no_longer(visitor, clock, held_until):
    page = chosen(visitor)
    clock.at += 10 * MINUTE
    review = filled(visitor, page)
    assert held_until() == 25
    clock.at += 10 * MINUTE
    details = visitor.get(review.path.replace("/review", "/details"))
    filled(visitor, details)
    assert held_until() == 25


def test_a_time_that_is_over_is_not_kept_longer_by_asking(visitor, clock, held_until):
    page = chosen(visitor)
    clock.at += 15 * MINUTE
    visitor.submit(page, button="y", status=422)
    assert held_until() == 15


@pytest.mark.parametrize("language", ["ru", "en"])
def test_who_comes_too_late_is_told_and_sees_what_is_free_now(visit, demo, language):
    start = ordinary_starts(visit().get(BOOK))[0]
    late = visit(language)
    page = late.get(BOOK)
    for number in range(9):
        if start not in ordinary_starts(visit().get(BOOK)):
            break
        visitor = visit(address=f"198.51.100.{number}")
        visitor.submit(visitor.get(BOOK), form="form#times", start=start)
    told = late.submit(page, form="form#times", start=start, status=409)
    free = [str(tag["value"]) for tag in told.all("input[name=start]:not([disabled])")]
    assert free
    assert start not in free


def by_card(page):
    return " ".join(page.one(".pay label:has(#by-card) small").get_text().split())


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_review_says_until_when_the_time_is_kept_for_paying_by_the_limits_in_force(
    visit, demo, clock, now, language
):
    visitor = visit(language)
    clock.at += 14 * MINUTE
    review = filled(visitor, chosen(visitor))
    assert "11:15" in by_card(review), "31 minutes for the page, 10 for its news"
    with demo.app_sessions.begin() as db:
        limits = orders.KeepLimits(longest_unpaid_minutes=35)
        orders.edit_keep_limits(db, limits=limits, actor="system", now=now)
    assert "11:09" in by_card(visitor.get(review.path)), "never longer than in all"
