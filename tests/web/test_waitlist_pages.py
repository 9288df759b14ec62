"""Asking to be told of a free time, and what comes of it, as pages and letters."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from procrastinate import App, PsycopgConnector
from sqlalchemy import select

from billing import orders, payments
from billing.settings import BillingSettings, ProviderSettings
from services import sessions
from services.core.mail import OutboxMail, read_body
from services.sessions.models import Wish
from tests.fakes.desk import enter
from tests.pages import fields_of
from tests.waiting import NOW, WEDNESDAY, close_all, offer, open_hours, states, waits
from tests.working import do_due_jobs
from webapp.jobs.bench import make_bench
from webapp.jobs.waitlist import add_waitlist_jobs
from webapp.settings import Settings

FORM = "/book/remote-session/wish"
BOOK = "/book/remote-session?day=2026-12-02"
ASKED = {
    "from_on": "2026-12-02",
    "until_on": "2026-12-02",
    "name": "Анна Ветрова",
    "email": "anna@customer.example",
}


@pytest.fixture
def work(demo, clock, billing_settings):
    """Do what the worker does when time was freed."""
    bench = make_bench(Settings(core=demo.core, billing=billing_settings, database_url=demo.url), clock=clock)

    def do():
        worker = App(connector=PsycopgConnector(conninfo=demo.url))
        add_waitlist_jobs(worker, bench)
        do_due_jobs(worker, bench, queues=["paid"])

    yield do
    bench.close()


@pytest.fixture
def scarce(demo):
    """One hour is all that can be had: Wednesday, 10:00."""
    with demo.app_sessions.begin() as db:
        close_all(db)
        open_hours(db, WEDNESDAY, "10:00-11:00")


def asked(visitor, status=200, **values):
    return visitor.submit(visitor.get(FORM), status=status, **(ASKED | values))


def letter(demo, event):
    """The last letter of this kind: its address and its words."""
    with demo.app_sessions() as db:
        mail = db.scalars(select(OutboxMail).where(OutboxMail.event == event).order_by(OutboxMail.id)).all()[
            -1
        ]
        return mail.to_email, read_body(db, mail=mail)[0].text


def link_in(text, kind):
    return re.search(rf"/{kind}/[^/\s]+/[^/\s]+", text)[0]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_wish_is_received_shown_and_withdrawn(visit, demo, language):
    visitor = visit(language)
    page = asked(visitor, part="evening")
    assert page.path.startswith("/w/W-")
    to, text = letter(demo, "wish_received")
    assert to == "anna@customer.example"
    assert link_in(text, "w") == page.path
    assert ("Вечером" if language == "ru" else "In the evening") in page.text
    assert page.response.headers["Referrer-Policy"] == "no-referrer"
    left = visitor.submit(page, form="form[action$='/withdraw']")
    assert left.title == ("Вы больше не в очереди" if language == "ru" else "You are out of the line")
    assert not left.all("main form")
    again = visitor.post(f"{page.path}/withdraw", fields_of(page.all("form[action$='/withdraw']")[0]))
    assert again.title == left.title


def test_nothing_that_a_stranger_writes_is_sent_to_an_address_that_he_names(visitor, demo, scarce):
    asked(visitor, name="You have won, see http://evil.example/ \r\nBcc: all@evil.example")
    with demo.app_sessions.begin() as db:
        offer(db)
    for event in ("wish_received", "wish_offered"):
        to, text = letter(demo, event)
        assert to == "anna@customer.example"
        assert "evil" not in text
    with demo.app_sessions() as db:
        assert {row.to_name for row in db.scalars(select(OutboxMail))} == {""}


def test_looking_at_the_links_of_letters_changes_nothing(visitor, demo, scarce):
    page = asked(visitor)
    with demo.app_sessions.begin() as db:
        offer(db)
    _to, text = letter(demo, "wish_offered")
    for link in (link_in(text, "w"), link_in(text, "o"), page.path):
        visitor.get(link)
    for act in ("withdraw", "let-go"):
        visitor.get(f"{page.path}/{act}", status=405)
    with demo.app_sessions() as db:
        assert states(db) == {"Анна Ветрова": "offered"}


WRONG = [
    ({"name": " "}, "Напишите, как к вам обращаться"),
    ({"email": "anna"}, "Проверьте адрес"),
    ({"from_on": ""}, "Выберите первую подходящую дату"),
    ({"from_on": "завтра"}, "26.11.2026"),
    ({"from_on": "2026-11-22"}, "уже прошёл"),
    ({"until_on": "2026-12-01"}, "раньше первой"),
    ({"until_on": "2026-12-24"}, "Так далеко"),
    ({"until_on": "9999-12-31"}, "26.11.2026"),
    ({"part": "night"}, ""),
]


def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(visit):
    for nth, (wrong, beside) in enumerate(WRONG):
        page = asked(visit(address=f"198.51.100.{nth}"), status=422, **wrong)
        assert beside in " ".join(page.errors()).replace("\u00a0", " ")
        assert len(page.summary()) == 1
        kept = fields_of(page.one("main form[method=post]"))
        for name, value in (ASKED | wrong).items():
            assert name == "part" or kept[name].strip() == value.strip()


def test_dates_may_be_typed_as_people_write_them(visitor, demo):
    asked(visitor, from_on="2.12.2026", until_on="03.12.2026")
    with demo.app_sessions() as db:
        (wish,) = db.scalars(select(Wish))
        assert (str(wish.from_on), str(wish.until_on)) == ("2026-12-02", "2026-12-03")


def test_a_form_that_is_sent_twice_is_one_wish(visitor, demo):
    fields = fields_of(visitor.get(FORM).one("main form[method=post]")) | ASKED
    first, second = visitor.post(FORM, fields), visitor.post(FORM, fields)
    assert first.path == second.path
    with demo.app_sessions() as db:
        assert len(db.scalars(select(Wish)).all()) == 1


def test_a_third_wish_of_an_address_and_a_sixth_of_a_network_are_refused(visit):
    visitor = visit()
    asked(visitor)
    asked(visitor)
    page = asked(visitor, status=422)
    assert "снимите одно из ожиданий" in page.errors()[0].replace("\u00a0", " ")
    asked(visit(), email="boris@customer.example")
    asked(visit(), email="boris@customer.example")
    page = asked(visit(), status=429, email="clara@customer.example")
    assert "слишком много" in page.summary()[0]
    asked(visit(address="198.51.100.9"), email="clara@customer.example")


def test_strangers_see_nothing_of_a_wish(visitor, visit):
    path = asked(visitor).path
    reference = path.split("/")[2]
    for wrong in (f"/w/{reference}/AAAAAAAAAAAAAAAAAAAAAA", "/w/x/y", path.replace("/w/", "/o/")):
        visit().get(wrong, status=404)


def test_an_offer_that_does_not_suit_goes_to_the_next_with_one_button(visitor, demo, scarce, work):
    page = asked(visitor)
    with demo.app_sessions.begin() as db:
        waits(db, "Boris", now=NOW)
        assert offer(db) == "Анна Ветрова"
    offered = visitor.get(page.path)
    assert offered.title == "Освободилось время, держим его за вами"
    visitor.submit(offered, form="form[action$='/let-go']")
    work()
    with demo.app_sessions() as db:
        assert states(db) == {"Анна Ветрова": "waiting", "Boris": "offered"}


def test_a_page_is_honest_between_the_end_of_an_offer_and_the_worker(visitor, demo, clock, scarce):
    page = asked(visitor)
    with demo.app_sessions.begin() as db:
        offer(db)
    clock.at += timedelta(hours=2)
    assert visitor.get(page.path).title == "Напишем, когда освободится время"
    gone = visitor.submit(visitor.get(page.path), form="form[action$='/withdraw']")
    assert gone.title == "Вы больше не в очереди"


class TestPaid:
    """Money makes an offered time one's own."""

    @pytest.fixture
    def billing_settings(self, stripe_double):
        """Cards are taken by the double."""
        provider = ProviderSettings(
            secret_key=stripe_double.account.secret_key,
            webhook_secrets=(stripe_double.webhook_secret,),
            livemode=stripe_double.account.livemode,
            api_base=stripe_double.url,
        )
        return BillingSettings(provider=provider)

    @pytest.fixture
    def pay(self, clock, stripe_double):
        """Agree to everything on the review page and pay by card."""

        def by(visitor, review):
            stripe_double.at(clock.at)
            order = review.path.removesuffix("/review")
            fields = fields_of(review.one("main form[method=post]")) | {"offer": "y", "consent_services": "y"}
            for step, status in (("review", 307), ("pay", 303)):
                answer = visitor.client.post(f"{order}/{step}", data=fields)
                assert answer.status_code == status
            stripe_double.outcome(answer.headers["Location"].rsplit("/", 1)[1], "pay")
            visitor.get(f"{order}/return")

        return by

    @pytest.mark.usefixtures("scarce")
    def test_a_time_that_somebody_lets_go_is_offered_and_paid_for(self, visit, demo, clock, work, pay):
        first, second = visit(), visit(address="198.51.100.9")
        taken = first.submit(first.get(BOOK), form="form#times", start="2026-12-02T07:00:00+00:00")
        waiting = asked(second)
        work()
        assert "Ход наш" in second.get(waiting.path).text
        first.submit(taken, form="form[action$='/give-up']")
        work()
        to, text = letter(demo, "wish_offered")
        assert to == "anna@customer.example"
        assert second.get(waiting.path).link("Записаться на это время") == link_in(text, "o")

        clock.at += timedelta(minutes=50)
        details = second.get(link_in(text, "o"))
        assert details.one("input[name=name]")["value"] == "Анна Ветрова"
        assert details.one("input[name=email]")["value"] == "anna@customer.example"
        pay(second, second.submit(details))
        assert second.get(waiting.path).title == "Время нашлось"

    def test_who_takes_an_offer_too_late_but_takes_it_waits_no_more(self, visitor, demo, clock, scarce, pay):
        page = asked(visitor)
        with demo.app_sessions.begin() as db:
            offer(db)
            session_id = orders.offered_order(db, wish=db.scalars(select(Wish)).one()).session_id
        details = visitor.get(link_in(letter(demo, "wish_offered")[1], "o"))
        clock.at += timedelta(hours=2)
        with demo.app_sessions.begin() as db:
            payments.let_lapse(db, session_id=session_id, now=clock.at)
        pay(visitor, visitor.submit(details))
        assert visitor.get(page.path).title == "Время нашлось"


