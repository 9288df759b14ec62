"""Who found no time waits; a freed one is offered in the order of arrival, as a real hold."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from billing import orders, payments
from services import documents, sessions
from services.core.mail import OutboxMail, read_body
from services.core.states import IllegalMoveError
from services.sessions.models import Offer, Wish
from tests.waiting import (
    KRASNOYARSK,
    MOSCOW,
    NOW,
    THURSDAY,
    VLADIVOSTOK,
    WEDNESDAY,
    close_all,
    moscow,
    offer,
    offer_all,
    open_hours,
    states,
    waits,
)

HOUR = timedelta(hours=1)


@pytest.fixture
def db(demo_db):
    """The demo's vendor when nobody works but whom a test lets work."""
    close_all(demo_db)
    return demo_db


def made(db):
    """All offers, oldest first."""
    return db.scalars(select(Offer).order_by(Offer.id)).all()


def run_out(db, *, now):
    """Let the last offer's hold run out, as the worker does."""
    assert payments.let_lapse(db, session_id=made(db)[-1].session_id, now=now)


def letters(db, event):
    return db.scalars(select(OutboxMail).where(OutboxMail.event == event).order_by(OutboxMail.id)).all()


def test_the_first_who_came_is_offered_the_time_and_only_he(db):
    waits(db, "Anna")
    waits(db, "Boris", now=NOW + HOUR)
    assert offer_all(db, now=NOW + HOUR) == []
    open_hours(db, WEDNESDAY, "10:00-11:00")
    assert offer_all(db, now=NOW + HOUR) == ["Anna"]
    assert states(db) == {"Anna": "offered", "Boris": "waiting"}


def test_an_offer_is_a_draft_with_a_hold_that_its_letter_tells_of(db):
    wish = waits(db, "Anna", zone=KRASNOYARSK)
    open_hours(db, WEDNESDAY, "10:00-11:00")
    offer(db)
    order = orders.offered_order(db, wish=wish)
    assert (order.state, order.zone, order.person) == ("draft", KRASNOYARSK, None)
    assert order.session.starts_at == moscow(WEDNESDAY, "10:00")
    assert order.session.held_until == NOW + HOUR
    assert order.session.promised_zone == KRASNOYARSK
    (letter,) = letters(db, "wish_offered")
    assert (letter.to_email, letter.locale) == ("anna@customer.example", "ru")
    assert letter.subject.replace("\u00a0", " ") == (
        "Освободилось время: ср, 2 декабря, 14:00 у вас (10:00 МСК). Держим до 15:20"
    )
    text = read_body(db, mail=letter)[0].text
    assert f"/o/{order.reference}/" in text
    assert f"/w/{wish.reference}/" in text


@pytest.mark.parametrize(
    ("zone", "clock", "wished", "suits"),
    [
        # 10:00 in Moscow is 17:00 in Vladivostok.
        (VLADIVOSTOK, "10:00", (WEDNESDAY, "day"), True),
        (VLADIVOSTOK, "10:00", (WEDNESDAY, "morning"), False),
        (VLADIVOSTOK, "10:00", (WEDNESDAY, "evening"), False),
        (VLADIVOSTOK, "11:00", (WEDNESDAY, "evening"), True),
        (MOSCOW, "11:00", (WEDNESDAY, "morning"), True),
        (MOSCOW, "12:00", (WEDNESDAY, "morning"), False),
        (MOSCOW, "12:00", (WEDNESDAY, "day"), True),
        (MOSCOW, "12:00", (WEDNESDAY, "any"), True),
        # 20:00 in Moscow is 03:00 of the next date there.
        (VLADIVOSTOK, "20:00", (WEDNESDAY, "any"), False),
        (VLADIVOSTOK, "20:00", (THURSDAY, "any"), True),
        (VLADIVOSTOK, "20:00", (THURSDAY, "morning"), False),
        (MOSCOW, "10:00", (THURSDAY, "any"), False),
    ],
)
def test_dates_and_parts_of_the_day_are_those_of_his_own_clock(db, zone, clock, wished, suits):
    on, part = wished
    waits(db, "Anna", first=on, last=on, part=part, zone=zone)
    open_hours(db, WEDNESDAY, f"{clock}-{int(clock[:2]) + 1}:00")
    assert (offer(db) == "Anna") is suits


