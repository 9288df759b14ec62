"""Orders by transfer against the clock: terms over holidays and zones, reminders, the end that voids."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text

from billing import invoices, orders, payments, sellers
from billing.invoices import Document
from billing.orders.models import Bill, Order, Reminder
from services import documents, scheduling, sessions
from services.catalogue.models import Service
from services.core.errors import InvalidError
from services.core.mail import OutboxMail, read_body, read_files
from services.core.money import Money
from services.sessions import Holder
from tests.fakes.bank_money import pay_by_bank
from tests.fakes.transfers import arrive

MOSCOW = ZoneInfo("Europe/Moscow")
KEDR = orders.Payer(
    "RU", "2499004176", "ООО «Кедр-Опт»", "249901001", "660000, Красноярск, Образцовая ул., д. 8"
)
MERIDIAN = orders.Payer("DE", "", "Meridian Foods GmbH", "", "Lindenstraße 1, Berlin")


def msk(words):
    return datetime.fromisoformat(words).replace(tzinfo=MOSCOW).astimezone(UTC)


def draft(db, *, now, start, payer=KEDR, email="melnikova@kedr-opt.example"):
    """A draft at the first free time from `start` on."""
    service = db.scalars(select(Service).where(Service.slug == "remote-session")).one()
    slot = scheduling.list_slots(
        db, service=service, after=start, before=start + timedelta(days=3),
        customer_zone="Asia/Krasnoyarsk", now=now,
    )[0]  # fmt: skip
    order = orders.start(
        db, slug=service.slug, start_at=slot.start, holder=Holder(f"t {email} {slot.start}"),
        country=payer.country, zone="Asia/Krasnoyarsk", locale="ru", now=now,
    ).order(db)  # fmt: skip
    return orders.fill_in(
        db, order=order, contact=orders.Contact("Ольга Мельникова", email), payer=payer,
        trouble=orders.Trouble("nothing_works"), now=now,
    )  # fmt: skip


def agreed(db, order, *, now):
    on = now.astimezone(ZoneInfo(order.seller.zone)).date()
    versions = {kind: documents.get_current(db, kind=kind, on=on).n for kind in orders.CONSENTS}
    return orders.Agreement(versions, "192.0.2.1", "test")


def submit(db, order, *, now, billing_email="buh@kedr-opt.example"):
    return invoices.submit_by_transfer(
        db, order=order, agreement=agreed(db, order, now=now), billing_email=billing_email, now=now
    )


@pytest.fixture
def invoice(demo, now):
    """The id of an invoice issued on Monday, 23 November, for a session on 3 December."""
    with demo.app_sessions.begin() as db:
        order = draft(db, now=now, start=msk("2026-12-03 10:00"))
        return submit(db, order, now=now).id


def reading(demo, what):
    with demo.app_sessions() as db:
        return db.scalars(select(what)).all()


def mailed(demo, event):
    return [mail for mail in reading(demo, OutboxMail) if mail.event == event]


def the_bill(db):
    return db.scalars(select(Bill).order_by(Bill.id.desc())).first()


def remind(demo, at):
    with demo.app_sessions.begin() as db:
        near = invoices.list_near_due(db, now=at)
        return [invoices.remind(db, bill_id=bill_id, now=at) for bill_id in near]


def lapse(demo, at):
    with demo.app_sessions.begin() as db:
        return payments.let_lapse(db, session_id=db.scalars(select(Order)).one().session_id, now=at)


@pytest.mark.parametrize(
    ("ordered", "start", "pay_by", "kept"),
    [
        ("2026-11-23 10:20", "2026-12-03 10:00", "2026-11-26", "2026-11-28 00:00"),
        ("2026-11-27 23:59", "2026-12-10 10:00", "2026-12-02", "2026-12-04 00:00"),
        # Ordered on a Saturday: Monday is the first of the three days.
        ("2026-11-28 12:00", "2026-12-10 10:00", "2026-12-02", "2026-12-04 00:00"),
        # Two business days before the start at the latest, and then one for the statement.
        ("2026-11-23 10:20", "2026-11-26 10:00", "2026-11-24", "2026-11-26 00:00"),
        ("2026-11-23 10:20", "2026-11-30 10:00", "2026-11-26", "2026-11-28 00:00"),
    ],
)
def test_three_business_days_to_pay_and_one_for_the_statement(demo, ordered, start, pay_by, kept):
    at = msk(ordered)
    with demo.app_sessions.begin() as db:
        order = draft(db, now=at, start=msk(start))
        document = submit(db, order, now=at)
        assert document.said.due_on == date.fromisoformat(pay_by)
        assert invoices.due_on(document.bill) == date.fromisoformat(pay_by)
        assert document.bill.due_at == msk(f"{pay_by} 23:59:59")
        assert order.session.held_until == min(msk(kept), order.session.starts_at - timedelta(hours=1))


@pytest.mark.parametrize(
    ("ordered", "start", "offered"),
    [
        ("2026-11-23 23:59", "2026-11-26 10:00", True),
        ("2026-11-24 00:00", "2026-11-26 10:00", False),
        ("2026-11-23 10:20", "2026-11-25 10:00", False),
        ("2026-11-26 12:00", "2026-12-01 10:00", True),
        ("2026-11-27 12:00", "2026-12-01 10:00", False),
    ],
)
def test_a_transfer_is_offered_while_a_business_day_is_left_for_it(demo, ordered, start, offered):
    at = msk(ordered)
    with demo.app_sessions() as db:
        order = draft(db, now=at, start=msk(start))
        assert (invoices.find_transfer(db, order=order, now=at) is not None) == offered
        if not offered:
            with pytest.raises(orders.MethodNotOfferedError):
                submit(db, order, now=at)


def test_over_the_new_year_s_holidays_the_days_are_those_of_the_decree(demo):
    at = msk("2026-12-29 15:00")
    with demo.app_sessions() as db:
        seller = sellers.get_seller(db, code="ooo")
        calendar = sellers.office_calendar(db, seller=seller)
        found = orders.deadlines.transfer_until(
            at, starts_at=msk("2027-01-20 10:00"), notice=timedelta(hours=1), business=calendar
        )
        assert (found.pay_by_on, found.kept_until) == (date(2027, 1, 12), msk("2027-01-14 00:00"))


def test_the_foreign_seller_s_days_are_those_of_his_own_clock(demo):
    at = datetime(2026, 11, 25, 22, 30, tzinfo=UTC)  # Thursday in Nicosia, 00:30
    with demo.app_sessions.begin() as db:
        order = draft(db, now=at, start=msk("2026-12-08 12:00"), payer=MERIDIAN)
        document = submit(db, order, now=at)
        assert document.said.due_on == date(2026, 12, 1)
        assert document.bill.due_at == datetime(2026, 12, 1, 21, 59, 59, tzinfo=UTC)
        assert document.issued_on == date(2026, 11, 26)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"inn": ""}, "payer_missing"),
        ({"inn": "2499004167"}, "inn_checksum"),
        ({"kpp": ""}, "payer_missing"),
        ({"kpp": "2499"}, "kpp_format"),
        ({"company": " "}, "payer_missing"),
        ({"address": ""}, "payer_missing"),
    ],
)
def test_the_payer_s_details_are_judged_below_the_pages_as_well(demo, now, change, code):
    with demo.app_sessions() as db:
        order = draft(db, now=now, start=msk("2026-12-03 10:00"))
        said = {**KEDR.to_json(), **change}
        with pytest.raises(InvalidError) as refused:
            orders.name_payer(db, order=order, payer=orders.Payer(**said), now=now)
        assert refused.value.code == code


def test_the_reminders_come_once_each_in_office_hours_and_go_to_the_accountant(demo, invoice):
    assert remind(demo, msk("2026-11-24 12:00")) == [None]
    assert remind(demo, msk("2026-11-25 08:59")) == [None]
    assert remind(demo, msk("2026-11-25 09:00")) == ["before"]
    assert remind(demo, msk("2026-11-25 09:15")) == [None]
    assert remind(demo, msk("2026-11-26 17:00")) == [None]
    assert remind(demo, msk("2026-11-27 08:00")) == [None]
    assert remind(demo, msk("2026-11-27 09:00")) == ["after_1"]
    letters = mailed(demo, "invoice_reminder")
    assert [letter.to_email for letter in letters] == ["buh@kedr-opt.example"] * 2
    assert [row.kind for row in reading(demo, Reminder)] == ["before", "after_1"]


def test_a_reminder_that_was_missed_is_not_sent_after_a_later_one(demo, invoice):
    assert remind(demo, msk("2026-11-27 17:59")) == ["after_1"]
    assert len(mailed(demo, "invoice_reminder")) == 1


def test_the_accountant_s_letters_lead_to_the_invoice_and_nowhere_else(demo, invoice, now):
    with demo.app_sessions.begin() as db:
        invoices.set_and_mail(db, document_id=invoice, now=now)
    remind(demo, msk("2026-11-25 10:00"))
    lapse(demo, msk("2026-11-28 00:00:00"))
    letters = [mail for mail in reading(demo, OutboxMail) if mail.to_email == "buh@kedr-opt.example"]
    assert [mail.event for mail in letters] == ["invoice_issued", "invoice_reminder", "invoice_void"]
    with demo.app_sessions() as db:
        for letter in letters:
            words, _part = read_body(db, mail=db.get(OutboxMail, letter.id))
            assert "/b/B-" in words.text
            for body in (words.text, words.html):
                assert not re.search(r"/o/O-|/s/S-|1[04]:00|3.декабря|Мельникова", body)


def test_who_ordered_for_himself_has_the_way_back_to_the_order_in_his_letter(demo, now):
    with demo.app_sessions.begin() as db:
        order = draft(db, now=now, start=msk("2026-12-03 10:00"))
        document = submit(db, order, now=now, billing_email="")
        invoices.set_and_mail(db, document_id=document.id, now=now)
    (letter,) = mailed(demo, "invoice_issued")
    with demo.app_sessions() as db:
        words, _part = read_body(db, mail=db.get(OutboxMail, letter.id))
        (file,) = read_files(db, mail=db.get(OutboxMail, letter.id))
    assert "/o/O-" in words.text
    assert "/b/B-" in words.text
    assert file.content.startswith(b"%PDF-")
    assert letter.to_email == "melnikova@kedr-opt.example"


def test_no_reminder_is_written_at_night_or_on_a_weekend(demo, invoice):
    for at in ("2026-11-25 20:00", "2026-11-28 12:00", "2026-11-29 12:00"):
        assert remind(demo, msk(at)) == [None]


def test_reminders_stop_at_once_when_paid_void_or_in_a_person_s_hands(demo, invoice, now):
    with demo.app_sessions.begin() as db:
        pay_by_bank(db, the_bill(db), now=now)
    assert remind(demo, msk("2026-11-25 10:00")) == []
    assert not mailed(demo, "invoice_reminder")


def test_an_invoice_that_was_voided_is_not_reminded_of(demo, invoice, now):
    with demo.app_sessions.begin() as db:
        invoices.void_document(db, document=db.get(Document, invoice), actor="staff:1", reason="x", now=now)
    assert remind(demo, msk("2026-11-25 10:00")) == []


def test_workers_that_remind_at_once_send_one_letter(demo, invoice):
    at, ready = msk("2026-11-25 10:00"), Barrier(6)

    def work(_):
        ready.wait()
        return remind(demo, at)

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(work, range(6)))
    assert sorted(map(str, answers)) == ["['before']"] + ["[None]"] * 5
    assert len(mailed(demo, "invoice_reminder")) == 1


def test_a_time_that_runs_out_ends_the_order_voids_the_invoice_and_tells_both(demo, invoice):
    assert not lapse(demo, msk("2026-11-27 23:59:59"))
    assert lapse(demo, msk("2026-11-28 00:00:00"))
    assert not lapse(demo, msk("2026-11-28 00:00:01"))
    (order,), (document,) = reading(demo, Order), reading(demo, Document)
    with demo.app_sessions() as db:
        assert not db.get(Document, document.id).stands
        assert db.get(Document, document.id).number == "2026-000001"
    assert order.state == "expired"
    assert [mail.to_email for mail in mailed(demo, "order_lapsed")] == ["melnikova@kedr-opt.example"]
    assert [mail.to_email for mail in mailed(demo, "invoice_void")] == ["buh@kedr-opt.example"]
    assert remind(demo, msk("2026-12-01 10:00")) == []


def test_a_part_of_the_money_is_told_with_what_is_left(demo, invoice, now):
    with demo.app_sessions.begin() as db:
        bill = payments.lock_bill(db, bill_id=the_bill(db).id)
        payment = arrive(db, seller=bill.order.seller, amount=Money(549000, "RUB"), now=now)
        for minor in (200000, 349000):
            amount = Money(minor, "RUB")
            payments.put_to_bill(db, payment=payment, bill=bill, amount=amount, actor="system", now=now)
    (letter,) = mailed(demo, "invoice_partly_paid")
    assert letter.to_email == "buh@kedr-opt.example"
    said = letter.subject.replace("\u00a0", " ")
    assert "получено 2 000,00 ₽, осталось 3 490,00 ₽" in said
    assert len(mailed(demo, "session_confirmed")) == 1


def test_money_in_part_at_the_end_is_a_person_s_to_decide(demo, invoice, now):
    with demo.app_sessions.begin() as db:
        bill = payments.lock_bill(db, bill_id=the_bill(db).id)
        payment = arrive(db, seller=bill.order.seller, amount=Money(100000, "RUB"), now=now)
        payments.put_to_bill(db, payment=payment, bill=bill, amount=payment.amount, actor="system", now=now)
    assert not lapse(demo, msk("2026-11-28 00:00:00"))
    (order,) = reading(demo, Order)
    assert (order.state, order.attention) == ("awaiting_payment", "paid_in_part")
    assert not mailed(demo, "order_lapsed")
    with demo.app_sessions() as db:
        kinds = db.scalars(text("SELECT kind FROM billing.task WHERE state = 'open'")).all()
    assert kinds == ["paid_in_part"]


def test_late_money_takes_the_time_again_and_brings_the_invoice_back(demo, invoice):
    lapse(demo, msk("2026-11-28 00:00:00"))
    at = msk("2026-11-30 11:00")
    with demo.app_sessions.begin() as db:
        pay_by_bank(db, the_bill(db), now=at)
    with demo.app_sessions() as db:
        (order,) = db.scalars(select(Order)).all()
        assert (order.state, order.bills[0].state, order.session.state) == ("confirmed", "covered", "booked")
        assert db.get(Document, invoice).stands


def test_submitting_at_once_from_two_windows_makes_one_invoice(demo, now):
    with demo.app_sessions.begin() as db:
        reference = draft(db, now=now, start=msk("2026-12-03 10:00")).reference
    ready = Barrier(4)

    def press(number):
        ready.wait()
        with demo.app_sessions.begin() as db:
            order = orders.get_order(db, reference=reference, lock=True)
            return submit(db, order, now=now, billing_email=f"buh{number}@kedr-opt.example").number

    with ThreadPoolExecutor(4) as pool:
        numbers = set(pool.map(press, range(4)))
    assert numbers == {"2026-000001"}
    assert (
        len(reading(demo, Bill))
        == len(reading(demo, Document))
        == len(mailed(demo, "invoice_passed_on"))
        == 1
    )


def test_a_submit_at_the_very_end_of_the_hold_reserves_and_after_it_is_refused(demo, now):
    with demo.app_sessions.begin() as db:
        order = draft(db, now=now, start=msk("2026-12-03 10:00"))
        last = sessions.held_until(order.session)
        with pytest.raises(orders.HoldOverError):
            submit(db, order, now=last)
        submit(db, order, now=last - timedelta(microseconds=1))
        assert order.state == "awaiting_payment"


def test_who_pays_and_lapses_at_once_either_has_the_time_or_late_money(demo, invoice):
    at, ready = msk("2026-11-28 00:00:00"), Barrier(2)

    def pay():
        ready.wait()
        with demo.app_sessions.begin() as db:
            pay_by_bank(db, the_bill(db), now=at)

    def end():
        ready.wait()
        lapse(demo, at)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(pay), pool.submit(end)]:
            done.result()
    (order,) = reading(demo, Order)
    assert order.state == "confirmed"
