"""The form of a free request: what it asks by product, what it takes, and that nothing typed is lost."""

from __future__ import annotations

import io
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from services.core import files
from services.core.mail.models import OutboxMail
from services.people.models import Person
from services.support import contacts, requests
from services.support.requests import drafts
from services.support.requests.models import Draft, Request
from tests.pages import fields_of, words
from webapp.auth.throttle import Limit
from webapp.support import asking
from webapp.support import drafts as drafting

FORM = "main form#request"
FACTS = {
    "subject": "Не приходят остатки",
    "of_project": "Кедр-Торг 4.12",
    "of_description": "Обновили до 4.12.\nС пятницы остатки за среду.",
    "of_modules": "планшет",
    "of_steps": "открыть остатки",
    "of_exchange_archive": "https://cloud.example/a.zip",
    "impact": "hampered",
    "employees": "6",
    "name": "Ольга Мельникова",
    "email": "olga@kedr.example",
    "phone": "+7 391 000-00-00",
    "company": "ООО «Кедр-Опт»",
    "inn": "7740000076",
}
DATABASE = (b"SQLite format 3\0" + bytes(500), "kedr.ndb")


def facts_for(page, values):
    known = {str(tag["name"]) for tag in page.all(f"{FORM} [name]")}
    return {name: value for name, value in (FACTS | values).items() if name in known}


def sent(visitor, product="napoleon", status=200, *, attached=(), page=None, button=None, **values):
    """Send the filled form as a browser without a script does; `attached` holds (field, (bytes, name))."""
    page = page or visitor.get(f"/support/{product}")
    form = page.all(FORM)[0]
    fields = MultiDict()
    for name, value in (fields_of(form) | facts_for(page, values)).items():
        fields.setlist(name, value if isinstance(value, list) else [value] if value is not None else [])
    for name, (content, filename) in attached:
        fields.add(name, FileStorage(io.BytesIO(content), filename=filename))
    boundary, body = encode_multipart(fields)
    answer = visitor.client.post(
        button or str(form["action"]), data=body, content_type=f"multipart/form-data; boundary={boundary}"
    )
    return visitor._page(str(form["action"]), answer, status, follow=True)


def complete(visitor, product="napoleon", **values):
    attached = [("files_device_database", DATABASE)] if product == "napoleon" else []
    return sent(visitor, product, attached=attached, **values)


@pytest.fixture
def requests_in(demo):
    """Reads the requests that are there, the last one first."""

    def read():
        with demo.app_sessions() as db:
            found = db.scalars(select(Request).order_by(Request.number.desc())).all()
            for one in found:
                _ = one.author, one.organisation, one.product
            return found

    return read


def test_each_product_asks_for_its_own_and_says_why(visitor):
    asked = {}
    for product in ("napoleon", "aceteam", "acepacer"):
        page = visitor.get(f"/support/{product}")
        asked[product] = {str(t["name"]) for t in page.all(f"{FORM} [name]")}
        own = [t for t in page.all(f"{FORM} [name]") if str(t["name"]).startswith(("of_", "files_"))]
        for tag in [*own, page.one("#employees"), page.all("[name=impact]")[0]]:
            assert "Почему мы спрашиваем" in words(tag.find_parent(class_="field"))
        assert all(words(why).endswith(".") for why in page.all(".field__why"))
        assert "Первый ответ — за 2–8 ч" in words(page.one(".page-head")), "told before one writes"
        assert len(page.all("[name=impact]")) == 4
        assert page.one("[data-suggest]")
    assert {"of_project", "files_device_database", "of_exchange_archive"} <= asked["napoleon"]
    assert "of_project" in asked["aceteam"]
    assert "of_project" not in asked["acepacer"]
    assert "files_device_database" not in asked["aceteam"] | asked["acepacer"]
    assert "База знаний" not in visitor.get("/support/acepacer").text


