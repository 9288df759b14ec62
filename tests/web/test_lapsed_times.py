"""Somebody types longer than his time is kept: it is taken again if it can be, nothing is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from billing import payments
from billing.orders.models import Order
from tests.web.test_ordering_pages import chosen, filled


@pytest.fixture
def slowly(clock, demo):
    """Let an hour go by; the worker may have been at the lapsed orders, or not yet."""

    def go(*, worker: bool) -> None:
        clock.at += timedelta(hours=1)
        if not worker:
            return
        with demo.app_sessions.begin() as db:
            for order in db.scalars(select(Order).where(Order.state == "draft")):
                payments.let_lapse(db, session_id=order.session_id, now=clock.at)

    return go


def newest(demo):
    with demo.app_sessions() as db:
        order = db.scalars(select(Order).order_by(Order.id)).all()[-1]
        return order.reference, order.state, order.session.description


@pytest.mark.parametrize("worker", [False, True])
def test_details_that_come_too_late_take_the_same_time_again(visitor, demo, slowly, worker):
    page = chosen(visitor)
    slowly(worker=worker)
    review = filled(visitor, page, description="Остатки не приходят")
    assert review.path.endswith("/review")
    assert review.path.split("/")[2] != page.path.split("/")[2]
    assert "снова держим его для вас" in review.text
    assert "Остатки не приходят" in review.text
    assert newest(demo)[1:] == ("draft", "Остатки не приходят")


@pytest.mark.parametrize("worker", [False, True])
def test_a_review_that_comes_too_late_is_shown_anew_with_all_answers(visitor, slowly, worker):
    review = filled(visitor, chosen(visitor), description="Остатки не приходят")
    slowly(worker=worker)
    again = visitor.submit(review, offer="y", consent_services="y")
    assert again.path.endswith("/review")
    assert again.path != review.path
    assert "Остатки не приходят" in again.text
    assert not again.all("input[type=checkbox][checked]"), "consents are given anew"


def test_wrong_answers_that_come_too_late_are_told_first(visitor, slowly):
    page = chosen(visitor)
    slowly(worker=True)
    refused = filled(visitor, page, status=422, email="nobody", description="Остатки не приходят")
    assert len(refused.errors()) == 1
    assert filled(visitor, refused, inn="7707083893").path.endswith("/review")
    wrong = filled(visitor, page, status=422, inn="7707083894", description="Остатки не приходят")
    assert "Остатки не приходят" in wrong.one("textarea[name=description]").get_text()


def test_answers_for_a_time_that_is_gone_stay_on_the_page(visit, visitor, demo, slowly):
    page = chosen(visitor)
    with demo.app_sessions() as db:
        start = db.scalars(select(Order).order_by(Order.id)).all()[-1].session.starts_at
    slowly(worker=True)
    while _take(visit(), start):
        pass
    late = filled(visitor, page, status=409, description="Остатки не приходят")
    assert "занять его уже нельзя" in late.text
    assert "Остатки не приходят" in late.one("textarea[name=description]").get_text()


def _take(other, start):
    page = other.get("/book/remote-session?day=2026-11-26")
    value = f"{start:%Y-%m-%dT%H:%M:%SZ}"
    if value not in [tag["value"] for tag in page.all("input[name=start]")]:
        return False
    other.submit(page, form="form#times", start=value)
    return True
