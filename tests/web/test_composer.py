"""The composer of a free request: it writes a letter and keeps nothing."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from tests.pages import words

FORM = "main form#composer"
FACTS = {
    "subject": "Не приходят остатки",
    "of_description": "Обновили до 4.12.\nС пятницы остатки за среду.",
    "of_modules": "планшет",
    "of_steps": "открыть остатки",
    "of_impact": "работаем в обход",
    "of_employees": "6",
    "author": "Ольга Мельникова",
}


def composed(visitor, product="napoleon", status=200, **values):
    page = visitor.get(f"/support/{product}/letter")
    known = {str(tag["name"]) for tag in page.all(f"{FORM} [name]")}
    facts = {k: v for k, v in (FACTS | values).items() if k in known}
    return visitor.submit(page, form=FORM, status=status, **facts)


def letter_of(page):
    """Subject and body as the mail program gets them; a long body comes from the field."""
    link = urlsplit(str(page.one(".letter a.btn")["href"]))
    assert (link.scheme, link.path) == ("mailto", "info@grsoft.ru")
    assert len(link.geturl()) <= 2000
    query = parse_qs(link.query)
    shown = page.one("#letter-body").get_text().strip().replace("\n", "\r\n")
    body = query.get("body", [shown])[0]
    assert body == shown
    return query["subject"][0], body


def test_the_form_asks_what_the_product_needs_and_says_why(visitor):
    asked = {}
    for product in ("napoleon", "aceteam", "acepacer"):
        page = visitor.get(f"/support/{product}/letter")
        asked[product] = {str(t["name"]) for t in page.all(f"{FORM} [name]")}
        for tag in page.all(f"{FORM} [name^=of_]"):
            assert "Почему мы спрашиваем" in words(tag.find_parent(class_="field"))
    assert {"of_device_database", "of_exchange_archive", "of_project"} <= asked["napoleon"]
    assert "of_device_database" not in asked["aceteam"]
    assert "of_project" not in asked["acepacer"]


def test_a_complete_request_becomes_a_letter_with_the_project_in_its_subject(visitor):
    page = composed(visitor, of_project="Кедр-Торг 4.12", of_device_database="y")
    subject, body = letter_of(page)
    assert subject == "Кедр-Торг 4.12: Не приходят остатки"
    assert "Обновили до 4.12.\r\nС пятницы остатки за среду." in body
    assert "Приложено:\r\n- База с мобильного устройства" in body
    assert body.endswith("Ольга Мельникова")
    assert "\u00a0" not in subject + body, "blanks must be plain in another program"


def test_a_product_without_projects_is_named_in_the_subject(visitor):
    subject, _body = letter_of(composed(visitor, "acepacer"))
    assert subject == "AcePacer: Не приходят остатки"


def test_what_is_missing_is_said_beside_each_field_and_nothing_is_lost(visitor):
    page = composed(visitor, status=422, of_steps="", of_project="", of_employees="много")
    assert len(page.errors()) == len(page.summary()) == 4
    assert "Введите название проекта" in " ".join(page.errors())
    assert page.one("#subject")["value"] == "Не приходят остатки"
    assert page.one("#of_description").get_text().strip() == FACTS["of_description"]
    assert page.one("#of_employees")["value"] == "много"


def test_somebody_who_cannot_collect_the_data_still_gets_his_letter(visitor):
    page = composed(
        visitor,
        impossible="y",
        **dict.fromkeys(("of_description", "of_modules", "of_steps", "of_impact", "of_employees"), ""),
    )
    subject, body = letter_of(page)
    assert subject == "Наполеон: Не приходят остатки"
    assert "Собрать все данные не удалось" in body
    assert "Название проекта:\r\nНе знаю" in body


def test_who_he_is_must_be_said_even_then(visitor):
    page = composed(visitor, status=422, impossible="y", author="", subject=" ")
    assert [error.split()[0] for error in page.errors()] == ["Напишите", "Напишите,"]


def test_a_letter_too_long_for_mail_programs_is_opened_with_its_subject_and_copied(visitor):
    page = composed(visitor, "acepacer", of_description="ошибка " * 700)
    subject, _body = letter_of(page)
    assert subject == "AcePacer: Не приходят остатки"
    assert "body=" not in str(page.one(".letter a.btn")["href"])
    assert "сначала скопируйте" in page.text


def test_what_is_written_is_shown_as_text_and_cannot_leave_the_header(visitor):
    page = composed(
        visitor, "acepacer", subject="a<b>\r\nBcc: x@y.example", of_description="<script>x</script>"
    )
    subject, body = letter_of(page)
    assert subject == "AcePacer: a<b> Bcc: x@y.example"
    assert "<script>" in body
    assert not page.all("main script")


def test_nothing_is_stored(visitor, demo):
    from sqlalchemy import text

    def counts():
        with demo.app_sessions() as db:
            tables = (
                db.execute(
                    text(
                        "SELECT schemaname || '.' || relname FROM pg_stat_user_tables "
                        "WHERE schemaname NOT IN ('public')"
                    )
                )
                .scalars()
                .all()
            )
            return {
                t: db.execute(text(f"SELECT count(*) FROM {t}")).scalar()
                for t in tables
                if not t.startswith("auth.")
            }

    before = counts()
    composed(visitor, "acepacer")
    assert counts() == before