class TestStaff:
    """What coordinators see and do."""

    def test_the_list_shows_who_waits_since_when_and_what_was_offered(self, desk, demo, scarce):
        with demo.app_sessions.begin() as db:
            waits(db, "Anna")
            waits(db, "Boris", part="evening")
            gone = waits(db, "Clara")
            orders.withdraw(db, wish=gone, actor="customer", now=NOW)
            assert offer(db) == "Anna"
        coordinator = enter(desk.app, "coordinator")
        page = coordinator.get("/staff/wishes/")
        rows = [row.get_text(" ") for row in page.all("tbody tr")]
        assert ["Anna" in rows[0], "Boris" in rows[1], "Clara" in rows[2]] == [True] * 3
        assert "a time is offered" in rows[0]
        assert "In the evening" in rows[1]
        assert len(coordinator.get("/staff/wishes/?show=live").all("tbody tr")) == 2
        assert len(coordinator.get("/staff/wishes/?show=ended").all("tbody tr")) == 1

    def test_a_wish_is_withdrawn_on_request_and_its_time_is_free(self, desk, demo, scarce):
        with demo.app_sessions.begin() as db:
            waits(db, "Anna")
            offer(db)
        coordinator = enter(desk.app, "coordinator")
        page = coordinator.submit(coordinator.get("/staff/wishes/"), form="tbody form")
        assert "withdrawn" in page.one("tbody").get_text()
        with demo.app_sessions() as db:
            assert states(db) == {"Anna": "withdrawn"}

    def test_the_rules_are_the_administrators_and_have_bounds(self, desk, demo):
        admin = enter(desk.app, "administrator")
        page = admin.get("/staff/wishes/rules")
        assert page.one("input[name=offer_minutes]")["value"] == "60"
        admin.submit(page, status=422, offer_minutes="5")
        admin.submit(page, status=422, from_hour="9", until_hour="9")
        admin.submit(page, offer_minutes="45")
        with demo.app_sessions() as db:
            assert sessions.waitlist_rules(db).offer_minutes == 45
        enter(desk.app, "coordinator").get("/staff/wishes/rules", status=403)

    def test_what_was_forgotten_is_said_so(self, desk, demo):
        with demo.app_sessions.begin() as db:
            gone = waits(db, "Anna")
            orders.withdraw(db, wish=gone, actor="customer", now=NOW)
            sessions.wipe_wishes(db, now=NOW + timedelta(days=99))
        page = enter(desk.app, "administrator").get("/staff/wishes/")
        assert "forgotten" in page.text
        assert "Nobody" in enter(desk.app, "administrator").get("/staff/wishes/?show=live").text