def test_where_it_is_night_nobody_is_written_to_and_who_is_awake_comes_first(db):
    waits(db, "Anna", zone=VLADIVOSTOK)
    waits(db, "Boris")
    open_hours(db, WEDNESDAY, "10:00-11:00")
    evening = moscow(date(2026, 11, 23), "16:00")  # 23:00 in Vladivostok
    assert offer_all(db, now=evening) == ["Boris"]
    assert offer_all(db, now=moscow(date(2026, 11, 24), "00:59")) == []
    run_out(db, now=moscow(date(2026, 11, 24), "00:59"))
    assert offer_all(db, now=moscow(date(2026, 11, 24), "01:00")) == ["Anna"]  # 08:00 there


def test_an_offer_that_runs_out_goes_to_the_next_and_its_reader_to_the_end(db):
    for name in ("Anna", "Boris", "Clara"):
        waits(db, name)
    open_hours(db, WEDNESDAY, "10:00-11:00")
    assert offer_all(db) == ["Anna"]
    run_out(db, now=NOW + HOUR)
    assert offer_all(db, now=NOW + HOUR) == ["Boris"]
    run_out(db, now=NOW + 2 * HOUR)
    open_hours(db, THURSDAY, "10:00-11:00")
    waits(db, "Dora", last=THURSDAY, now=NOW + 2 * HOUR)
    assert offer_all(db, now=NOW + 2 * HOUR) == ["Clara", "Dora"]
    assert [one.outcome for one in made(db)] == ["unanswered", "unanswered", None, None]
    assert [wish.passes for wish in db.scalars(select(Wish).order_by(Wish.id))] == [1, 1, 0, 0]


def test_a_time_that_somebody_left_unanswered_is_not_offered_to_him_again(db):
    waits(db, "Anna", last=THURSDAY)
    open_hours(db, WEDNESDAY, "10:00-11:30")
    assert offer_all(db) == ["Anna"]
    run_out(db, now=NOW + HOUR)
    # 10:30 of the same morning is the same to him.
    assert offer_all(db, now=NOW + HOUR) == []
    open_hours(db, THURSDAY, "10:00-11:00")
    assert offer_all(db, now=NOW + HOUR) == ["Anna"]


def test_after_three_offers_in_vain_nobody_waits_any_longer_and_is_told_so(db):
    waits(db, "Anna")
    open_hours(db, WEDNESDAY, "10:00-11:00", "12:00-13:00", "14:00-15:00", "16:00-17:00")
    for nth in range(3):
        assert offer_all(db, now=NOW + nth * HOUR) == ["Anna"]
        run_out(db, now=NOW + (nth + 1) * HOUR)
    assert states(db) == {"Anna": "lapsed"}
    assert offer_all(db, now=NOW + 4 * HOUR) == []
    (letter,) = letters(db, "wish_lapsed")
    assert "не получили ответа" in read_body(db, mail=letter)[0].text.replace("\u00a0", " ")


def test_a_time_that_is_let_go_counts_as_answered_and_goes_to_the_next(db):
    anna = waits(db, "Anna")
    waits(db, "Boris")
    open_hours(db, WEDNESDAY, "10:00-11:00")
    offer(db)
    assert orders.let_go(db, wish=anna, actor="customer", now=NOW)
    assert not orders.let_go(db, wish=anna, actor="customer", now=NOW)
    assert offer_all(db) == ["Boris"]
    assert (anna.state, anna.passes) == ("waiting", 0)


def test_who_withdraws_is_offered_nothing_and_what_was_kept_for_him_is_free(db):
    anna, boris = waits(db, "Anna"), waits(db, "Boris")
    waits(db, "Clara")
    open_hours(db, WEDNESDAY, "10:00-11:00")
    orders.withdraw(db, wish=boris, actor="staff:1", now=NOW)
    assert offer_all(db) == ["Anna"]
    orders.withdraw(db, wish=anna, actor="customer", now=NOW)
    assert offer_all(db) == ["Clara"]
    assert states(db) == {"Anna": "withdrawn", "Boris": "withdrawn", "Clara": "offered"}
    with pytest.raises(IllegalMoveError):
        orders.withdraw(db, wish=anna, actor="customer", now=NOW)


