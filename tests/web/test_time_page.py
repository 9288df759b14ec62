"""The page of times: what it shows, what it says, and what happens to who was too slow."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from billing import prices, sellers
from services import catalogue, scheduling
from services.core.revisions import revisions
from tests.pages import words

BOOK = "/book/remote-session"
THURSDAY = f"{BOOK}?day=2026-11-26"
SUNDAY = f"{BOOK}?day=2026-11-29"


@pytest.fixture
def from_zone(visit):
    """Make a visitor whose clock is of this zone."""

    def make(zone, language="ru", **facts):
        visitor = visit(language, **facts)
        visitor.client.set_cookie("zone", zone)
        return visitor

    return make


def starts(page, where=".part"):
    return [str(tag["value"]) for tag in page.all(f"{where} input[name=start]:not([disabled])")]


def labels(page, where=".part"):
    return [str(tag["aria-label"]).replace("\u00a0", " ") for tag in page.all(f"{where} input[name=start]")]


def take(visitor, start, *, status=200, path=THURSDAY):
    return visitor.submit(visitor.get(path), form="form#times", start=start, status=status)


def everybody_busy(demo, start, minutes=30):
    """Imported busy time for every specialist from `start` on: nobody can have it any more."""
    with demo.app_sessions.begin() as db:
        db.execute(
            text("""
                INSERT INTO scheduling.external_busy (specialist_id, source, starts_at, ends_at)
                SELECT id, 'test', CAST(:start AS timestamptz),
                    CAST(:start AS timestamptz) + :minutes * interval '1 minute'
                FROM scheduling.specialist
            """),
            {"start": start, "minutes": minutes},
        )


def work_always(demo):
    """Everybody works around the clock on every day."""
    with demo.app_sessions.begin() as db:
        for specialist in scheduling.list_specialists(db):
            windows = [(day, 0, 1440) for day in range(7)]
            scheduling.set_hours(db, specialist=specialist, effective_from=date(2027, 1, 1), windows=windows,
                                 actor="system", now=datetime(2026, 1, 1, tzinfo=UTC))  # fmt: skip


def test_each_button_says_its_day_its_time_and_both_clocks(from_zone):
    page = from_zone("Asia/Krasnoyarsk").get(THURSDAY)
    assert "четверг, 26 ноября, 14:00, МСК+4; в Москве 10:00" in labels(page)
    assert "сейчас у вас 14:20, в москве 10:20" in page.text.lower()
    assert words(page.all(".part legend")[0]).endswith("четверг, 26 ноября")
    english = from_zone("Asia/Krasnoyarsk", "en").get(THURSDAY)
    assert "Thursday, 26 November, 14:00, MSK+4; in Moscow 10:00" in labels(english)


def test_far_from_the_vendor_his_date_is_said_where_it_is_another(from_zone):
    page = from_zone("America/New_York").get(f"{BOOK}?day=2026-11-25")
    late = next(label for label in labels(page) if ", 23:00, " in label)
    assert late.startswith("среда, 25 ноября, 23:00, UTC−5; в Москве чт, 26 ноября, 07:00")


def test_the_strip_counts_what_the_day_then_shows_and_empty_days_can_be_reached(from_zone):
    visitor = from_zone("Europe/Moscow")
    page = visitor.get(BOOK)
    days = page.all(".days a")
    assert len(days) == 14
    for day in days[:5]:
        shown = visitor.get(str(day["href"]))
        assert words(day).endswith(f"свободно {len(starts(shown))}")
        assert shown.one(".days [aria-current]")["href"] == day["href"]
    assert words(days[6]) == "вс 29 нет"


def test_an_empty_day_says_so_and_shows_the_next_one_that_has_times(from_zone):
    page = from_zone("Europe/Moscow").get(SUNDAY)
    assert "воскресенье, 29 ноября: свободного времени нет" in page.text.lower()
    assert "Ниже — ближайший день, когда оно есть: понедельник, 30 ноября." in page.text
    assert all(start.startswith("2026-11-30") for start in starts(page))
    assert words(page.one(".days [aria-current]")).startswith("пн 30")


def test_dearer_times_say_so_on_the_button_as_they_will_be_charged(from_zone, demo, now):
    page = from_zone("Europe/Moscow").get(f"{BOOK}?day=2026-11-28")
    boxes = page.all(".part .slot__box")
    assert boxes
    assert all("10 980 ₽" in words(box) for box in boxes)
    assert all(label.endswith("; ×2 — 10 980 ₽") for label in labels(page))
    assert "Где на кнопке нет цены, она обычная: 5 490 ₽." in page.text
    with demo.app_sessions() as db:
        service = catalogue.get_service(db, slug="remote-session")
        sale = prices.get_sale(db, slug="remote-session", seen=revisions(db), now=now)
        for country in ("RU", "DE"):
            known = prices.StartPrices(sale.offer_to(country), minutes=sale.rules.minutes, now=now)
            seller = sellers.seller_for(db, country=country)
            for hour in range(0, 24 * 45, 37):
                start = now + timedelta(hours=hour)
                quote = prices.quote_for(db, service=service, seller=seller, start=start, now=now)
                said = known.at(start)
                assert (said.gross, said.factor.kind) == (quote.gross, quote.factor_code), start


def test_as_soon_as_possible_is_one_press_at_the_price_that_is_said(visitor):
    page = visitor.get(BOOK)
    assert "Нужно как можно скорее?" in page.text
    button = page.one("button[form=soonest]")
    assert words(button) == "Занять 11:30 за 8 235 ₽"
    token = str(page.one("form#soonest [name=csrf_token]")["value"])
    details = visitor.post(BOOK, {"csrf_token": token, "start": str(button["value"])})
    assert details.path.endswith("/details")
    assert "11:30" in details.text


def test_when_nothing_is_free_within_two_working_hours_the_page_says_so(visitor, demo, now):
    everybody_busy(demo, now, minutes=6 * 60)
    page = visitor.get(BOOK)
    assert not page.all("button[form=soonest]")
    assert "в ближайшие два рабочих часа свободного времени нет. Раньше всего — сегодня" in page.text


def test_two_working_hours_reach_over_the_night(visitor, clock, now):
    clock.at = now.replace(hour=14, minute=30)  # half an hour before the office closes
    page = visitor.get(BOOK)
    assert page.all("button[form=soonest]")


def test_both_passes_of_an_hour_that_comes_twice_are_told_apart(from_zone, demo, clock):
    work_always(demo)
    clock.at = datetime(2027, 11, 5, 7, 20, tzinfo=UTC)
    page = from_zone("America/New_York").get(f"{BOOK}?day=2027-11-07")
    twice = [words(box) for box in page.all(".part .slot__box") if words(box).startswith("01:")]
    assert [" ".join(w for w in box.split() if w[:3] in {"01:", "UTC"}) for box in twice] == [
        "01:00 UTC−4",
        "01:30 UTC−4",
        "01:00 UTC−5",
        "01:30 UTC−5",
    ]
    assert len(set(labels(page))) == len(labels(page))
    assert not [
        words(box) for box in page.all(".part .slot__box") if "02:00" in words(box) and "UTC" in words(box)
    ]


def test_nothing_free_at_all_leads_to_the_waiting_list_and_to_a_person(visitor, demo):
    with demo.app_sessions.begin() as db:
        db.execute(text("UPDATE people.staff_member SET active = false"))
    page = visitor.get(BOOK)
    assert page.link("Встать в лист ожидания") == f"{BOOK}/wish"
    assert page.all('main a[href^="mailto:"]')
    assert not page.all("input[name=start]")
    assert not page.all(".carry")


def test_a_quiet_link_leads_to_the_waiting_list_from_every_day(visitor):
    page = visitor.get(THURSDAY)
    assert "Не подходит ни одно время?" in page.text
    visitor.get(page.link("Встать в лист ожидания"))


@pytest.mark.parametrize("after_details", [False, True])
def test_my_own_time_is_still_there_and_marked(visitor, after_details):
    start = starts(visitor.get(THURSDAY))[2]
    details = take(visitor, start)
    if after_details:
        visitor.submit(details, name="Ольга", email="melnikova@kedr-opt.example", project_unknown="y")
    for path in (THURSDAY, details.path.replace("/details", "/time?day=2026-11-26")):
        page = visitor.get(path)
        own = page.one(f'.part input[value="{start}"]')
        assert "ваше время" in str(own["aria-label"])
        assert "ваше время" in words(own.parent)
        assert len([label for label in labels(page) if "ваше время" in label]) == 1
        again = visitor.submit(page, form="form#times", start=start)
        assert again.path.split("/")[2] == details.path.split("/")[2]


def test_who_loses_a_time_sees_it_struck_out_and_the_nearest_ones_marked(visitor, demo):
    page = visitor.get(THURSDAY)
    lost, *_rest = [start for start in starts(page) if start.startswith("2026-11-26T09:00")]
    everybody_busy(demo, lost)
    again = visitor.submit(page, form="form#times", start=lost, status=409)
    message = again.one(".lost[role=alert]")
    assert message.has_attr("autofocus")
    assert message["tabindex"] == "-1"
    assert "12:00: это время" in words(message)
    struck = again.one(f'.part input[value="{lost}"]')
    assert struck.has_attr("disabled")
    near = [str(tag.parent.input["value"]) for tag in again.all(".slot--nearest input")]
    assert len(near) == 3
    moment = datetime.fromisoformat(lost)
    far = sorted(abs(datetime.fromisoformat(start) - moment) for start in starts(again))
    assert sorted(abs(datetime.fromisoformat(start) - moment) for start in near) == far[:3]
    ticked = again.all(".part input[checked]")
    assert [str(tag["value"]) for tag in ticked] == near[:1] or str(ticked[0]["value"]) in near
    assert "no-cache" not in again.response.headers.get("Cache-Control", "")
    assert "ETag" not in again.response.headers
    assert visitor.submit(again, form="form#times").path.endswith("/details"), "one more press is enough"


def test_a_dearer_time_is_never_ticked_for_who_lost_a_cheaper_one(from_zone, demo):
    visitor = from_zone("Europe/Moscow")
    page = visitor.get(THURSDAY)
    lost = "2026-11-26T14:30:00Z"
    assert lost in starts(page)
    everybody_busy(demo, "2026-11-26T05:00:00Z", minutes=10 * 60 - 5)
    again = visitor.submit(page, form="form#times", start=lost, status=409)
    ticked = again.all(".part input[checked]")
    assert not [tag for tag in ticked if "×" in str(tag["aria-label"])]


def test_the_shown_seller_stays_when_another_day_is_chosen(visitor):
    page = visitor.get(f"{THURSDAY}&seller=abroad")
    assert all("seller=abroad" in str(tag["href"]) for tag in page.all(".days a"))
    assert "€" in page.text


def test_an_unknown_service_has_no_times(visitor):
    visitor.get("/book/nothing-of-ours", status=404)
    assert visitor.client.get("/book/nothing-of-ours", headers={"If-None-Match": "*"}).status_code == 404