def test_a_complete_request_is_received_with_its_number_and_deadlines(visitor, requests_in, demo):
    visitor.client.set_cookie("zone", "Asia/Krasnoyarsk")
    page = complete(visitor)
    (made,) = requests_in()
    assert page.title == f"Принято, № {made.number}"
    assert "у вас, МСК+4" in page.text
    assert page.text.count("в Москве") >= 2
    assert f"/r/{made.number}/" in page.link("К странице обращения")
    assert (made.state, made.subject, made.employees, made.impact) == (
        "open", FACTS["subject"], 6, "hampered",
    )  # fmt: skip
    assert made.answers["project"] == "Кедр-Торг 4.12"
    assert made.answers["device_database"] == "kedr.ndb"
    assert (made.author.email, made.author.zone) == ("olga@kedr.example", "Asia/Krasnoyarsk")
    assert (made.organisation.name, made.organisation.inn) == ("ООО «Кедр-Опт»", "7740000076")
    with demo.app_sessions() as db:
        (message,) = requests.list_messages(db, request=made)
        assert message.body == FACTS["of_description"]
        (stored,) = files.list_files(db, subject_ref=message.subject_ref)
        assert files.read(db, stored=stored) == DATABASE[0]
        (mail,) = db.scalars(select(OutboxMail).where(OutboxMail.to_email == "olga@kedr.example"))
        assert f"№ {made.number}" in mail.subject.replace("\u00a0", " ")


@pytest.mark.parametrize(("product", "named"), [("aceteam", ""), ("acepacer", "AcePacer: ")])
def test_other_products_need_less_and_a_private_person_names_no_company(visitor, requests_in, product, named):
    complete(visitor, product, company="", inn="", of_project="AT-77")
    (made,) = requests_in()
    assert (made.product.slug, made.state) == (product, "open")
    # Without a project the subject says what it is about.
    assert made.subject == f"{named}{FACTS['subject']}"


def test_what_is_missing_is_said_beside_each_field_and_files_stay(visitor, requests_in):
    again = sent(
        visitor,
        status=422,
        attached=[
            ("files_device_database", DATABASE),
            ("files", (b"\x89PNG\r\n\x1a\n" + bytes(90), "e.png")),
        ],
        of_project="",
        employees="много",
        email="olga@",
        inn="7740000077",
        impact=None,
    )
    assert len(again.errors()) == len(again.summary()) == 5
    shown = [str(link["href"]) for link in again.all(".errors a")]
    assert shown == ["#of_project", "#impact", "#employees", "#email", "#inn"], "as the page shows them"
    assert "Введите название проекта" in " ".join(again.errors())
    assert again.one("#of_description").get_text().strip() == FACTS["of_description"]
    assert again.one("#employees")["value"] == "много"
    assert [words(t) for t in again.all("[data-upload-name]") if words(t)] == ["kedr.ndb", "e.png"]
    assert requests_in() == []
    done = sent(visitor, page=again)
    assert done.title.startswith("Принято")
    assert requests_in()[0].answers["device_database"] == "kedr.ndb"


def test_a_file_that_arrived_can_be_taken_back_and_the_required_one_is_missed(visitor):
    page = sent(visitor, status=422, attached=[("files_device_database", DATABASE)], subject="")
    key = str(page.one("button[name=remove]")["value"])
    fields = fields_of(page.all(FORM)[0]) | {"remove": key}
    without = visitor.post("/support/napoleon", fields)
    assert without.errors() == []
    assert not without.all("button[name=remove]")
    assert without.one("#of_description").get_text().strip() == FACTS["of_description"]
    missed = sent(visitor, page=without, status=422)
    assert missed.summary() == [
        "База с мобильного устройства: Выберите файл или отметьте ниже, что не можете собрать данные"
    ]


def test_a_program_is_refused_with_the_reason_and_what_cannot_be_opened_is_kept_apart(visitor, requests_in):
    program = (b"MZ" + bytes(300), "база.ndb")
    locked = (b"7z\xbc\xaf\x27\x1c" + bytes(90), "архив.7z")
    attached = [("files_device_database", program), ("files", locked)]
    page = sent(visitor, status=422, attached=attached)
    assert "«база.ndb» — программа" in page.errors()[0]
    assert "сначала его посмотрит сотрудник" in page.text
    done = sent(visitor, page=page, attached=[("files_device_database", DATABASE)])
    assert done.title.startswith("Принято")


