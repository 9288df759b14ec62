"""How we answer: the public figures, with every miss, and nothing decorated."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from services import people
from services.support import requests
from services.support.statistics.figures import Kept, Months
from tests.support_stories import asking
from webapp.support.statistics import year_in_words

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flask import Flask
    from sqlalchemy.orm import Session

    from tests.pages import Visitor


def test_without_data_nothing_is_claimed(visitor: Visitor) -> None:
    page = visitor.get("/support/statistics")
    assert "0 из 0" in page.text
    assert "%" not in page.text.replace("100%", "")
    assert "говорить пока не о чем" in page.text.replace("\u00a0", " ")


def test_a_miss_is_listed_with_its_number_and_few_have_no_percentage(
    demo_db: Session, visit: Callable[..., Visitor], now: datetime
) -> None:
    db = demo_db
    for minutes in (30, 60 * 9):
        request = requests.write_down(db, asked=asking(db), actor="customer", now=now)
        requests.receive(db, request=request, now=now)
        staff = people.list_staff(db)[0]
        requests.resolve(
            db, request=request, staff=staff, body="Готово.", plan=False, now=now + timedelta(minutes=minutes)
        )
    db.commit()
    page = visit("en").get("/support/statistics?month=2026-11")
    assert "1 of 2" in page.text
    assert "№ 2 First answer: late by 3 h 40 min." in page.text
    assert "Of fewer than 10" in page.text


@pytest.mark.parametrize("month", ["2026-12", "2026-13", "1999-01", "x", "2026-1", "20261-01"])
def test_a_month_that_is_none_or_is_to_come_is_not_found(visitor: Visitor, month: str) -> None:
    assert visitor.get(f"/support/statistics?month={month}", status=404)


@pytest.mark.parametrize(
    ("late", "said"),
    [
        ((1, 0, 1, 0), "One each in January and March."),
        ((0, 3, 1, 0), "Most in February: 3."),
        ((2, 0, 1, 2), "Most in January and April: 2 each."),
        ((0, 2, 0, 0), "All in one month: February."),
        ((0, 1, 0, 0), "In twelve months 1 of 40 was late."),
    ],
)
def test_where_misses_pile_up_is_said_in_a_sentence(app: Flask, late: tuple[int, ...], said: str) -> None:
    by_month = {
        date(2026, number, 1): Kept(ended=10, met=10 - missed) for number, missed in enumerate(late, start=1)
    }
    with app.test_request_context(headers={"Accept-Language": "en"}):
        told = year_in_words(Months(by_month, Kept(ended=40, met=40 - sum(late))))
    assert told.endswith(said)
