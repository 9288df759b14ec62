"""A browser keeps one time at once, and is led back to what it has begun."""

from __future__ import annotations

from sqlalchemy import select

from services.sessions.models import RemoteSession

ONE, OTHER = "/book/remote-session", "/book/diagnostics"


def take(visitor, path, number=0):
    page = visitor.get(f"{path}?day=2026-11-26")
    start = [str(time["value"]) for time in page.all("input[name=start]")][number]
    return visitor.submit(page, form="form#times", start=start)


def held(demo):
    with demo.app_sessions() as db:
        return len(db.scalars(select(RemoteSession).where(RemoteSession.state == "held")).all())


def test_another_service_before_anything_is_filled_in_lets_the_first_time_go(visitor, demo):
    before = held(demo)
    take(visitor, ONE)
    page = take(visitor, OTHER)
    assert page.path.endswith("/details")
    assert held(demo) == before + 1


def test_another_service_after_the_details_leads_back_to_the_order(visit, demo):
    visitor, before = visit("en"), held(demo)
    page = take(visitor, ONE)
    review = visitor.submit(page, name="Ольга Мельникова", email="melnikova@kedr-opt.example")
    order = review.path.rsplit("/", 1)[0]
    again = take(visitor, OTHER)
    assert again.path == f"{order}/details"
    assert "You already keep a time" in again.text
    assert held(demo) == before + 1


def test_a_time_that_is_let_go_is_free_again_and_another_may_be_taken(visitor, demo):
    before = held(demo)
    page = take(visitor, ONE)
    review = visitor.submit(page, name="Ольга Мельникова", email="melnikova@kedr-opt.example")
    details = visitor.get(review.path.replace("/review", "/details"))
    left = visitor.submit(details, form="aside form")
    assert "Время снова свободно" in left.text
    assert held(demo) == before
    assert take(visitor, OTHER).path.endswith("/details")
    visitor.get(details.path)


def test_two_people_keep_a_time_each(visit, demo):
    before = held(demo)
    take(visit(), ONE)
    take(visit(), ONE, number=1)
    assert held(demo) == before + 2
