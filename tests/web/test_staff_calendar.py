"""The production calendar on the staff's pages: a year, its decree, proposals, holiday sets."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, text

from services import scheduling, sessions
from services.core.audit import AuditRow
from services.core.production_days import list_days
from services.core.production_years import find_year, override_day
from tests.fakes.desk import enter

YEAR = "/staff/calendar/RU/2027"
DECREE = "Постановление Правительства РФ от 30.09.2026 № 1500"
WEDNESDAY = date(2026, 11, 25)


@pytest.fixture
def planner(desk):
    return enter(desk.app, "coordinator")


@pytest.fixture
def admin(desk):
    return enter(desk.app, "administrator")


def kind_of(desk, on):
    with desk.database.app_sessions() as db:
        return list_days(db, country="RU", first=on, last=on).get(on)


def shorten(desk, on=WEDNESDAY):
    """Make a date short, which the demo's calendar doesn't have soon."""
    with desk.database.app_sessions.begin() as db:
        override_day(db, country="RU", on=on, kind="short", actor="staff:1", now=desk.clock())


# The year


@pytest.mark.parametrize(
    ("language", "holiday", "short"),
    [("en", "Public holiday or moved day off", "−1 h"), ("ru", "Праздник или перенесённый выходной", "−1 ч")],
)
def test_the_year_stands_in_twelve_tables_told_by_words_and_marks(desk, language, holiday, short):
    page = enter(desk.app, "coordinator", language).get("/staff/calendar/")
    months = page.all("table.month")
    assert len(months) == 12
    assert all(month.caption and len(month.select("thead th")) == 7 for month in months)
    cells = [cell for month in months for cell in month.select("td") if cell.get_text(strip=True)]
    assert len(cells) == 365
    assert sum(holiday in cell.get_text() for cell in cells) == 18
    shorter = [cell for cell in cells if short in cell.get_text().replace("\u00a0", " ")]
    assert len(shorter) == 4
    assert page.one("td[aria-current=date]").get_text(strip=True).startswith("23")
    assert "1466" in page.text


def test_other_years_have_pages_and_what_has_no_decree_says_so(planner):
    page = planner.get("/staff/calendar/")
    assert page.link("2027").endswith(YEAR)
    assert "2027 has no decree yet" in page.text
    coming = planner.get(YEAR)
    assert "Deadlines and proposals that touch it may still move" in coming.text
    assert coming.link("2026").endswith("/RU/2026")
    assert "guess" not in coming.text
    assert "guess" in planner.get("/staff/calendar/RU/2028").text
    months = coming.all("table.month")
    [saturday] = months[1].select(".cell--work")
    assert saturday.get_text().startswith("20")
    assert "Working day, an hour less" in saturday.get_text()
    for address in ("/RU/1999", "/RU/2101", "/DE/2026", "/ru/2026"):
        planner.get(f"/staff/calendar{address}", status=404)
    assert planner.get("/staff/calendar/CY/2026").link("RU").endswith("/RU/2026")


def test_the_proposal_of_an_unknown_year_is_taken_over(desk, planner):
    page = planner.get("/staff/calendar/RU/2028")
    assert "Nothing is stored for 2028" in page.text
    done = planner.submit(page)
    assert "has no decree yet" in done.text
    assert kind_of(desk, date(2028, 1, 1)) == "holiday"


def test_an_administrator_names_the_decree_and_the_warning_goes(desk, admin, planner):
    assert admin.get("/staff/settings/").link("of 2027 has no decree").endswith(YEAR)
    assert "of 2027 has no decree" in admin.get("/staff/today").text
    page = planner.get(YEAR)
    assert not any("Name the decree" in link.get_text() for link in page.all("main a"))
    assert "named by an administrator" in page.text
    form = admin.get(admin.get(YEAR).link("Name the decree"))
    refused = admin.submit(form, decree="  ", status=422)
    assert refused.errors() == ["Fill this in."]
    page = admin.submit(form, decree=DECREE)
    assert DECREE in page.text
    assert "has no decree yet" not in page.text
    with desk.database.app_sessions() as db:
        assert find_year(db, country="RU", year=2027).state == "decreed"
    assert "no decree" not in admin.get("/staff/today").text
    # Its proposal can't come over it any more, whatever an old page offers.
    planner.post(f"{YEAR}/propose", {"csrf_token": token(planner)}, status=409)


def token(visitor):
    return visitor.get("/staff/keys").all("form[action='/sign-out'] [name=csrf_token]")[0]["value"]


def test_the_coming_year_is_asked_for_from_october_on(desk):
    desk.clock.at = datetime(2027, 9, 30, 20, 59, tzinfo=UTC)
    visitor = enter(desk.app, "administrator")
    assert "of 2027 has no decree" in visitor.get("/staff/today").text
    assert "of 2028 has no decree" not in visitor.get("/staff/today").text
    desk.clock.at = datetime(2027, 9, 30, 21, 0, tzinfo=UTC)  # the first of October in Moscow
    page = enter(desk.app, "administrator").get("/staff/today")
    assert page.link("of 2028 has no decree").endswith("/staff/calendar/RU/2028")


def test_a_date_is_set_by_hand_and_goes_back_to_what_was_proposed(desk, planner):
    bridge = date(2027, 11, 8)
    form = planner.get(str(planner.get(YEAR).all('main td a[href*="on=2027-02-22"]')[0]["href"]))
    assert form.one("[name=on]")["value"] == "2027-02-22"
    assert form.one("[name=kind][checked]")["value"] == "holiday"
    page = planner.submit(form, on="08.11.2027", kind="weekend")
    assert kind_of(desk, bridge) == "weekend"
    assert "by hand, Test coordinator" in page.text
    assert "The proposal says otherwise" in page.text
    back = planner.submit(page, form=f'main form[action$="/{bridge}/clear"]')
    assert kind_of(desk, bridge) is None
    assert "The proposal says otherwise" not in back.text
    with desk.database.app_sessions() as db:
        verbs = db.scalars(select(AuditRow.verb).where(AuditRow.subject.endswith("2027-11-08"))).all()
        # The clocks that run by this country's calendar are told, once for both changes.
        told = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'recompute_clocks'"
        assert db.scalar(text(told)) == 1
    assert verbs == ["calendar.override", "calendar.clear"]
    planner.submit(form, on="08.11.2027", kind="weekend")
    desk.clock.at = datetime(2027, 11, 9, 9, tzinfo=UTC)
    later = enter(desk.app, "coordinator")
    assert not later.get(YEAR).all('form[action$="/clear"]')
    later.post(f"/staff/calendar/RU/dates/{bridge}/clear", {"csrf_token": token(later)}, status=404)
    assert kind_of(desk, bridge) == "weekend"


WRONG_DATES = [
    ({"on": "2026-11-23", "kind": "holiday"}, "stays counted"),
    ({"on": "soon", "kind": "holiday"}, "Enter a date"),
    ({"on": "", "kind": "holiday"}, "Enter a date"),
    ({"on": "2031-01-01", "kind": "short"}, "Nothing is stored for 2031 yet"),
    ({"on": "2026-12-30", "kind": None}, "Choose one."),
]


def test_dates_that_cannot_be_set_are_told_and_nothing_is_lost(desk, planner):
    form = planner.get("/staff/calendar/RU/dates")
    for fields, said in WRONG_DATES:
        back = planner.submit(form, status=422, **fields)
        assert said in back.errors()[0]
        assert len(back.summary()) == 1
        assert back.one("[name=on]").get("value", "") == fields["on"]
        checked = [one["value"] for one in back.all("[name=kind][checked]")]
        assert checked == ([fields["kind"]] if fields["kind"] else [])
    planner.post(
        "/staff/calendar/RU/dates",
        {"csrf_token": token(planner), "on": "2026-12-30", "kind": "moon"},
        status=422,
    )
    assert kind_of(desk, date(2026, 12, 30)) is None
    for on in ("2027-01-01", "2027-07-01", "soon"):
        planner.post(f"/staff/calendar/RU/dates/{on}/clear", {"csrf_token": token(planner)}, status=404)


# Proposals


def own_dates(desk, on=WEDNESDAY):
    with desk.database.app_sessions() as db:
        return db.execute(
            text("SELECT windows FROM scheduling.own_date WHERE day_on = :on"), {"on": on}
        ).scalars().all()  # fmt: skip


def press(visitor, page, verb, which):
    form = f'main form[action$="/{verb}"]:has(button[value="{which}"])'
    return visitor.submit(page, form=form, button=which)


def test_proposals_are_accepted_one_by_one_or_for_a_date(desk, planner):
    shorten(desk)
    page = planner.get("/staff/calendar/proposals/")
    buttons = [
        b["value"] for b in page.all('form[action$="/accept"] button') if "2026-11-25.short" in b["value"]
    ]
    assert len(buttons) > 1
    after = press(planner, page, "accept", buttons[0])
    assert "One date is accepted." in after.soup.get_text()
    assert len(own_dates(desk)) == 1
    rest = press(planner, after, "accept", "2026-11-25")
    assert len(own_dates(desk)) == len(buttons)
    assert not [b for b in rest.all("main button") if "2026-11-25" in b["value"]]


def test_all_are_accepted_at_once_but_hints_stay(desk, planner):
    shorten(desk)
    after = press(planner, planner.get("/staff/calendar/proposals/"), "accept", "all")
    assert not after.all('form[action$="/accept"]')
    assert "opens nothing by itself" in after.text
    form = planner.get(after.link("Give it hours"))
    assert form.one("[name=day_on]")["value"] == "2027-02-20"
    assert len(own_dates(desk)) == len(own_dates(desk, date(2027, 4, 30))) > 1
    # Only who works on Saturdays had an hour less to accept.
    assert own_dates(desk, date(2027, 2, 20)) == [[[660, 780]]]


def test_what_was_dismissed_does_not_come_back(desk, planner):
    shorten(desk)
    page = planner.get("/staff/calendar/proposals/")
    after = press(planner, page, "dismiss", "2026-11-25")
    assert not [b for b in after.all("main button") if "2026-11-25" in b["value"]]
    assert not own_dates(desk)
    again = press(planner, after, "dismiss", "all")
    assert "opens nothing by itself" in again.text
    hints = [b["value"] for b in again.all('form[action$="/dismiss"] button')]
    for which in hints:
        again = press(planner, again, "dismiss", which)
    assert "Nothing is proposed." in again.text


def test_a_button_of_an_old_page_does_nothing(desk, planner):
    shorten(desk)
    page = planner.get("/staff/calendar/proposals/")
    press(planner, page, "accept", "2026-11-25")
    for which in ("2026-11-25", "", "nothing", "1.2026-11-25.working"):
        for verb in ("accept", "dismiss"):
            fields = {"csrf_token": token(planner), "which": which}
            back = planner.post(f"/staff/calendar/proposals/{verb}", fields)
            assert "settled meanwhile" in back.soup.get_text()
    with desk.database.app_sessions() as db:
        assert db.scalar(text("SELECT count(*) FROM scheduling.dismissed_date")) == 0


def test_an_agreed_session_on_an_accepted_date_is_named(desk, planner):
    with desk.database.app_sessions.begin() as db:
        session = sessions.get_session(db, reference=desk.session)
        on = session.starts_at.date()
        override_day(db, country="RU", on=on, kind="weekend", actor="staff:1", now=desk.clock())
    page = planner.get("/staff/calendar/proposals/")
    after = press(planner, page, "accept", on.isoformat())
    assert desk.session in after.soup.get_text()


# Holiday sets


def test_a_set_is_made_filled_and_chosen_for_a_specialist(desk, planner):
    page = planner.submit(
        planner.get("/staff/holidays/new"), code="ba", name_ru="Башкортостан", name_en="Bashkortostan"
    )
    assert "No days off yet" in page.text
    day = {"on": "2027-10-11", "name_ru": "День республики", "name_en": "Republic Day"}
    assert "Republic Day" in planner.submit(planner.get("/staff/holidays/ba/days"), **day).text
    taken = planner.submit(planner.get("/staff/holidays/ba/take-over"), year="2027")
    assert "20 days off are taken over." in taken.soup.get_text()
    assert "Republic Day" in taken.text
    renamed = planner.submit(planner.get("/staff/holidays/ba/name"), name_en="Ufa")
    assert renamed.title == "Ufa"
    left = planner.submit(renamed, form='main form[action$="/2027-10-11/remove"]')
    assert "Republic Day" not in left.text
    with desk.database.app_sessions() as db:
        specialist = sessions.specialist_of(db, session=sessions.get_session(db, reference=desk.session)).id
    skills = planner.get(f"/staff/hours/{specialist}/skills")
    assert skills.one("[name=holidays][checked]")["value"] == "ru"
    planner.submit(skills, holidays="ba")
    assert "Counts for" in planner.get("/staff/holidays/ba").text
    planner.submit(planner.get(f"/staff/hours/{specialist}/skills"), holidays="-")
    with desk.database.app_sessions() as db:
        assert scheduling.get_specialist(db, specialist_id=specialist).holiday_set_id is None


WRONG_SETS = [
    ({"code": "ru"}, "already"),
    ({"code": "Ба"}, "Begin with a Latin letter"),
    ({"code": "7-up"}, "Begin with a Latin letter"),
    ({"code": ""}, "Fill this in."),
]


def test_sets_and_days_that_cannot_be_are_told_and_nothing_is_lost(desk, planner):
    form = planner.get("/staff/holidays/new")
    for fields, said in WRONG_SETS:
        typed = {"name_ru": "Имя", "name_en": "Name", **fields}
        back = planner.submit(form, status=422, **typed)
        assert said in back.errors()[0]
        for name, value in typed.items():
            assert back.one(f"[name={name}]").get("value", "") == value
    day = {"on": "never", "name_ru": "Праздник", "name_en": ""}
    back = planner.submit(planner.get("/staff/holidays/ru/days"), status=422, **day)
    assert len(back.errors()) == 2
    assert back.one("[name=on]")["value"] == "never"
    for year, said in (("2031", "Nothing is stored"), ("31", "whole number"), ("", "whole number")):
        back = planner.submit(planner.get("/staff/holidays/ru/take-over"), status=422, year=year)
        assert said in back.errors()[0]
    for address in ("/staff/holidays/none", "/staff/holidays/none/days"):
        planner.get(address, status=404)
    planner.post("/staff/holidays/ru/days/soon/remove", {"csrf_token": token(planner)}, status=404)
    with desk.database.app_sessions() as db:
        specialist = scheduling.list_specialists(db)[0].id
    page = planner.get(f"/staff/hours/{specialist}/skills")
    fields = {"csrf_token": token(planner), "zone": "Europe/Moscow", "skills": "", "daily_limit": "3"}
    back = planner.post(page.path, {**fields, "holidays": "moon"}, status=422)
    assert back.one("[name=daily_limit]")["value"] == "3"
