"""Orders, refunds, questions about money, prices and sellers; letters and jobs that failed."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from billing import orders, prices, sellers, tasks
from services import contracts
from services.core import mail
from services.core.money import Money
from tests.fakes.desk import enter
from webapp.staff.money import words
from webapp.staff.money.sums import read_sum, write_sum


@pytest.fixture
def accountant(desk):
    return enter(desk.app, "accountant")


@pytest.fixture
def admin(desk):
    return enter(desk.app, "administrator")


@pytest.mark.parametrize("words_typed", ["{order}", "olga@", "ольга", "{order_lower}"])
def test_an_order_is_found_by_reference_address_or_name(desk, accountant, words_typed):
    asked = words_typed.format(order=desk.order, order_lower=desk.order.lower())
    page = accountant.get(f"/staff/orders/?q={asked}")
    assert desk.order in page.text


def test_what_is_not_there_is_said_kindly(accountant):
    assert "No such orders" in accountant.get("/staff/orders/?q=nobody%25_&state=confirmed&page=99").text
    assert "No open questions" in accountant.get("/staff/tasks/").text


def test_an_order_shows_its_bill_and_its_customer(desk, accountant):
    page = accountant.get(f"/staff/orders/{desk.order}")
    with desk.database.app_sessions() as db:
        order = orders.get_order(db, reference=desk.order)
        bill = orders.find_main_bill(order)
        assert bill.reference in page.text
    assert "Ольга Кедрова" in page.text
    assert "Nobody has tried yet" in page.text
    accountant.get("/staff/orders/O-0000-0000", status=404)


WRONG_REFUNDS = [
    ({"amount": "", "reason": "goodwill"}, "Enter a sum"),
    ({"amount": "much", "reason": "goodwill"}, "Enter a sum like"),
    ({"amount": "-5", "reason": "goodwill"}, "Enter a sum like"),
    ({"amount": "1,005", "reason": "goodwill"}, "Enter a sum like"),
    ({"amount": "0", "reason": "goodwill"}, "above zero"),
    ({"amount": "100", "reason": "goodwill"}, "more than is left"),
    ({"amount": "100"}, "Choose one"),
]


def test_a_refund_that_cannot_be_is_refused_beside_its_field(desk, accountant):
    form = accountant.get(f"/staff/orders/{desk.order}/refund")
    for fields, said in WRONG_REFUNDS:
        back = accountant.submit(form, status=422, **fields)
        assert said in back.errors()[0]
        assert back.one("[name=amount]").get("value", "") == fields["amount"]


@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ("4500", 450_000),
        ("4 500,5", 450_050),
        ("0.07", 7),
        ("1e5", None),
        ("NaN", None),
        ("٣", None),
        ("", None),
    ],
)
def test_sums_are_read_to_the_kopeck_or_not_at_all(typed, minor):
    found = read_sum(typed, "RUB")
    assert (found.minor if found else None) == minor


def test_sums_are_written_as_they_are_typed():
    assert [write_sum(Money(minor, "RUB")) for minor in (450_000, 450_050, 7)] == ["4500", "4500.50", "0.07"]


def test_a_question_about_money_is_closed_with_a_note(desk, accountant):
    with desk.database.app_sessions.begin() as db:
        subject = f"order:{desk.order}"
        tasks.open_task(db, kind="refund_failed", subject=subject, facts={"minor": 5}, now=desk.clock())
    assert "A refund failed" in accountant.get(f"/staff/orders/{desk.order}").text
    form = accountant.get(accountant.get("/staff/tasks/").link("Close"))
    assert "Fill this in" in accountant.submit(form, status=422, note=" ").errors()[0]
    assert "No open questions" in accountant.submit(form, note="Paid out by hand").text
    accountant.get(form.path, status=404)


def test_every_state_of_money_has_a_word_and_a_look():
    from billing.orders.states import BILL, ORDER
    from billing.payments.states import ATTEMPT
    from billing.refunds.states import REFUND

    named = ((ORDER, words.ORDER_STATES), (BILL, words.BILL_STATES), (ATTEMPT, words.ATTEMPT_STATES),
             (REFUND, words.REFUND_STATES))  # fmt: skip
    for machine, known in named:
        assert machine.states <= set(known), machine.kind
        assert set(known) <= set(words.KINDS), machine.kind


def seller(desk, db):
    return sellers.list_sellers(db)[0]


def test_new_prices_count_from_their_date_and_leave_orders_alone(desk, admin):
    with desk.database.app_sessions() as db:
        code = seller(desk, db).code
        before = orders.get_order(db, reference=desk.order).quote.gross
    form = admin.get(f"/staff/prices/{code}/new")
    first = form.all("input[name^=first_]")[0]
    assert first["value"]
    admin.submit(form, valid_from_on="2026-12-01", **{str(first["name"]): "4600,50"}, weekend="2,5")
    with desk.database.app_sessions() as db:
        old, new = (prices.find_list(db, seller=seller(desk, db), on=on)
                    for on in (date(2026, 11, 30), date(2026, 12, 1)))  # fmt: skip
        service_id = int(str(first["name"]).removeprefix("first_"))
        sums = [
            next(p.first_minor for p in known.prices if p.service_id == service_id) for known in (old, new)
        ]
        assert sums[0] != sums[1] == 460_050
        assert {f.kind: f.hundredths for f in new.factors}["weekend"] == 250
        assert new.policy == old.policy
        assert orders.get_order(db, reference=desk.order).quote.gross == before


WRONG_PRICE_LISTS = [
    ({"valid_from_on": "2026-11-01"}, "past"),
    ({"weekend": "0,5"}, "factor from 1 to 10"),
    ({"weekend": "twice"}, "factor from 1 to 10"),
    ({"night_span": ""}, "or neither"),
    ({"night_span": "22-6, 12-13"}, "one span"),
    ({"urgent_minutes": ""}, "or neither"),
    ({"ladder": ""}, "Write steps"),
    ({"ladder": "4 50; 24 0"}, "hours must fall"),
    ({"ladder": "24 0; 0 150"}, "hours must fall"),
]


def test_a_price_list_that_cannot_be_comes_back_whole(desk, admin):
    with desk.database.app_sessions() as db:
        code = seller(desk, db).code
    form = admin.get(f"/staff/prices/{code}/new")
    for fields, said in WRONG_PRICE_LISTS:
        back = admin.submit(form, status=422, **fields)
        assert said in back.errors()[0]


def test_a_step_needs_its_price_and_its_minutes(desk, admin):
    with desk.database.app_sessions() as db:
        code = seller(desk, db).code
    form = admin.get(f"/staff/prices/{code}/new")
    name = next(str(tag["name"]) for tag in form.all("input[name^=step_minutes_]") if tag.get("value"))
    assert "or neither" in admin.submit(form, status=422, **{name: ""}).errors()[0]


WRONG_SELLERS = [
    ({"countries": "Russia"}, "two Latin letters"),
    ({"countries": "*"}, "sells there already"),
    ({"opens": "25:00"}, "time like 9:00"),
    ({"opens": "19:00", "closes": "9:00"}, "closes before it opens"),
    ({"zone": "Moscow"}, "no such zone"),
]


def test_a_seller_that_cannot_be_is_refused(desk, admin):
    with desk.database.app_sessions() as db:
        code = seller(desk, db).code
    form = admin.get(f"/staff/sellers/{code}")
    for fields, said in WRONG_SELLERS:
        back = admin.submit(form, status=422, **fields)
        assert said in (back.errors() + back.summary())[0]


def test_vat_is_a_dated_rate_or_a_reason_to_have_none(desk, admin):
    with desk.database.app_sessions() as db:
        code = seller(desk, db).code
    form = admin.get(f"/staff/sellers/{code}/vat")
    either = admin.submit(form, status=422, valid_from_on="2027-01-01")
    assert "either a rate or a reason" in either.errors()[0]
    assert (
        "rate like 22" in admin.submit(form, status=422, valid_from_on="2027-01-01", percent="x").errors()[0]
    )
    admin.submit(form, valid_from_on="2027-01-01", percent="5,5")
    with desk.database.app_sessions() as db:
        assert sellers.vat_on(db, seller=seller(desk, db), day=date(2027, 1, 2)).rate == 550


def test_a_letter_that_failed_is_sent_again(desk, admin):
    with desk.database.app_sessions.begin() as db:
        letter = db.query(mail.OutboxMail).first()
        letter.state, letter.answer = "failed", "550 5.1.1 no such user"
    page = admin.get("/staff/letters?state=failed")
    assert "550 5.1.1" in page.text
    admin.submit(page)
    assert "No letters here" in admin.get("/staff/letters?state=failed").text
    assert admin.get(f"/staff/letters?q={desk.order}").all("tbody tr")


def test_a_failed_job_shows_its_error_and_is_tried_again(desk, admin):
    with desk.database.app_sessions.begin() as db:
        job = db.scalar(text("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = "
                             "(SELECT min(id) FROM procrastinate_jobs) RETURNING id"))  # fmt: skip
        failed = (
            "INSERT INTO core.job_failure (job_id, task, at, error) VALUES (:job, 't', :at, 'Boom: no route')"
        )
        db.execute(text(failed), {"job": job, "at": desk.clock()})
    page = admin.get("/staff/jobs?state=failed")
    assert "Boom: no route" in page.text
    again = admin.submit(page)
    assert "waits for the worker again" in again.text
    assert "No such jobs" in admin.get("/staff/jobs?state=failed").text
    token = page.one("main form [name=csrf_token]")["value"]
    admin.post(f"/staff/jobs/{job}/retry", {"csrf_token": token}, status=409)
    admin.post("/staff/jobs/999999/retry", {"csrf_token": token}, status=404)


def test_an_enquiry_is_taken_on_and_closed(desk):
    wishes = contracts.Wishes("Кедр-Опт", "Ольга", "olga@kedr.example", trouble="Ночные смены")
    with desk.database.app_sessions.begin() as db:
        made = contracts.enquire(db, wishes=wishes, form_key="k", locale="ru", now=desk.clock())
        reference = made.reference
    coordinator = enter(desk.app, "coordinator")
    page = coordinator.get(f"/staff/enquiries/{reference}")
    assert "Ночные смены" in page.text
    page = coordinator.submit(page, form='main form[action$="/take"]')
    assert "being worked on" in page.text
    page = coordinator.submit(page, form='main form[action$="/decline"]')
    assert not page.all("main form[method=post]")
    assert reference in coordinator.get("/staff/enquiries/?state=declined").text


def test_an_order_is_cancelled_for_the_vendor_after_it_was_asked_for(desk, accountant):
    with desk.database.app_sessions.begin() as db:
        # The desk's order was confirmed without any money, so none can go back.
        db.execute(text("UPDATE billing.bill SET state = 'void'"))
    coordinator = enter(desk.app, "coordinator")
    address = f"/staff/orders/{desk.order}"
    ask = coordinator.get(coordinator.get(address).link("Cancel the order"))
    assert "time becomes free" in ask.text
    over = coordinator.submit(ask)
    assert "cancelled" in over.text
    assert not over.all(f'a[href="{address}/cancel"]')
    coordinator.get(f"{address}/cancel", status=409)
    with desk.database.app_sessions() as db:
        order = orders.get_order(db, reference=desk.order)
        assert (order.state, order.session.ended_by) == ("cancelled", "vendor")
        events = db.scalars(text("SELECT event FROM core.outbox ORDER BY id")).all()
    assert "session_cancelled" in events
    assert not accountant.get(address).all(".btn--stop")


def test_the_flag_of_an_order_is_taken_off_by_a_person(desk, accountant):
    with desk.database.app_sessions.begin() as db:
        order = orders.get_order(db, reference=desk.order)
        orders.need_attention(db, order=order, reason="payment_differs", now=desk.clock())
    page = accountant.get(f"/staff/orders/{desk.order}")
    assert "differs from the bill" in page.text
    page = accountant.submit(page, form='main form[action$="/settle"]')
    assert "differs from the bill" not in page.text
    assert "No such orders" in accountant.get("/staff/orders/?attention=1").text