def test_who_takes_a_time_again_that_two_wishes_of_his_were_offered_takes_it_once(db):
    waits(db, "Anna")
    waits(db, "Anna")
    open_hours(db, WEDNESDAY, "10:00-11:00")
    for nth in range(2):
        assert offer_all(db, now=NOW + nth * HOUR) == ["Anna"]
        run_out(db, now=NOW + (nth + 1) * HOUR)
    first, second = (one.session for one in made(db))
    again = sessions.hold_again(db, session=first, now=NOW + 2 * HOUR)
    sessions.follow_offer(db, before=second, after=again)
    db.expire_all()
    assert [one.session_id for one in made(db)] == [again.id, second.id]


def test_an_order_that_is_filled_in_keeps_the_offered_time_for_paying(db):
    wish = waits(db, "Anna")
    open_hours(db, WEDNESDAY, "10:00-11:00")
    offer(db)
    order = orders.offered_order(db, wish=wish)
    late = NOW + timedelta(minutes=58)
    fill_in(db, order, now=late)
    assert order.session.held_until == late + timedelta(minutes=25)
    fill_in(db, order, now=late + timedelta(minutes=20))
    assert order.session.held_until == late + timedelta(minutes=25), "chosen once"


def fill_in(db, order, *, now):
    orders.fill_in(
        db, order=order, contact=orders.Contact("Анна", "anna@customer.example"),
        payer=orders.Payer("RU"), trouble=orders.Trouble("unknown"), now=now,
    )  # fmt: skip


def test_no_time_is_kept_beyond_its_notice_or_too_shortly_to_be_answered(db):
    waits(db, "Anna", first=date(2026, 11, 23))
    waits(db, "Boris", first=date(2026, 11, 23))
    # It is 10:20: 11:30 can be taken until 10:30, 12:00 until 11:00.
    open_hours(db, date(2026, 11, 23), "11:30-12:30")
    assert offer_all(db) == []
    open_hours(db, date(2026, 11, 23), "12:00-13:00")
    assert offer_all(db) == ["Anna"]
    assert made(db)[0].session.held_until == moscow(date(2026, 11, 23), "11:00")


def test_limits_on_what_a_browser_keeps_neither_stop_offers_nor_count_them(db):
    for name in ("Anna", "Boris"):
        waits(db, name)
    sessions.edit_hold_limits(
        db, limits=sessions.HoldLimits(1, 1, 1, 100), actor="system", now=NOW
    )  # fmt: skip
    open_hours(db, WEDNESDAY, "10:00-11:00", "12:00-13:00")
    assert offer_all(db) == ["Anna", "Boris"]


def test_offers_together_keep_no_more_of_a_day_than_unpaid_holds_may(db):
    for name in ("Anna", "Boris", "Clara"):
        waits(db, name)
    open_hours(db, WEDNESDAY, "10:00-19:00")
    sessions.edit_hold_limits(db, limits=sessions.HoldLimits(), actor="system", now=NOW)
    # 30 % of nine hours is 162 minutes.
    assert offer_all(db) == ["Anna", "Boris"]
    run_out(db, now=NOW + HOUR)
    assert offer_all(db, now=NOW + HOUR)[0] == "Clara"


def test_a_wish_whose_dates_are_over_on_his_calendar_lapses(db):
    waits(db, "Anna", zone=VLADIVOSTOK)
    waits(db, "Boris")
    waits(db, "Clara", last=THURSDAY)
    assert sessions.lapse_wishes(db, now=moscow(WEDNESDAY, "16:59")) == 0
    assert sessions.lapse_wishes(db, now=moscow(WEDNESDAY, "17:00")) == 1
    assert sessions.lapse_wishes(db, now=moscow(THURSDAY, "00:00")) == 1
    assert states(db) == {"Anna": "lapsed", "Boris": "lapsed", "Clara": "waiting"}
    assert len(letters(db, "wish_lapsed")) == 2


def test_who_made_a_wish_is_forgotten_some_weeks_after_its_end(db):
    gone, there = waits(db, "Anna"), waits(db, "Boris")
    orders.withdraw(db, wish=gone, actor="customer", now=NOW)
    assert sessions.wipe_wishes(db, now=NOW + timedelta(days=29)) == 0
    assert sessions.wipe_wishes(db, now=NOW + timedelta(days=30)) == 1
    db.expire_all()
    assert (gone.name, gone.email) == (None, None)
    assert there.name == "Boris"


