"""Staff say why a deadline was missed, and everybody reads it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from services import people
from services.support import requests
from tests.fakes.desk import Desk, enter
from tests.support_stories import asking

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tests.pages import Visitor


def test_a_miss_is_explained_in_both_languages_and_stands_in_the_statistics(
    demo_db: Session, desk: Desk, visitor: Visitor, now: datetime
) -> None:
    request = requests.write_down(demo_db, asked=asking(demo_db), actor="customer", now=now)
    requests.receive(demo_db, request=request, now=now)
    requests.resolve(
        demo_db,
        request=request,
        staff=people.list_staff(demo_db)[0],
        body="Готово.",
        plan=False,
        now=now + timedelta(hours=9),
    )
    demo_db.commit()
    number = request.number
    staff = enter(desk.app, "coordinator")
    page = staff.get("/staff/misses/?month=2026-11")
    assert "not explained" in page.text
    form = staff.get(f"/staff/misses/2026-11/{number}/response")
    wrong = staff.submit(form, status=422, words_ru="Сбой у провайдера", words_en="")
    assert wrong.errors()
    staff.submit(form, words_ru="Сбой у провайдера", words_en="The provider was down")
    assert "The provider was down" in staff.get("/staff/misses/?month=2026-11").text
    assert "Сбой у провайдера" in visitor.get("/support/statistics?month=2026-11").text.replace("\u00a0", " ")
    staff.get(f"/staff/misses/2026-11/{number}/gift", status=404)
    staff.get("/staff/misses/?month=2026-12", status=404)
    enter(desk.app, "specialist").get("/staff/misses/", status=403)