def test_somebody_who_cannot_collect_the_data_is_taken_and_marked(visitor, requests_in):
    empty = dict.fromkeys(("of_project", "of_description", "of_modules", "of_steps", "employees"), "")
    page = sent(visitor, impossible="y", **empty)
    assert page.title.startswith("Принято")
    (made,) = requests_in()
    assert (made.cannot_collect, made.employees, made.state) == (True, 0, "open")
    who = sent(visitor, status=422, impossible="y", name="", subject=" ", email="", impact=None)
    assert len(who.errors()) == 4


def test_the_same_form_sent_twice_is_one_request(visitor, requests_in, demo):
    page = visitor.get("/support/acepacer")
    first, second = (sent(visitor, page=page) for _ in range(2))
    other = sent(visitor, page=page, of_description="И ещё одно")
    assert first.path == second.path == other.path
    assert len(requests_in()) == 1
    assert ["уже отправлена" in page.text for page in (first, second, other)] == [False, False, True]
    with demo.app_sessions() as db:
        assert len(db.scalars(select(Person).where(Person.email == "olga@kedr.example")).all()) == 1


def test_a_form_that_is_sent_twice_at_one_moment_is_one_request(visitor, app, requests_in):
    page = visitor.get("/support/acepacer")
    fields = fields_of(page.all(FORM)[0]) | facts_for(page, {})
    cookie = visitor.client.get_cookie("priyom").value

    def send(_number):
        browser = app.test_client()
        browser.set_cookie("priyom", cookie)
        return browser.post("/support/acepacer", data=fields).headers["Location"]

    with ThreadPoolExecutor(3) as pool:
        assert len(set(pool.map(send, range(3)))) == 1
    assert len(requests_in()) == 1


def test_the_page_of_a_sent_request_opens_only_by_its_link(visitor):
    path = complete(visitor, "acepacer").path
    assert visitor.get(path).response.headers["X-Robots-Tag"] == "noindex, nofollow"
    visitor.get(path[:-1] + ("A" if path[-1] != "A" else "Q"), status=404)
    visitor.get(re.sub(r"/sent/\d+/", "/sent/99999/", path), status=404)


def test_a_colleagues_request_goes_to_the_contact_person_first(visitor, visit, demo, requests_in, now):
    complete(visitor)
    with demo.app_sessions.begin() as db:
        company = db.merge(requests_in()[0].organisation)
        contact = contacts.find_contact(db, organisation_id=company.id)
        contacts.confirm_contact(db, contact=contact, actor="staff:1", now=now)
    colleague = visit("ru", address="198.51.100.9")
    page = complete(colleague, name="Пётр Лосев", email="petr@kedr.example")
    assert requests_in()[0].state == "held"
    assert "контактное лицо" in page.text
    assert "Мельников" not in page.text
    assert "Первый ответ" not in page.text
    own = complete(visitor, email="OLGA@kedr.example")
    assert "Первый ответ" in own.text


def test_a_draft_is_gone_on_with_on_another_device_and_goes_with_the_sending(
    visitor, visit, demo, requests_in
):
    page = visitor.get("/support/napoleon")
    save = str(page.one("button[formaction]")["formaction"])
    kept = sent(
        visitor,
        page=page,
        attached=[("files_device_database", DATABASE), ("files", (b"MZ" + bytes(99), "a.png"))],
        button=save,
        name="",
        employees="x",
    )
    assert kept.title == "Черновик сохранён"
    assert "«a.png» — программа" in kept.text
    link = kept.one("#draft-link").get_text()
    assert link.startswith("http")
    other = visit("ru", address="198.51.100.9")
    opened = other.get("/d/" + link.partition("/d/")[2])
    assert opened.one("#of_description").get_text().strip() == FACTS["of_description"]
    assert opened.one("#employees")["value"] == "x"
    assert opened.one("[name=impact][checked]")["value"] == "hampered"
    assert words(opened.one("[data-upload-list] [data-upload-name]")) == "kedr.ndb"
    done = sent(other, page=opened)
    assert done.title.startswith("Принято")
    assert requests_in()[0].answers["device_database"] == "kedr.ndb"
    visitor.get("/d/" + link.partition("/d/")[2], status=404)
    with demo.app_sessions() as db:
        assert db.scalars(select(Draft)).all() == []
    late = sent(other, page=opened)
    assert late.path == done.path, "the other device's form is the same request"


