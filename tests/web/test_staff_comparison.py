"""Staff see the free answers by group; those of the free queue don't."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from services import people
from services.support import requests
from tests.fakes.desk import enter
from tests.pages import words
from tests.support_stories import received, somebody_of_staff

if TYPE_CHECKING:
    from datetime import datetime

    from tests.fakes.desk import Desk


def test_answers_stand_by_group_and_few_claim_nothing(desk: Desk) -> None:
    now = desk.clock()
    with desk.database.app_sessions.begin() as db:
        stranger = people.add_person(
            db, name="Пётр", email="petr@sosna.example", locale="ru", zone="Europe/Moscow"
        )
        # The first of Olga's came before her order was confirmed.
        moments: list[tuple[datetime, dict[str, Any]]] = [
            (now - timedelta(days=1), {}),
            (now + timedelta(hours=1), {}),
        ]
        moments += [(now + timedelta(hours=1), {"author": stranger})] * 11
        for at, facts in moments:
            request = received(db, now=at, **facts)
            solved = at + timedelta(minutes=30)
            requests.resolve(
                db, request=request, staff=somebody_of_staff(db), body="Готово.", plan=False, now=solved
            )
    desk.clock.at = now + timedelta(days=1)
    page = enter(desk.app, "coordinator").get("/staff/comparison/")
    rows = [[words(cell) for cell in row.select("td")] for row in page.all("tbody tr")]
    assert [row[:3] for row in rows[:3]] == [
        ["No paid relation", "12", "12"],
        ["Had a session", "1", "1"],
        ["Has a contract", "0", "0"],
    ]
    assert rows[0][3].endswith("%")
    assert rows[1][3] == "—"
    assert "Fewer than 10 on one side" in page.text
    enter(desk.app, "administrator").get("/staff/comparison/")
    for role in ("specialist", "accountant"):
        enter(desk.app, role).get("/staff/comparison/", status=403)
