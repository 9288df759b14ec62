"""The forms of the staff area: what they save, and what they refuse without losing anything."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from services import catalogue, documents, scheduling, sessions
from services.core import vendor
from services.core.audit import AuditRow
from tests.crew import NOW, hold
from tests.fakes.desk import PASSWORD, ZONE, enter, sign_in
from webapp.auth.models import User


@pytest.fixture
def planner(desk):
    return enter(desk.app, "coordinator")


@pytest.fixture
def admin(desk):
    return enter(desk.app, "administrator")


@pytest.fixture
def specialist(desk):
    """The one who does the session that is booked."""
    with desk.database.app_sessions() as db:
        return sessions.specialist_of(db, session=sessions.get_session(db, reference=desk.session))


def hours(desk, specialist, on):
    with desk.database.app_sessions() as db:
        return scheduling.find_hours(db, specialist=specialist, on=on).windows


def test_weekly_hours_are_changed_from_a_date_on(desk, planner, specialist):
    form = planner.get(f"/staff/hours/{specialist.id}/week")
    planner.submit(form, effective_from="2026-12-01", day_0="10-12, 13:30–18", day_5="", day_6="22-6")
    before, after = (hours(desk, specialist, on) for on in (date(2026, 11, 30), date(2026, 12, 1)))
    assert [0, 600, 720] not in before
    assert [0, 600, 720] in after
    assert [0, 810, 1080] in after
    assert [6, 1320, 360] in after


WRONG_HOURS = [
    ({"day_0": "9-13, 12-18"}, "overlap"),
    ({"day_2": "nine to five"}, "no span of time"),
    ({"day_3": "9:75-18"}, "no such time"),
    ({"day_4": "9-9"}, "same time"),
    ({"day_0": "22-6", "day_1": "5-9"}, "reach into this day"),
    ({"effective_from": "2026-11-22"}, "This day is over"),
    ({"effective_from": "soon"}, "Enter a date"),
    ({"effective_from": ""}, "Enter a date"),
]


def test_hours_that_cannot_be_are_told_beside_their_day(desk, planner, specialist):
    form = planner.get(f"/staff/hours/{specialist.id}/week")
    for fields, said in WRONG_HOURS:
        back = planner.submit(form, status=422, **fields, day_6="10-11")
        assert said in back.errors()[0]
        assert len(back.summary()) == 1
        for name, typed in {**fields, "day_6": "10-11"}.items():
            assert back.one(f"[name={name}]").get("value", "") == typed
        assert [6, 600, 660] not in hours(desk, specialist, date(2026, 12, 31))


def test_a_date_of_its_own_replaces_the_weekly_hours_until_it_is_taken_back(desk, planner, specialist):
    address = f"/staff/hours/{specialist.id}"
    planner.submit(planner.get(f"{address}/dates"), day_on="2026-12-01", windows="")
    page = planner.get(address)
    assert "day off" in page.text
    planner.submit(page, form='main form[action$="/dates/2026-12-01/forget"]')
    assert "day off" not in planner.get(address).text


def test_a_date_that_is_over_is_refused(planner, specialist):
    form = planner.get(f"/staff/hours/{specialist.id}/dates")
    assert "This day is over" in planner.submit(form, status=422, day_on="2026-11-01").errors()[0]


def test_an_absence_names_the_sessions_that_stand_in_it_and_drops_none(desk, planner, specialist):
    form = planner.get(f"/staff/hours/{specialist.id}/absences")
    page = planner.submit(form, first_on="2026-11-23", last_on="2026-11-27")
    assert desk.session in page.text
    with desk.database.app_sessions() as db:
        assert sessions.get_session(db, reference=desk.session).state == "booked"


def test_whoever_approves_days_away_is_told_of_the_sessions_that_stand_in_them(desk, planner, specialist):
    own = enter(desk.app, "specialist")
    address = f"/staff/hours/{specialist.id}"
    own.submit(own.get(f"{address}/absences"), first_on="2026-11-23", last_on="2026-11-27")
    page = planner.submit(planner.get(address), form='main form[action$="/approve"]')
    assert desk.session in page.text


def test_a_time_that_is_kept_for_payment_is_told_of_as_well(desk, planner, specialist):
    with desk.database.app_sessions.begin() as db:
        service = catalogue.list_services(db)[0]
        asked = {"after": NOW, "before": NOW + timedelta(days=5), "customer_zone": ZONE, "now": NOW}
        slots = scheduling.list_slots(db, service=service, **asked)
        slot = next(one for one in slots if specialist.id in one.specialist_ids)
        held = [hold(db, service, slot.start, browser=f"b{one}") for one in slot.specialist_ids]
        of = {sessions.specialist_of(db, session=one).id: one.reference for one in held}
    kept = of[specialist.id]
    form = planner.get(f"/staff/hours/{specialist.id}/absences")
    assert kept in planner.submit(form, first_on="2026-11-23", last_on="2026-11-27").text
    desk.clock.at += timedelta(hours=1)
    form = planner.get(f"/staff/hours/{specialist.id}/absences")
    assert kept not in planner.submit(form, first_on="2026-11-23", last_on="2026-11-27").text


def test_an_absence_that_ends_before_it_begins_is_refused(planner, specialist):
    form = planner.get(f"/staff/hours/{specialist.id}/absences")
    back = planner.submit(form, status=422, first_on="2026-12-05", last_on="2026-12-01")
    assert "before the first" in back.errors()[0]


def test_a_specialist_asks_for_days_and_the_coordinator_approves_them(desk, planner, specialist):
    own = enter(desk.app, "specialist")
    address = f"/staff/hours/{specialist.id}"
    own.submit(own.get(f"{address}/absences"), first_on="2026-12-07", last_on="2026-12-08")
    assert "asked for" in own.get(address).text
    page = planner.get(address)
    planner.submit(page, form='main form[action$="/approve"]')
    assert "asked for" not in own.get(address).text


def test_a_service_is_edited_in_both_languages(desk, admin):
    slug = first_service(desk).slug
    form = admin.get(f"/staff/catalogue/services/{slug}")
    admin.submit(
        form, name_ru="Час подключения", name_en="An hour", included_ru="Раз\nДва", included_en="One\nTwo"
    )
    changed = first_service(desk)
    assert (changed.name.ru, changed.name.en) == ("Час подключения", "An hour")
    assert [point.en for point in changed.included] == ["One", "Two"]


def first_service(desk):
    with desk.database.app_sessions() as db:
        return catalogue.list_services(db)[0]


WRONG_SERVICES = [
    ({"name_en": ""}, "Fill this in"),
    ({"name_ru": "  "}, "Fill this in"),
    ({"minutes": "0"}, "from 5 to 1440"),
    ({"minutes": "an hour"}, "from 5 to 1440"),
    ({"minutes": ""}, "from 5 to 1440"),
    ({"grid_minutes": "7"}, "divides a day"),
    ({"included_ru": "Раз\nДва", "included_en": "One"}, "as many lines"),
    ({"needs_ru": "Раз", "needs_en": ""}, "as many lines"),
    ({"skills": "napoleon, Обмен"}, "small Latin letters"),
    ({"summary_ru": "а" * 301}, "Shorten this"),
]


def test_a_service_that_cannot_be_comes_back_whole(desk, admin):
    service = first_service(desk)
    form = admin.get(f"/staff/catalogue/services/{service.slug}")
    for fields, said in WRONG_SERVICES:
        back = admin.submit(form, status=422, **fields)
        assert said in back.errors()[0]
        assert first_service(desk).name == service.name


def test_a_new_service_needs_a_name_that_is_free(desk, admin):
    form = admin.get("/staff/catalogue/services/new")
    texts = {
        f"{name}_{language}": "Текст" for name in ("name", "summary", "lead") for language in ("ru", "en")
    }
    back = admin.submit(form, status=422, slug=first_service(desk).slug, **texts)
    assert "taken" in back.errors()[0]
    assert "Use small Latin" in admin.submit(form, status=422, slug="Час", **texts).errors()[0]
    admin.submit(form, slug="half-an-hour", **texts)
    with desk.database.app_sessions() as db:
        assert catalogue.get_service(db, slug="half-an-hour", active_only=False).name.ru == "Текст"


def test_a_product_has_a_hint_exactly_when_there_is_something_to_find(desk, admin):
    form = admin.get("/staff/catalogue/products/napoleon")
    back = admin.submit(form, status=422, identifier_kind="none")
    assert "nothing to find" in back.errors()[0]
    nothing = {"identifier_hint_ru": "", "identifier_hint_en": ""}
    assert "where customers find it" in admin.submit(form, status=422, **nothing).errors()[0]
    assert "https" in admin.submit(form, status=422, kb_url="javascript:alert(1)").errors()[0]
    admin.submit(form, kb_url="")
    with desk.database.app_sessions() as db:
        assert catalogue.get_product(db, slug="napoleon").kb_url is None


def test_a_document_gets_a_new_version_that_is_not_older_than_the_newest(desk, admin):
    form = admin.get("/staff/documents/offer/new")
    admin.submit(form, valid_from_on="2027-01-01", body_ru="Новый текст", body_en="A new text")
    back = admin.submit(form, status=422, valid_from_on="2026-12-01")
    assert "not before that of the newest" in back.errors()[0]
    assert "Fill this in" in admin.submit(form, status=422, body_en="").errors()[0]
    with desk.database.app_sessions() as db:
        newest = documents.list_versions(db, kind="offer")[0]
        assert newest.body.en == "A new text"
        assert not newest.is_demo


def test_a_question_is_written_and_keeps_its_short_name(desk, admin):
    texts = {"question_ru": "Почему?", "question_en": "Why?", "answer_ru": "Потому.", "answer_en": "Because."}
    form = admin.get("/staff/questions/new")
    admin.submit(form, slug="why", leads_to="/support", **texts)
    assert "taken" in admin.submit(form, status=422, slug="why", **texts).errors()[0]
    again = admin.get("/staff/questions/why")
    assert "leave it" in admin.submit(again, status=422, slug="because").errors()[0]
    assert "page of ours" in admin.submit(again, status=422, leads_to="//evil.example").errors()[0]


def test_the_vendor_profile_is_edited(desk, admin):
    form = admin.get("/staff/vendor")
    admin.submit(form, phone="+7 495 000-00-00", support_email="help@vendor.example")
    with desk.database.app_sessions() as db:
        profile = vendor.vendor(db)
    assert (profile.phone, profile.support_email) == ("+7 495 000-00-00", "help@vendor.example")
    assert "no such zone" in admin.submit(form, status=422, zone="Moscow").errors()[0]


def test_what_was_invented_is_settled_point_by_point(admin):
    page = admin.get("/staff/settings/")
    before = len(page.all(".check form"))
    after = admin.submit(page, form='main form[action$="/invented/vendor/settle"]')
    assert len(after.all(".check form")) == before - 1


def test_settings_lead_to_what_decides_about_time(admin):
    page = admin.get("/staff/settings/")
    for address in (
        "/staff/hours/",
        "/staff/calendar/",
        "/staff/reserve",
        "/staff/limits",
        "/staff/wishes/rules",
    ):
        assert page.all(f"main a[href='{address}']"), address
        admin.get(address)


def test_a_user_loses_his_right_at_once(desk, admin):
    client = desk.signed_in("accountant")
    user = the_user(desk, "accountant")
    admin.submit(admin.get(f"/staff/people/{user.id}"), active=None)
    assert client.get("/staff/orders/").status_code == 302
    assert sign_in(desk.visitor(), "accountant@desk.example", PASSWORD).status_code == 422


def the_user(desk, role):
    with desk.database.app_sessions() as db:
        return db.scalars(select(User).where(User.email == f"{role}@desk.example")).one()


def test_the_last_administrator_cannot_lock_himself_out(desk, admin):
    user = the_user(desk, "administrator")
    form = admin.get(f"/staff/people/{user.id}")
    assert "Nobody else administers" in admin.submit(form, status=422, active=None).summary()[0]
    assert "Nobody else administers" in admin.submit(form, status=422, roles=["specialist"]).summary()[0]


def test_roles_are_given_and_count_with_the_next_page(desk, admin):
    user = the_user(desk, "specialist")
    visitor = enter(desk.app, "specialist")
    visitor.get("/staff/orders/", status=403)
    admin.submit(admin.get(f"/staff/people/{user.id}"), roles=["specialist", "coordinator"])
    visitor.get("/staff/orders/")


def test_a_new_password_is_shown_once_and_works(desk, admin):
    page = admin.get("/staff/people/")
    user = the_user(desk, "specialist")
    shown = admin.submit(page, form=f'main form[action$="/{user.id}/password"]')
    password = shown.text.split("shown this once: ")[1].split()[0]
    assert sign_in(desk.visitor(), "specialist@desk.example", password).status_code == 302
    assert password not in admin.get("/staff/people/").text


def test_every_change_stands_in_the_audit_log_without_names(desk, admin):
    admin.submit(admin.get("/staff/vendor"), phone="+7 495 111-11-11")
    user = the_user(desk, "administrator")
    with desk.database.app_sessions() as db:
        row = db.scalars(select(AuditRow).order_by(AuditRow.seq.desc()).limit(1)).one()
        facts = db.scalars(text("SELECT coalesce(after::text, '') FROM core.audit")).all()
    assert (row.verb, row.actor) == ("setting.edit", user.actor)
    assert not any("495" in one for one in facts)
    found = admin.get(f"/staff/audit?actor={user.actor}&verb=setting")
    assert "setting.edit" in found.text


def test_a_new_colleague_signs_in_with_the_password_that_was_shown_and_can_be_booked(desk, admin):
    form = admin.get("/staff/people/new")
    page = admin.submit(
        form, name="Игорь Новиков", email="igor@desk.example", roles=["specialist"],
        takes_sessions="y", skills="napoleon, acepacer",
    )  # fmt: skip
    password = page.text.split("shown this once: ")[1].split()[0]
    assert sign_in(desk.visitor(), "igor@desk.example", password).status_code == 302
    with desk.database.app_sessions() as db:
        made = [one for one in scheduling.list_specialists(db) if one.name == "Игорь Новиков"]
        assert made[0].skills == ["acepacer", "napoleon"]
    again = admin.submit(form, status=422, name="Другой", email="igor@desk.example")
    assert "already" in again.errors()[0]
    wrong = admin.submit(form, status=422, name="", email="igor", zone="Moscow", roles=["specialist"])
    assert len(wrong.errors()) == 3


def test_skills_and_limits_of_a_specialist_are_changed(desk, planner, specialist):
    address = f"/staff/hours/{specialist.id}/skills"
    planner.submit(planner.get(address), skills="napoleon", daily_limit="3")
    assert "at most 3 a day" in planner.get(f"/staff/hours/{specialist.id}").text
    assert "above zero" in planner.submit(planner.get(address), status=422, daily_limit="0").errors()[0]
    assert "no such zone" in planner.submit(planner.get(address), status=422, zone="Moscow").errors()[0]


def test_a_program_for_connecting_is_edited(desk, admin):
    with desk.database.app_sessions() as db:
        slug = catalogue.list_tools(db)[0].slug
    form = admin.get(f"/staff/catalogue/tools/{slug}")
    assert "no regular expression" in admin.submit(form, status=422, id_pattern="[0-9").errors()[0]
    assert "https" in admin.submit(form, status=422, download_url="http://x.example").errors()[0]
    admin.submit(form, id_pattern="[0-9 ]{9,12}")
    admin.get("/staff/catalogue/tools/nothing", status=404)


def test_the_details_of_our_own_company_are_checked(desk, admin):
    page = admin.get("/staff/sellers/")
    form = admin.get(page.link("Company details"))
    assert "check digit" in admin.submit(form, status=422, inn="7707083894").errors()[0]
    assert "10 digits" in admin.submit(form, status=422, inn="77070").errors()[0]
    assert "four digits" in admin.submit(form, status=422, kpp="7707").errors()[0]
    assert "13 digits" in admin.submit(form, status=422, ogrn="1").errors()[0]
    saved = admin.submit(form, name="ООО «Своё»", inn="7707 083893", kpp="", ogrn="")
    assert "ООО «Своё»" in saved.text


def test_a_proxy_that_nobody_told_of_is_a_point_before_going_live(admin):
    assert "TRUSTED_PROXIES" not in admin.get("/staff/settings/").text
    passed_on = admin.client.get("/staff/settings/", headers={"X-Forwarded-For": "203.0.113.7"})
    assert "TRUSTED_PROXIES is 0" in passed_on.text