def test_a_script_keeps_the_draft_in_one_place_and_a_removed_one_stays_gone(visitor, demo):
    page = visitor.get("/support/aceteam")
    fields = fields_of(page.all(FORM)[0]) | {"subject": "Отчёт"}

    def save(**changes):
        return visitor.client.post(
            "/support/aceteam/draft", data=fields | changes, headers={"Accept": "application/json"}
        )

    told = save().json
    again = save(draft=told["draft"], subject="Отчёт пуст").json
    assert again["draft"] == told["draft"]
    with demo.app_sessions() as db:
        (draft,) = db.scalars(select(Draft)).all()
        assert "Отчёт".encode() not in draft.body_enc
    opened = visitor.get(told["path"])
    assert opened.one("#subject")["value"] == "Отчёт пуст"
    assert save(draft=told["draft"], of_description="я" * 60_000).status_code == 422
    saved = visitor.get(told["link"])
    gone = visitor.submit(saved)
    assert "Черновик удалён" in gone.soup.get_text()
    assert save(draft=told["draft"]).status_code == 404


def test_a_network_that_sends_without_end_is_held_up_and_loses_nothing(visitor, monkeypatch):
    monkeypatch.setattr(asking, "REQUESTS", Limit("free requests", 0, timedelta(hours=1)))
    monkeypatch.setattr(drafting, "DRAFTS", Limit("drafts", 0, timedelta(hours=1)))
    page = sent(visitor, "acepacer", status=429)
    assert page.one("#subject")["value"] == FACTS["subject"]
    sent(visitor, "acepacer", status=429, button="/support/acepacer/draft")


def test_a_letter_gets_a_page_for_its_files(visitor, visit, demo, now):
    letter = visitor.get("/support/acepacer/letter")
    written = visitor.submit(
        letter, form="#composer", subject="Пусто", of_description="x", of_steps="y", of_impact="z",
        of_employees="2", author="Ольга",
    )  # fmt: skip
    linked = visitor.post(
        "/support/acepacer/letter", fields_of(written.all("#composer")[0]) | {"with_files": "y"}
    )
    body = linked.one("#letter-body").get_text()
    again = visitor.post(
        "/support/acepacer/letter", fields_of(linked.all("#composer")[0]) | {"with_files": "y"}
    )
    assert again.one("#letter-body").get_text() == body
    path = "/d/" + body.partition("/d/")[2].split()[0]
    other = visit("ru", address="198.51.100.9")
    page = other.get(path)
    form = page.all("main form")[0]
    for (content, name), status in (((b"hello", "log.txt"), 200), ((b"MZ" + bytes(99), "x.ndb"), 422)):
        fields = MultiDict(fields_of(form)) | {}
        fields["files"] = FileStorage(io.BytesIO(content), filename=name)
        boundary, raw = encode_multipart(fields)
        answer = other.client.post(
            str(form["action"]), data=raw, content_type=f"multipart/form-data; boundary={boundary}"
        )
        page = other._page(path, answer, status, follow=True)
    assert "программа" in page.errors()[0]
    with demo.app_sessions() as db:
        draft = drafts.find_draft_in(db, text=body, now=now)
        (upload,) = drafts.list_draft_uploads(db, draft=draft, now=now)
        assert upload.name == "log.txt"
