"""Adding products and services, and deciding what a free request about a product asks for."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from services import catalogue
from services.core.audit import AuditRow
from tests.fakes.desk import enter
from tests.pages import Visitor

PRODUCT = {
    "slug": "compass", "name_ru": "Компас", "name_en": "Compass", "identifier_kind": "none",
    "preparation_ru": "понадобится описание", "preparation_en": "have a description at hand",
}  # fmt: skip
FIELD = {
    "key": "version", "label_ru": "Версия", "label_en": "Version",
    "reason_ru": "версии различаются", "reason_en": "versions differ",
}  # fmt: skip
NEW_PRODUCT = "/staff/catalogue/products/new"
FIELDS = "/staff/catalogue/products/napoleon/fields/"


@pytest.fixture
def admin(desk):
    return enter(desk.app, "administrator")


def keys_of(desk, slug):
    with desk.database.app_sessions() as db:
        return [field.key for field in catalogue.get_product(db, slug=slug).fields]


def notes(desk, subject):
    with desk.database.app_sessions() as db:
        rows = db.scalars(select(AuditRow).where(AuditRow.subject == subject).order_by(AuditRow.seq)).all()
        return [(row.verb, row.before, row.after) for row in rows if row.actor != "system"]


def test_a_product_is_added_with_its_fields_and_customers_can_ask_about_it(desk, admin):
    page = admin.submit(admin.get(admin.get("/staff/catalogue/").link("Add a product")), **PRODUCT)
    assert page.path == "/staff/catalogue/products/compass/fields/"
    assert "No fields yet" in page.text
    saved = admin.submit(admin.get(page.link("Add a field")), required="y", **FIELD)
    assert "Version" in saved.text
    assert notes(desk, "product:compass") == [
        ("catalogue.add", None, None),
        ("catalogue.add_field", None, {"field": "version"}),
    ]
    customer = Visitor(desk.app, "en")
    form = customer.get(customer.get("/support/").link("Compass"))
    asked = {
        "subject": "It points south", "impact": "stopped", "employees": "2",
        "name": "Olga", "email": "olga@kedr.example",
    }  # fmt: skip
    assert "Fill this in" in customer.submit(form, status=422, **asked).errors()[0]
    assert "Received" in customer.submit(form, of_version="4.12", **asked).title


WRONG_PRODUCTS = [
    ({"slug": "napoleon"}, "taken"),
    ({"slug": "new"}, "taken"),
    ({"slug": "no-answer"}, "taken"),
    ({"slug": "Компас"}, "Use small Latin"),
    ({"slug": "-compass"}, "Use small Latin"),
    ({"slug": ""}, "Fill this in"),
    ({"name_en": ""}, "Fill this in"),
    ({"preparation_ru": " "}, "Fill this in"),
    ({"identifier_kind": "project_code"}, "where customers find it"),
]


def test_a_product_that_cannot_be_added_comes_back_whole(desk, admin):
    form = admin.get(NEW_PRODUCT)
    for fields, said in WRONG_PRODUCTS:
        back = admin.submit(form, status=422, **{**PRODUCT, **fields})
        assert said in back.errors()[0]
        assert len(back.summary()) == 1
        assert back.one("[name=name_ru]")["value"] == "Компас"
    admin.get("/staff/catalogue/products/compass", status=404)


def test_a_new_service_says_that_it_needs_a_price_and_is_switched_off(desk, admin):
    form = admin.get(admin.get("/staff/catalogue/").link("Add a service"))
    assert "before a price list has a price" in form.text
    names = ("name", "summary", "lead")
    texts = {f"{name}_{language}": "Text" for name in names for language in ("ru", "en")}
    assert "needs a price" in admin.submit(form, slug="half-an-hour", **texts).text
    assert notes(desk, "service:half-an-hour") == [("catalogue.add", None, None)]
    Visitor(desk.app, "en").get("/services/half-an-hour", status=404)


def test_a_field_is_edited_and_moved(desk, admin):
    form = admin.get(admin.get(FIELDS).link("Project name"))
    admin.submit(form, label_en="Name of the project", hint_ru="", hint_en="", position="99")
    assert keys_of(desk, "napoleon")[-1] == "project"
    verb, before, after = notes(desk, "product:napoleon")[0]
    assert (verb, before, after["field"]) == ("catalogue.edit_field", {"field": "project"}, "project")
    assert "Name of the project" in Visitor(desk.app, "en").get("/support/napoleon").text


def test_a_field_is_removed(desk, admin):
    before = keys_of(desk, "napoleon")
    page = admin.submit(admin.get(FIELDS), form='main form[action$="/remove"]')
    assert "The field is removed" in page.soup.text
    assert keys_of(desk, "napoleon") == before[1:]
    assert notes(desk, "product:napoleon") == [("catalogue.remove_field", {"field": before[0]}, None)]


WRONG_FIELDS = [
    ({"key": "description"}, "already"),
    ({"key": "phone"}, "by itself"),
    ({"key": "Version 2"}, "underscores"),
    ({"key": ""}, "Fill this in"),
    ({"kind": "picture"}, "Not a valid choice"),
    ({"position": "first"}, "from 0 to 999"),
    ({"label_ru": ""}, "Fill this in"),
    ({"reason_en": " "}, "Fill this in"),
    ({"hint_ru": "Число"}, "both languages"),
]


def test_a_field_that_cannot_be_comes_back_whole(desk, admin):
    before = keys_of(desk, "napoleon")
    form = admin.get(f"{FIELDS}new")
    for fields, said in WRONG_FIELDS:
        back = admin.submit(form, status=422, **{**FIELD, **fields})
        assert said in back.errors()[0]
        assert len(back.summary()) == 1
    assert keys_of(desk, "napoleon") == before


def test_a_field_does_not_take_the_key_of_another(desk, admin):
    form = admin.get(admin.get(FIELDS).link("Project name"))
    assert "already" in admin.submit(form, status=422, key="description").errors()[0]
    admin.submit(form, key="project")
    assert notes(desk, "product:napoleon")[0][0] == "catalogue.edit_field"


def test_a_field_belongs_to_its_product_alone(desk, admin):
    own = admin.get(FIELDS).link("Project name").rsplit("/", 1)[1]
    with desk.database.app_sessions() as db:
        other = next(one.slug for one in catalogue.list_products(db) if one.slug != "napoleon")
    admin.get(f"/staff/catalogue/products/{other}/fields/{own}", status=404)
    admin.get("/staff/catalogue/products/nothing/fields/", status=404)