def test_an_address_waits_for_two_times_at_most_in_whatever_spelling(db):
    first = waits(db, "Anna")
    waits(db, "anna")
    with pytest.raises(sessions.WishError, match="wish_many"):
        waits(db, "ANNA+more")
    sessions.withdraw_wish(db, wish=first, actor="customer", now=NOW)
    waits(db, "ANNA+more")


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        (date(2026, 11, 22), WEDNESDAY, "wish_past"),
        (THURSDAY, WEDNESDAY, "wish_order"),
        (WEDNESDAY, date(2026, 12, 24), "wish_far"),
        (date(1, 1, 1), date(9999, 12, 31), "wish_past"),
        (WEDNESDAY, date(9999, 12, 31), "wish_far"),
    ],
)
def test_dates_that_can_bring_no_time_are_refused(db, first, last, code):
    with pytest.raises(sessions.WishError, match=code):
        waits(db, "Anna", first=first, last=last)


def test_the_last_date_of_the_horizon_may_be_wished_for(db):
    waits(db, "Anna", first=date(2026, 12, 23), last=date(2026, 12, 23))


def test_lines_of_different_services_do_not_wait_for_each_other(db):
    waits(db, "Anna", slug="diagnostics", part="evening")
    waits(db, "Boris")
    open_hours(db, WEDNESDAY, "10:00-11:00")
    assert offer(db, slug="diagnostics") is None
    assert offer(db) == "Boris"


class TestPaid:
    """Money makes an offered time one's own."""

    @pytest.fixture
    def offered(self, shop):
        """The reference of an order that is offered to Anna, while Boris waits too."""
        with shop.sessions.begin() as db:
            close_all(db)
            wish = waits(db, "Anna")
            waits(db, "Boris")
            open_hours(db, WEDNESDAY, "10:00-11:00")
            assert offer(db) == "Anna"
            return orders.offered_order(db, wish=wish).reference

    def submit(self, shop, reference):
        with shop.sessions.begin() as db:
            order = orders.get_order(db, reference=reference)
            fill_in(db, order, now=shop.now)
            on = shop.now.date()
            ticked = {kind: documents.get_current(db, kind=kind, on=on).n for kind in orders.CONSENTS}
            agreement = orders.Agreement(ticked, "127.0.0.1", "test")
            orders.submit(db, order=order, method="card", agreement=agreement, now=shop.now)

    def test_who_pays_for_the_offered_time_waits_no_more(self, shop, offered):
        shop.later(minutes=58)
        self.submit(shop, offered)
        shop.pay(offered)
        shop.sync(offered)
        assert shop.order(offered).state == "confirmed"
        with shop.sessions() as db:
            assert states(db) == {"Anna": "taken", "Boris": "waiting"}
            assert [one.outcome for one in made(db)] == ["taken"]

    def test_money_that_comes_after_the_offer_ran_out_takes_the_wish_along(self, shop, offered):
        self.submit(shop, offered)
        shop.pay(offered)  # and no news of it
        shop.later(hours=2)
        with shop.sessions.begin() as db:
            order = orders.get_order(db, reference=offered, lock=True)
            orders.expire(db, order=order, now=shop.now)
            assert states(db) == {"Anna": "waiting", "Boris": "waiting"}
        shop.sync(offered)
        assert shop.order(offered).state == "confirmed"
        with shop.sessions() as db:
            assert states(db) == {"Anna": "taken", "Boris": "waiting"}
            assert made(db)[0].session.state == "booked"


def test_whatever_frees_time_says_so_in_its_own_transaction(db):
    def told():
        jobs = db.scalars(
            text("SELECT args FROM procrastinate_jobs WHERE task_name = 'time_freed' ORDER BY id")
        )
        return [job["session_id"] for job in jobs]

    waits(db, "Anna")
    waits(db, "Boris")
    open_hours(db, WEDNESDAY, "10:00-11:00", "12:00-13:00", "14:00-20:00")
    offer_all(db)
    first, second = (one.session for one in made(db))
    assert told() == []
    sessions.change_hold(db, session=first, start=moscow(WEDNESDAY, "14:00"), now=NOW)
    assert told() == [first.id]
    sessions.cancel(db, session=first, ended_by="customer", actor="customer", now=NOW)
    run_out(db, now=NOW + HOUR)
    assert told() == [first.id, first.id, second.id]
    db.rollback()
    assert told() == []
