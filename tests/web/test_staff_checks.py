"""Whether the nightly check has found all sums right stands on the staff's list of questions."""

from __future__ import annotations

from datetime import timedelta

from billing import checks, sellers
from services.core.money import Money
from tests.fakes.desk import enter
from tests.fakes.transfers import arrive

LATE = "no check has found all sums right"


def test_the_list_of_questions_says_when_no_check_was_green_for_a_day(desk):
    accountant = enter(desk.app, "accountant")
    assert LATE not in accountant.get("/staff/tasks/").text
    with desk.database.app_sessions.begin() as db:
        seller = next(one for one in sellers.list_sellers(db) if one.currency == "RUB")
        arrive(db, seller=seller, amount=Money(100_00, "RUB"), now=desk.clock.at)
    desk.clock.at += timedelta(hours=30)
    assert LATE in enter(desk.app, "accountant").get("/staff/tasks/").text
    with desk.database.app_sessions.begin() as db:
        assert checks.check_money(db, now=desk.clock.at) == []
    page = enter(desk.app, "accountant").get("/staff/tasks/")
    assert LATE not in page.text
    assert "All sums were last found right" in page.text
