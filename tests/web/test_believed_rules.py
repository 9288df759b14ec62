"""A hold goes by what its process saw last; whoever edits meanwhile is heeded all the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import joinedload

from billing import prices, sellers
from billing.orders.models import Order
from billing.prices.queries import find_list
from services import scheduling
from services.core.money import Money
from services.scheduling.models import Specialist
from tests.web.test_time_page_kept import BOOK, THURSDAY, ask, book, counted, starts

LATE = "2026-11-26T17:00:00+00:00"  # eight in the evening in Moscow


@pytest.fixture
def page(visit, visitor):
    """A page of free times, and a process that has sold one of them and knows how by heart."""
    other = visit(address="198.51.100.7")
    assert book(other, starts(ask(other, THURSDAY))[-1]).status_code == 303
    return ask(visitor, THURSDAY)


@pytest.fixture
def chosen(page):
    """A time of that page."""
    return starts(page)[0]


@pytest.fixture
def take(visitor, page):
    """Take a time from that page, nobody having looked at another one since."""
    token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
    return lambda start: visitor.client.post(BOOK, data={"csrf_token": token, "start": start})


def order(demo):
    """The last order, with its session."""
    with demo.app_sessions() as db:
        return db.scalars(
            select(Order).options(joinedload(Order.session)).order_by(Order.id.desc()).limit(1)
        ).one_or_none()


def work(demo, now, windows):
    with demo.app_sessions.begin() as db:
        for one in db.scalars(select(Specialist)):
            scheduling.set_hours(
                db,
                specialist=one,
                effective_from=date(2026, 11, 24),
                windows=windows,
                actor="staff:1",
                now=now,
            )


def test_a_hold_takes_three_statements_when_nobody_has_edited(app, take, chosen, demo):
    with counted(app) as seen:
        assert take(chosen).status_code == 303
    assert len(seen) == 3, seen
    assert order(demo).session.starts_at == datetime.fromisoformat(chosen)


def test_a_price_that_was_changed_meanwhile_is_the_price(take, chosen, demo, now):
    with demo.app_sessions.begin() as db:
        seller = sellers.seller_for(db, country="RU")
        listed = find_list(db, seller=seller, on=now.date())
        dearer = {
            row.service_id: replace(row.unit_price, first=Money(777_700, "RUB"), factors=())
            for row in listed.prices
        }
        prices.change_prices(
            db, seller=seller, valid_from_on=now.date(), prices=dearer, actor="staff:1", now=now
        )
    assert take(chosen).status_code == 303
    assert order(demo).quote.net.minor == 777_700


def test_hours_that_were_taken_away_meanwhile_are_not_sold(take, chosen, demo, now):
    work(demo, now, ((0, 540, 600),))
    assert take(chosen).status_code == 409
    assert order(demo).session.starts_at != datetime.fromisoformat(chosen)


def test_hours_that_were_added_meanwhile_are_sold_and_not_refused(take, page, demo, now):
    assert LATE not in starts(page)
    work(demo, now, tuple((day, 0, 1440) for day in range(7)))
    assert take(LATE).status_code == 303
    assert order(demo).session.starts_at == datetime.fromisoformat(LATE)


def test_a_service_that_was_renamed_meanwhile_is_sold_by_its_new_name(take, chosen, demo):
    with demo.app_sessions.begin() as db:
        db.execute(
            text("UPDATE catalogue.service SET name = jsonb_build_object('ru', 'Иначе', 'en', 'Other')")
        )
    assert take(chosen).status_code == 303
    assert order(demo).session.service["name"] == {"ru": "Иначе", "en": "Other"}
