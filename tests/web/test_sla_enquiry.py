"""The enquiry for an individual contract, from the form to the staff."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from services import contracts
from services.core.mail import OutboxMail

FORM = "form[action='/sla/']"
FACTS = {
    "company": "АО «Волга-Дистрибуция»",
    "contact_name": "Игорь Самойлов",
    "email": "samoylov@volga-d.example",
}


def asked(visitor, status=200, **values):
    return visitor.submit(visitor.get("/sla/"), form=FORM, status=status, **(FACTS | values))


def test_a_short_enquiry_is_kept_and_both_sides_get_a_letter(visitor, demo_db):
    page = asked(visitor, users="120", sites="2", hours="12x6", trouble="Простои по субботам")
    (enquiry,) = contracts.list_enquiries(demo_db)
    assert (enquiry.company, enquiry.users, enquiry.hours, enquiry.state) == (
        "АО «Волга-Дистрибуция»",
        120,
        "12x6",
        "new",
    )
    assert enquiry.reference in page.text
    mails = {mail.event: mail.to_email for mail in demo_db.scalars(select(OutboxMail))}
    assert mails["sla_enquiry_receipt"] == "samoylov@volga-d.example"
    assert mails["sla_enquiry_received"] == "info@grsoft.ru"


def test_three_answers_are_enough(visitor, demo_db):
    asked(visitor)
    (enquiry,) = contracts.list_enquiries(demo_db)
    assert (enquiry.users, enquiry.sites, enquiry.hours, enquiry.products) == (None, None, "unknown", [])


def test_products_are_chosen_among_those_there_are(visitor, demo_db):
    asked(visitor, products=["napoleon", "aceteam"])
    (enquiry,) = contracts.list_enquiries(demo_db)
    assert enquiry.products == ["napoleon", "aceteam"]
    asked(visitor, status=422, products=["forged"])


@pytest.mark.parametrize(
    ("wrong", "beside"),
    [
        ({"company": " "}, "Напишите название компании"),
        ({"contact_name": ""}, "Напишите, как вас зовут"),
        ({"email": "samoylov"}, "Проверьте адрес"),
        ({"users": "сто"}, "целое число"),
        ({"users": "-5"}, "целое число"),
        ({"sites": "99999999999999999999"}, "целое число"),
        ({"hours": "own"}, "какие часы"),
        ({"hours": "8x5; DROP"}, ""),
    ],
)
def test_each_wrong_answer_is_told_beside_its_field(visitor, demo_db, wrong, beside):
    page = asked(visitor, status=422, trouble="не теряется", **wrong)
    assert len(page.errors()) == len(page.summary()) == 1
    assert beside in page.errors()[0]
    assert page.one("#trouble").get_text().strip() == "не теряется"
    assert not contracts.list_enquiries(demo_db)


def test_hours_of_ones_own_are_kept_in_ones_words(visitor, demo_db):
    asked(visitor, hours="own", own_hours="пн–сб, 8–20, Самара")
    assert contracts.list_enquiries(demo_db)[0].own_hours == "пн–сб, 8–20, Самара"


def test_pressing_the_button_twice_makes_one_enquiry_and_one_pair_of_letters(visitor, demo_db):
    page = visitor.get("/sla/")
    for _ in range(2):
        visitor.submit(page, form=FORM, **FACTS)
    assert contracts.count_enquiries(demo_db) == 1
    assert len(demo_db.scalars(select(OutboxMail)).all()) == 2


def test_the_number_is_shown_to_nobody_else(visit, visitor):
    asked(visitor)
    assert "E-" not in visit().get("/sla/thanks").text


def test_a_flood_from_one_address_is_stopped_without_losing_what_was_written(visitor, demo_db):
    for _ in range(10):
        asked(visitor)
    page = asked(visitor, status=429, trouble="одиннадцатый")
    assert "слишком много" in page.summary()[0]
    assert page.one("#trouble").get_text().strip() == "одиннадцатый"
    assert contracts.count_enquiries(demo_db) == 10
