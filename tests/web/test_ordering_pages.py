"""Ordering as pages: from a service to the way to pay, and every way it can go wrong."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select

from billing.orders.models import Order
from services.sessions.models import RemoteSession
from tests.pages import words

BOOK = "/book/remote-session"


def ordinary_starts(page):
    """The times of the page that cost no more than usual."""
    return [str(t["value"]) for t in page.all("input[name=start]") if "×" not in t["aria-label"]]


def chosen(visitor, number=0):
    """The details page after taking the number-th free time of a quiet day."""
    page = visitor.get(f"{BOOK}?day=2026-11-26")
    return visitor.submit(page, form="form#times", start=ordinary_starts(page)[number])


def filled(visitor, page, status=200, **values):
    facts = {"name": "Ольга Мельникова", "email": "melnikova@kedr-opt.example"} | values
    return visitor.submit(page, status=status, **facts)


@pytest.mark.parametrize("language", ["ru", "en"])
def test_somebody_who_knows_nothing_gets_to_the_way_to_pay(visit, language):
    visitor = visit(language)
    page = filled(visitor, chosen(visitor), project_unknown="y")
    assert page.path.endswith("/review")
    assert ("5 490" in page.text) if language == "ru" else ("€" in page.text)
    assert not page.all("input[type=checkbox][checked]"), "consents are never ticked beforehand"


def test_every_missing_answer_is_told_beside_its_field_and_on_top_and_nothing_is_lost(visitor):
    page = visitor.submit(
        chosen(visitor),
        status=422,
        name="",
        email="melnikova.kedr-opt.example",
        inn="2499004167",
        description="Планшеты не видят остатки",
    )
    assert "Не хватает знака @" in " ".join(page.errors())
    assert len(page.summary()) == len(page.errors()) == 2
    assert page.one("textarea[name=description]").get_text() == "Планшеты не видят остатки"
    assert page.one("input[name=inn]")["value"] == "2499004167"


def test_a_tax_number_with_a_wrong_digit_is_refused_beside_its_field(visitor):
    page = filled(visitor, chosen(visitor), status=422, inn="2499004167", company="ООО «Кедр-Опт»")
    assert "Контрольная цифра не сходится" in page.errors()[0]
    assert page.one("input[name=company]")["value"] == "ООО «Кедр-Опт»"


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_company_without_a_name_is_called_by_its_number_once_and_in_no_language(visit, language):
    visitor = visit(language)
    page = filled(visitor, chosen(visitor), inn="7707083893", country="RU")
    facts = page.all("main dl.facts")[0].get_text()
    assert facts.count("7707083893") == 1
    assert ("ИНН" in facts) == (language == "ru")


@pytest.mark.parametrize(
    "start",
    [
        "",
        "tomorrow",
        "2026-11-24T06:07:00Z",
        "2026-11-24T06:00:00",
        "9999-12-31T23:59:59Z",
        "2020-01-01T00:00:00Z",
        "'; DROP TABLE",
    ],
)
def test_a_start_this_site_never_offered_is_refused_and_other_times_are_shown(visitor, start):
    page = visitor.get(BOOK)
    token = str(page.one("form#times [name=csrf_token]")["value"])
    answer = visitor.client.post(BOOK, data={"csrf_token": token, "start": start})
    assert answer.status_code in {409, 422}
    assert b'name="start"' in answer.data


def test_a_time_is_sold_as_often_as_there_are_specialists_and_no_more(visit, demo):
    start = ordinary_starts(visit().get(BOOK))[0]
    pages = []
    for number in range(8):
        visitor = visit(address=f"203.0.113.{number}")
        page = visitor.get(BOOK)
        token = str(page.one("form#times [name=csrf_token]")["value"])
        pages.append(visitor.client.post(BOOK, data={"csrf_token": token, "start": start}))
    answers = [page.status_code for page in pages]
    with demo.app_sessions() as db:
        held = len(db.scalars(select(RemoteSession).where(RemoteSession.state == "held")).all())
    assert answers.count(303) == held < 8
    assert set(answers) == {303, 409}
    assert all(b'name="start"' in page.data for page in pages if page.status_code == 409)


@pytest.mark.parametrize(
    "path",
    [
        "/o/O-2222-2222/AAAAAAAAAAAAAAAAAAAAAA/details",
        "/o/x/y/review",
        "/o/O-2222-2222/а/pay",
        "/s/S-2222-2222/AAAAAAAAAAAAAAAAAAAAAA",
        "/s/S-2222-2222/AAAAAAAAAAAAAAAAAAAAAA/cancel",
        "/book/nothing-of-ours",
    ],
)
def test_what_is_not_yours_does_not_exist(visitor, path):
    assert visitor.get(path, status=404).title == visitor.get("/no-such-page", status=404).title


def test_another_order_is_not_opened_by_my_token(visit, demo):
    mine, other = visit(), visit(address="203.0.113.8")
    my_path = chosen(mine).path
    chosen(other, number=3)
    with demo.app_sessions() as db:
        references = db.scalars(select(Order.reference)).all()
    theirs = next(r for r in references if r not in my_path)
    token = my_path.split("/")[3]
    mine.get(f"/o/{theirs}/{token}/details", status=404)


def test_pages_behind_a_secret_link_are_neither_indexed_nor_referred_to(visitor):
    page = chosen(visitor)
    assert page.response.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in page.response.headers["X-Robots-Tag"]
    assert page.response.headers["Cache-Control"] == "no-store"


def test_an_order_without_its_consents_is_refused_and_keeps_them_unticked(visitor):
    page = filled(visitor, chosen(visitor))
    again = visitor.submit(page, status=422, offer="y")
    assert len(again.errors()) == 1
    assert again.all("input[name=offer][checked]")


def test_the_time_can_be_changed_and_what_was_filled_in_stays(visitor, demo):
    page = filled(visitor, chosen(visitor), description="Не приходят остатки")
    times = visitor.get(page.path.replace("/review", "/time"))
    starts = [str(tag["value"]) for tag in times.all("input[name=start]")]
    details = visitor.submit(times, form="form#times", start=starts[-1])
    assert details.one("textarea[name=description]").get_text() == "Не приходят остатки"
    with demo.app_sessions() as db:
        assert len(db.scalars(select(Order)).all()) == 1


def test_a_form_from_elsewhere_is_refused(visitor):
    page = chosen(visitor)
    answer = visitor.client.post(page.path, data={"name": "x"})
    assert answer.status_code in {400, 422}


def test_a_file_is_kept_even_when_the_form_is_refused_and_a_program_is_not(visitor):
    page = chosen(visitor)
    token = str(page.all("main form [name=csrf_token]")[0]["value"])
    uploads = [
        (io.BytesIO(b"\x89PNG\r\n\x1a\n12345678"), "screen.png"),
        (io.BytesIO(b"MZ" + bytes(80)), "screen2.png"),
    ]
    again = visitor.post(page.path, {"csrf_token": token, "email": "", "files": uploads}, status=422)
    assert any("screen2.png" in error for error in again.errors())
    assert [words(tag) for tag in again.all(".file")] == ["screen.png 1 КБ Убрать screen.png"]
    button = again.one("button[name=remove]")
    after = visitor.post(page.path, {"csrf_token": token, "remove": button["value"]})
    assert not after.all(".file")
