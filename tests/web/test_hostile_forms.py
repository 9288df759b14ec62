"""Fields that hold what no person types: the form comes back or the request is refused, nothing breaks."""

from __future__ import annotations

import io
from time import process_time

import pytest
from bs4 import BeautifulSoup

from tests.pages import fields_of
from tests.web.test_ordering_pages import chosen

NASTY = (
    "\0",
    "a\0b",
    "9" * 5000,
    "-1",
    "²",
    "'\"><script>alert(1)</script>",
    "{{7*7}}%(x)s%s",
    "9999-12-31",
    "1e400",
)


def broken(browser, path, selector):
    """The (field, value) pairs that make the page answer with a 500."""
    form = BeautifulSoup(browser.get(path).text, "html5lib").select(selector)[0]
    fields, address = fields_of(form), str(form.get("action") or path)
    names = {str(tag["name"]) for tag in form.select("[name]")} - {"csrf_token"}
    assert names
    tried = [(name, value) for name in names for value in NASTY]
    found = [
        (name, value[:20])
        for name, value in tried
        if browser.post(address, data={**fields, name: value}).status_code >= 500
    ]
    for name in names:
        data = {**fields, name: (io.BytesIO(b"\x00\xff"), "x.bin")}
        if browser.post(address, data=data, content_type="multipart/form-data").status_code >= 500:
            found.append((name, "a file"))
    if browser.post(address, data={"csrf_token": fields.get("csrf_token", "")}).status_code >= 500:
        found.append(("every field", "missing"))
    return found


@pytest.mark.parametrize(
    "path", ["/sla/", "/support/napoleon", "/support/napoleon/letter", "/sign-in", "/password/forgotten"]
)
def test_no_value_breaks_a_public_form(app, path):
    assert broken(app.test_client(), path, "main form[method=post]") == []


def test_no_value_breaks_the_form_of_times(app):
    assert broken(app.test_client(), "/book/remote-session", "form#times") == []


def test_no_value_breaks_the_form_of_a_wish(app):
    browser = app.test_client()
    browser.set_cookie("zone", "Factory")
    assert broken(browser, "/book/remote-session/wish", "main form[method=post]") == []


@pytest.mark.parametrize("path", ["/book/remote-session/wish", "/sla/"])
@pytest.mark.parametrize("key", ["\0" * 20, "a\0" * 20, "x" * 65], ids=["NUL", "with NUL", "long"])
def test_no_key_breaks_a_form_that_is_sent_once(visitor, path, key):
    fields = fields_of(visitor.get(path).one("main form[method=post]"))
    said = {"email": "olga@kedr.example", "name": "Olga", "contact_name": "Olga", "company": "Kedr"}
    answer = visitor.client.post(path, data={**fields, **said, "form_key": key})
    assert answer.status_code in {303, 422}


@pytest.mark.parametrize(
    "path",
    [
        "/staff/reserve/percent",
        "/staff/reserve/close",
        "/staff/holidays/new",
        "/staff/holidays/ru/name",
        "/staff/holidays/ru/days",
        "/staff/holidays/ru/take-over",
        "/staff/calendar/RU/dates?on=2027-02-22",
        "/staff/calendar/RU/2027/decree",
        "/staff/wishes/rules",
        "/staff/limits",
    ],
)
def test_no_value_breaks_a_form_of_the_staff(desk, path):
    assert broken(desk.signed_in("administrator"), path, "main form[method=post]") == []


def test_no_value_breaks_a_draft(app):
    browser = app.test_client()
    fields = fields_of(BeautifulSoup(browser.get("/support/napoleon").text, "html5lib").select("#request")[0])
    broken_by = []
    for name in (
        "draft",
        "form_key",
        "upload",
        "upload_device_database",
        "remove",
        "of_description",
        "impact",
    ):
        for value in (*NASTY, "D-2222-2222.x", "a.b" * 50, ["x"] * 500):
            answer = browser.post("/support/napoleon/draft", data={**fields, name: value})
            if answer.status_code >= 500:
                broken_by.append((name, value[:20]))
    assert broken_by == []
    for path in ("/d/x/y", "/d/D-2222-2222/x", "/d/D-2222-2222/я", "/support/sent/1/x", "/support/sent/9/я"):
        assert browser.get(path).status_code == 404


@pytest.mark.parametrize("name", ["on", "zone", "service"])
def test_no_value_breaks_the_question_why_a_time_is_not_offered(desk, name):
    admin = desk.signed_in("administrator")
    tried = (*(value for value in NASTY if "\0" not in value), "0001-01-01", "localtime", "Factory", "../x")
    found = [
        value for value in tried if admin.get("/staff/why", query_string={name: value}).status_code >= 500
    ]
    assert found == []


def test_no_value_breaks_the_details_of_an_order(visitor):
    page = chosen(visitor)
    assert broken(visitor.client, page.path, "main form[method=post]") == []


@pytest.mark.parametrize(
    "address", ["a@" + "." * 200_000 + " x", "a" * 500_000 + "@b.example", "a@" + "b." * 200_000 + "c"]
)
def test_an_endless_address_is_refused_at_once(app, visitor, address):
    page = visitor.get("/sla/")
    began = process_time()
    again = visitor.submit(page, status=422, company="ООО", contact_name="Ольга", email=address)
    assert len(again.errors()) == 1
    details = visitor.submit(chosen(visitor), status=422, name="Ольга", email=address)
    assert len(details.errors()) == 1
    assert process_time() - began < 8
