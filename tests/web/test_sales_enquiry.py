"""An enquiry for the sales people, from the form to the staff's list and to its deletion."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from services.core.mail import OutboxMail
from services.people import sales
from tests.fakes.desk import enter

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tests.cluster import Database
    from tests.fakes.desk import Desk
    from tests.pages import Visitor

FORM = "form[action='/sales']"
FACTS = {
    "kind": "presentation",
    "product": "napoleon",
    "name": "Игорь Самойлов",
    "company": "АО «Волга-Дистрибуция»",
    "email": "samoylov@volga-d.example",
}


def asked(visitor: Visitor, status: int = 200, **values: Any) -> Any:
    return visitor.submit(visitor.get("/sales"), form=FORM, status=status, **(FACTS | values))


def test_a_form_sent_twice_is_one_enquiry_and_a_letter_to_each_side(
    visitor: Visitor, visit: Callable[..., Visitor], demo_db: Session
) -> None:
    page = visitor.get("/sales")
    assert page.one("main a[href='/support/']")
    for _ in range(2):
        thanks = visitor.submit(page, form=FORM, **FACTS)
    (enquiry,) = sales.list_enquiries(demo_db)
    assert (enquiry.company, enquiry.kind, enquiry.state, enquiry.body) == (
        "АО «Волга-Дистрибуция»",
        "presentation",
        "new",
        "",
    )
    assert enquiry.product_id is not None
    assert enquiry.reference in thanks.text
    assert enquiry.reference not in visit().get("/sales/thanks").text
    mails = [(mail.event, mail.to_email) for mail in demo_db.scalars(select(OutboxMail))]
    assert sorted(mails) == [
        ("sales_receipt", "samoylov@volga-d.example"),
        ("sales_received", "info@grsoft.ru"),
    ]


def test_wrong_answers_are_told_beside_their_fields_and_a_flood_is_stopped(
    visitor: Visitor, demo_db: Session
) -> None:
    wrongs: tuple[dict[str, str], ...] = (
        {"company": " "},
        {"name": ""},
        {"email": "samoylov"},
        {"kind": "gift"},
        {"kind": "other", "body": " "},
        {"product": "forged"},
        {"body": "я" * 4001},
    )
    for wrong in wrongs:
        page = asked(visitor, status=422, **({"body": "не теряется"} | wrong))
        assert len(page.errors()) == len(page.summary()) == 1, wrong
        assert page.one("#name")["value"] == wrong.get("name", "Игорь Самойлов")
    assert not sales.list_enquiries(demo_db)
    for _ in range(10):
        asked(visitor, product="")
    page = asked(visitor, status=429, body="одиннадцатый")
    assert page.one("#body").get_text().strip() == "одиннадцатый"
    assert sales.count_enquiries(demo_db, state="new") == 10


def test_staff_take_it_on_close_it_with_a_note_and_a_year_later_it_is_gone(
    visitor: Visitor, desk: Desk, demo: Database, now: datetime
) -> None:
    asked(visitor, phone="+7 900 000-00-00", body="Шесть планшетов")
    staff = enter(desk.app, "coordinator", "ru")
    (row,) = staff.get("/staff/sales/").all("tbody tr")
    assert "АО «Волга-Дистрибуция»" in row.get_text()
    page = staff.get(row.select_one("a")["href"])
    page = staff.submit(page, form="form[action$='/take']")
    assert "Шесть планшетов" in page.text
    wrong = staff.submit(page, form="form[action$='/close']", status=422, note=" ")
    assert wrong.errors()
    staff.submit(page, form="form[action$='/close']", note="Показали, думают до весны")
    assert not staff.get("/staff/sales/?state=new").all("tbody tr")
    assert "думают до весны" in staff.get(row.select_one("a")["href"]).text
    with demo.app_sessions() as db:
        assert sales.wipe_enquiries(db, now=now + timedelta(days=364)) == 0
        assert sales.wipe_enquiries(db, now=now + timedelta(days=366)) == 1
        db.rollback()
    enter(desk.app, "specialist", "ru").get("/staff/sales/", status=403)


def test_the_free_side_takes_enquiries_and_reads_none(visitor: Visitor, demo: Database) -> None:
    asked(visitor)
    with demo.free_sessions() as free:
        assert free.execute(text("SELECT reference FROM people.sales_enquiry")).all()
        with pytest.raises(ProgrammingError, match="permission denied"):
            free.execute(text("SELECT email FROM people.sales_enquiry"))
