"""The regulation at the desk: a draft, what differs, publishing; and the hours that deadlines count by."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from services.core.business_calendars import load_calendar
from services.support import regulation
from services.support.terms import Terms
from tests.fakes.desk import enter

DRAFT, PREVIEW = "/staff/regulation/draft", "/staff/regulation/draft/changes"
HOURS = "/staff/business-hours/support"
FORM = "form.form"


@pytest.fixture
def admin(desk):
    return enter(desk.app, "administrator", "ru")


def test_a_draft_is_shown_with_its_differences_and_published_from_a_date(admin, demo_db):
    before = regulation.get_version(demo_db, n=1).terms
    same = admin.submit(admin.get(DRAFT), form=FORM)
    assert "Отличий нет" in same.text
    draft = regulation.find_draft(demo_db)
    assert draft is not None
    assert Terms.from_json(draft.terms).classes.rules == before.classes.rules

    typed = {"class_1_response": "0:30", "rule_hampered_from": "20", "class_5_name_ru": "Пожелание"}
    wrong = admin.submit(admin.get(DRAFT), form=FORM, **typed, status=422)
    assert "class_5_name_en" in str(wrong.one(".errors"))
    more = {
        "class_5_name_en": "Wish",
        "class_5_meaning_ru": "что улучшить",
        "class_5_meaning_en": "what to improve",
        "class_5_response": "8",
        "class_5_resolution": "80",
    }
    said = admin.submit(wrong, form=FORM, **typed, **more).text
    assert "30 рабочих минут" in said
    assert "от 20 сотрудников" in said
    assert "Пожелание" in said
    assert admin.get("/regulation").text.count("Пожелание") == 0

    past = admin.submit(admin.get(PREVIEW), form=FORM, valid_from_on="2026-11-23", status=422)
    assert past.errors()
    admin.submit(past, form=FORM, valid_from_on="2026-11-24")
    assert "Пожелание" not in admin.get("/regulation").text
    assert "Пожелание" in admin.get("/regulation/2").text
    assert "2" in admin.get("/regulation/2/since/1").title
    demo_db.expire_all()
    assert regulation.find_draft(demo_db) is None
    assert not regulation.get_version(demo_db, n=2).is_demo


def test_a_draft_that_has_changed_since_is_not_published_unseen(admin, demo_db):
    admin.submit(admin.get(DRAFT), form=FORM)
    seen = admin.get(PREVIEW)
    demo_db.execute(text("UPDATE support.regulation_draft SET saved_at = saved_at + interval '1 second'"))
    demo_db.commit()
    admin.submit(seen, form=FORM, status=422)
    assert len(regulation.list_versions(demo_db)) == 1


def test_classes_and_rules_that_fit_nothing_are_told_beside_their_fields(admin):
    typed = {
        "class_4_name_ru": "",
        "class_4_name_en": "",
        "class_4_meaning_ru": "",
        "class_4_meaning_en": "",
        "class_4_response": "",
        "class_4_resolution": "",
        "class_1_response": "9",
        "class_2_response": "часа два",
        "rule_inconvenient_from": "5",
        "item_1_name_ru": "",
    }
    page = admin.submit(admin.get(DRAFT), form=FORM, **typed, status=422)
    wrong = str(page.one(".errors"))
    for name in ("class_1_resolution", "class_2_response", "rule_question_base", "rule_inconvenient_more"):
        assert f"#{name}" in wrong, name
    assert "#item_1_name_ru" in wrong


def test_who_may_write_and_who_may_publish(desk):
    planner = enter(desk.app, "coordinator", "ru")
    page = planner.submit(planner.get(DRAFT), form=FORM)
    assert not page.all(FORM)
    specialist = enter(desk.app, "specialist", "ru")
    for path in (DRAFT, "/staff/regulation/", HOURS, "/staff/business-hours/"):
        specialist.get(path, status=403)


def test_hours_are_published_from_a_date_and_never_without_open_time(admin, demo_db):
    typed = {
        "effective_from": "2026-12-01",
        "day_4": "9:00–13:00, 14:00–17:00",
        "overrides": "31.12.2026 9:00-12:00\n02.12.2026",
    }
    admin.submit(admin.get(HOURS), form=FORM, **typed)
    calendar = load_calendar(demo_db, code="support")
    assert calendar.windows_on(date(2026, 11, 27)) == ((540, 1080),)
    assert calendar.windows_on(date(2026, 12, 4)) == ((540, 780), (840, 1020))
    assert calendar.windows_on(date(2026, 12, 2)) == ()
    assert calendar.windows_on(date(2026, 12, 31)) == ((540, 720),)
    jobs = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'recompute_clocks'"
    assert demo_db.scalar(text(jobs)) == 1

    closed = {f"day_{n}": "" for n in range(7)} | {"overrides": ""}
    for typed in (
        closed,
        {"effective_from": "2026-11-22"},
        {"day_0": "22:00–6:00"},
        {"overrides": "вчера 9:00-12:00"},
        {"overrides": "31.12.2026\n31.12.2026 9-12"},
    ):
        assert admin.submit(admin.get(HOURS), form=FORM, **typed, status=422).errors(), typed


def test_a_calendar_of_another_name_is_added(admin):
    new = "/staff/business-hours/new"
    typed = {"name_ru": "Ночная смена", "name_en": "Night shift", "code": "support"}
    assert admin.submit(admin.get(new), form=FORM, **typed, status=422).errors()
    page = admin.submit(admin.get(new), form=FORM, **(typed | {"code": "night", "country": ""}))
    assert page.path.endswith("/night")
    assert admin.submit(page, form=FORM, status=422).errors()
