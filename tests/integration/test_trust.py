"""Confirmations before the money: asked for, granted, refused, lapsed; credit has its limit."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from billing import invoices, orders, payments, tasks, trust
from billing.orders.models import Bill, BillLine
from services import catalogue, documents, people, scheduling, sessions
from services.core.errors import InvalidError
from services.core.files import FileRefusedError
from services.core.money import Money
from services.core.texts import Texts
from services.sessions import Holder
from tests.fakes.bank_money import pay_by_bank

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
COMPANY = orders.Payer(
    "RU", inn="7707083893", company="ООО «Кедр-Опт»", kpp="770701001", address="Москва, Лесная, 1"
)
STAFF = "staff:7"
_browsers = iter(range(10_000))


def draft(db, now, *, nth=0, payer=COMPANY, email="olga@kedr.example"):
    service = catalogue.list_services(db)[0]
    slots = scheduling.nearest(db, service=service, n=nth + 1, customer_zone="Europe/Moscow", now=now)
    order = orders.start(
        db, slug=service.slug, start_at=slots[nth].start, holder=Holder(f"browser {next(_browsers)}"),
        country="RU", zone="Europe/Moscow", locale="ru", now=now,
    ).order(db)  # fmt: skip
    return orders.fill_in(
        db, order=order, contact=orders.Contact("Ольга", email), payer=payer,
        trouble=orders.Trouble("nothing_works"), now=now,
    )  # fmt: skip


def agreement(db, now):
    versions = {kind: documents.get_current(db, kind=kind, on=now.date()).n for kind in orders.CONSENTS}
    return orders.Agreement(versions, "127.0.0.1", "test")


def ordered(db, now, **facts):
    """An order whose invoice is out, and that waits for a payment order."""
    order = draft(db, now, **facts)
    trust.submit_by_payment_order(db, order=order, agreement=agreement(db, now), now=now)
    return order


def attached(db, now, **facts):
    order = ordered(db, now, **facts)
    return trust.attach_payment_order(db, order=order, content=PDF, name="pp-17.pdf", now=now)


def on_credit(db, now, **facts):
    order = draft(db, now, **facts)
    return trust.submit_on_credit(db, order=order, agreement=agreement(db, now), now=now)


def give_credit(db, now, limit=100_000_00, currency="RUB"):
    company = people.organisation_for(db, inn=COMPANY.inn, name=COMPANY.company, country="RU")
    return trust.add_credit_line(
        db, organisation=company, limit=Money(limit, currency), term_days=14, actor=STAFF, now=now
    )


def letters(db):
    return db.scalars(text("SELECT event FROM core.outbox ORDER BY id")).all()


def jobs(db, name):
    query = text("SELECT args FROM procrastinate_jobs WHERE task_name = :name ORDER BY id")
    return db.scalars(query, {"name": name}).all()


def by_method(db, order, now):
    return {offer.method: offer for offer in trust.offers(db, order=order, now=now)}


def test_near_starts_are_paid_by_payment_order_or_card_but_not_by_plain_transfer(demo_db, now):
    offers = by_method(demo_db, draft(demo_db, now), now)
    assert offers["transfer"].why == "too_near"
    assert offers["payment_order"].is_open
    assert offers["card"].is_open
    assert offers["credit"].why == "no_credit"


def test_a_payer_abroad_is_offered_what_his_seller_takes(demo_db, now):
    order = draft(demo_db, now, payer=orders.Payer("DE"))
    assert by_method(demo_db, order, now)["payment_order"].why == "not_taken"


def test_the_invoice_is_out_at_once_and_the_time_waits_half_a_working_day(demo_db, now):
    order = ordered(demo_db, now, nth=30)
    assert order.state == "awaiting_payment"
    assert order.method == "payment_order"
    # Monday 10:20 in Moscow, four hours of the office.
    assert sessions.held_until(order.session) == now + timedelta(hours=4)
    assert orders.find_main_bill(order).due_at > now


def test_an_attached_payment_order_keeps_the_time_until_staff_answer(demo_db, now):
    request = attached(demo_db, now, nth=30)
    order = request.order
    assert request.state == "waiting"
    assert request.alarm_at == now + timedelta(hours=1)
    assert sessions.held_until(order.session) == order.session.starts_at - orders.notice_of(order)
    assert jobs(demo_db, "alarm_trust") == [{"request": request.reference}]
    assert [one.reference for one in trust.list_waiting(demo_db)] == [request.reference]


def test_a_better_file_takes_the_place_of_the_first_and_nobody_is_asked_twice(demo_db, now):
    first = attached(demo_db, now)
    before = first.file_ref
    again = trust.attach_payment_order(demo_db, order=first.order, content=PDF + b"%", name="b.pdf", now=now)
    assert again.id == first.id
    assert again.file_ref != before
    assert len(jobs(demo_db, "alarm_trust")) == 1


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "pp.svg"),
        (b"<html><script>alert(1)</script>", "pp.pdf"),
        (b"GIF89a" + b"\0" * 30, "pp.gif"),
        (b"PK\x05\x06" + b"\0" * 18, "pp.docx"),
        (b"7z\xbc\xaf\x27\x1c" + b"\0" * 30, "pp.7z"),
    ],
)
def test_what_staff_could_not_look_at_safely_is_no_payment_order(demo_db, now, content, name):
    order = ordered(demo_db, now)
    with pytest.raises(trust.PaymentOrderError) as refused:
        trust.attach_payment_order(demo_db, order=order, content=content, name=name, now=now)
    assert refused.value.code == "payment_order_kind"


def test_programs_are_refused_whatever_they_are_called(demo_db, now):
    order = ordered(demo_db, now)
    with pytest.raises(FileRefusedError):
        trust.attach_payment_order(demo_db, order=order, content=b"MZ" + b"\0" * 99, name="pp.pdf", now=now)


def test_no_larger_file_than_ten_megabytes_is_kept(demo_db, now):
    order = ordered(demo_db, now)
    with pytest.raises(InvalidError, match="file_size"):
        trust.attach_payment_order(
            demo_db, order=order, content=PDF + b"\0" * 10 * 2**20, name="pp.pdf", now=now
        )


def test_refused_credit_leaves_an_invoice_for_another_way(demo_db, now):
    give_credit(demo_db, now)
    request = on_credit(demo_db, now, nth=30)
    bill = orders.find_main_bill(request.order)
    assert invoices.find_standing(demo_db, bill=bill, kind="schet") is None
    trust.refuse_trust(demo_db, reference=request.reference, actor=STAFF, reason="Нет", now=now)
    assert invoices.find_standing(demo_db, bill=bill, kind="schet") is not None
    assert request.order.method == "payment_order"
    again = trust.attach_payment_order(demo_db, order=request.order, content=PDF, name="pp.pdf", now=now)
    assert again.kind == "payment_order"


def test_a_granted_payment_order_books_the_session_and_leaves_the_bill_open(demo_db, now):
    request = attached(demo_db, now)
    later = now + timedelta(minutes=20)
    trust.grant_trust(demo_db, reference=request.reference, actor=STAFF, reason="отметка есть", now=later)
    order = orders.get_order(demo_db, reference=request.order.reference)
    bill = orders.find_main_bill(order)
    assert (order.state, order.session.state, bill.state) == ("confirmed", "booked", "open")
    assert order.credit_reason == "payment_order"
    assert order.credit_due_on.isoformat() == "2026-11-26"
    assert bill.due_at == datetime(2026, 11, 26, 20, 59, 59, tzinfo=UTC)
    assert "session_confirmed" in letters(demo_db)
    assert trust.list_waiting(demo_db) == []


def test_money_that_comes_later_covers_the_bill_of_a_trusted_session(demo_db, now):
    request = attached(demo_db, now)
    trust.grant_trust(demo_db, reference=request.reference, actor=STAFF, reason="", now=now)
    bill = orders.find_main_bill(request.order)
    pay_by_bank(demo_db, bill, now=now)
    assert (bill.state, bill.order.state) == ("covered", "confirmed")
    assert letters(demo_db).count("session_confirmed") == 1


def test_a_refusal_says_why_and_gives_time_for_another_way(demo_db, now):
    request = attached(demo_db, now, nth=30)
    later = now + timedelta(minutes=30)
    trust.refuse_trust(
        demo_db, reference=request.reference, actor=STAFF, reason="Нет отметки банка", now=later
    )
    order = request.order
    assert request.state == "refused"
    assert order.state == "awaiting_payment"
    assert sessions.held_until(order.session) == later + timedelta(hours=4)
    assert "trust_refused" in letters(demo_db)
    payments.look_at_lapsed(demo_db, now=later + timedelta(hours=4))
    assert {"session_id": order.session_id} in jobs(demo_db, "expire_hold")
    again = trust.attach_payment_order(demo_db, order=order, content=PDF, name="pp-18.pdf", now=later)
    assert again.id != request.id


def test_whoever_attached_nothing_loses_the_time(demo_db, now):
    order = ordered(demo_db, now, nth=30)
    over = sessions.held_until(order.session)
    assert payments.let_lapse(demo_db, session_id=order.session_id, now=over)
    assert order.state == "expired"
    with pytest.raises(orders.HoldOverError):
        trust.attach_payment_order(demo_db, order=order, content=PDF, name="pp.pdf", now=over)


def test_an_answer_to_what_nobody_waits_for_is_refused(demo_db, now):
    request = attached(demo_db, now)
    orders.give_up(demo_db, order=request.order, actor="customer", now=now)
    with pytest.raises(trust.TrustAnsweredError):
        trust.grant_trust(demo_db, reference=request.reference, actor=STAFF, reason="", now=now)
    assert trust.list_waiting(demo_db) == []
    assert trust.lapse_after(demo_db, session_id=request.order.session_id, now=now)
    assert request.state == "lapsed"
    assert not trust.lapse_after(demo_db, session_id=request.order.session_id, now=now)


def test_staff_are_alarmed_once_after_a_working_hour_and_not_when_they_have_answered(demo_db, now):
    slow, fast = attached(demo_db, now, nth=10), attached(demo_db, now, nth=20, email="b@kedr.example")
    trust.grant_trust(demo_db, reference=fast.reference, actor=STAFF, reason="", now=now)
    later = now + timedelta(hours=1)
    assert trust.alarm_trust(demo_db, reference=slow.reference, now=later)
    assert trust.alarm_trust(demo_db, reference=slow.reference, now=later)
    assert not trust.alarm_trust(demo_db, reference=fast.reference, now=later)
    assert [task.kind for task in tasks.list_open_tasks(demo_db)] == ["trust_waits"]
    assert letters(demo_db).count("payment_needs_attention") == 1
    trust.grant_trust(demo_db, reference=slow.reference, actor=STAFF, reason="", now=later)
    assert tasks.list_open_tasks(demo_db) == []


def test_credit_is_granted_within_its_limit_and_due_after_its_term(demo_db, now):
    give_credit(demo_db, now)
    request = on_credit(demo_db, now)
    assert by_method(demo_db, draft(demo_db, now, nth=3, email="c@kedr.example"), now)["credit"].is_open
    trust.grant_trust(demo_db, reference=request.reference, actor=STAFF, reason="рамочный", now=now)
    order = request.order
    assert (order.state, order.credit_reason) == ("confirmed", "credit")
    starts_on = orders.today_of(order, order.session.starts_at)
    assert order.credit_due_on == starts_on + timedelta(days=14)


def test_open_bills_use_the_credit_up(demo_db, now):
    line = give_credit(demo_db, now)
    first = on_credit(demo_db, now)
    gross = first.order.quote.gross
    second = on_credit(demo_db, now, nth=5, email="b@kedr.example")
    trust.edit_credit_line(
        demo_db, line=line, limit=Money(gross.minor * 3 // 2, "RUB"), term_days=14, actor=STAFF, now=now
    )
    trust.grant_trust(demo_db, reference=first.reference, actor=STAFF, reason="", now=now)
    assert trust.open_with(demo_db, organisation_id=line.organisation_id, currency="RUB") == gross
    with pytest.raises(trust.CreditLimitError):
        trust.grant_trust(demo_db, reference=second.reference, actor=STAFF, reason="", now=now)
    third = draft(demo_db, now, nth=9, email="c@kedr.example")
    assert by_method(demo_db, third, now)["credit"].why == "credit_used_up"
    with pytest.raises(orders.MethodNotOfferedError):
        trust.submit_on_credit(demo_db, order=third, agreement=agreement(demo_db, now), now=now)


def test_a_company_of_ours_or_one_with_credit_gets_no_second_line(demo_db, now):
    give_credit(demo_db, now)
    with pytest.raises(trust.CreditLineError, match="credit_taken"):
        give_credit(demo_db, now)
    own = draft(demo_db, now).seller.organisation
    with pytest.raises(trust.CreditLineError, match="credit_company"):
        trust.add_credit_line(
            demo_db, organisation=own, limit=Money(1, "RUB"), term_days=1, actor=STAFF, now=now
        )


def addendum(db, order, now):
    db.add(
        Bill(
            reference="B-9999-9999", order=order, kind="addendum", state="open", total_minor=100,
            total_currency="RUB", due_at=now, created_at=now,
            lines=[BillLine(position=1, text=Texts(ru="Ещё 30 минут", en="30 minutes more"), net_minor=100,
                            vat_minor=0, gross_minor=100, vat_rate=0)],
        )
    )  # fmt: skip
    db.flush()


def test_an_unpaid_addendum_closes_every_way_for_the_same_person_or_company(demo_db, now):
    request = attached(demo_db, now)
    trust.grant_trust(demo_db, reference=request.reference, actor=STAFF, reason="", now=now)
    addendum(demo_db, request.order, now)
    same_person = draft(demo_db, now, nth=5, payer=orders.Payer("RU"), email="OLGA@kedr.example")
    colleague = draft(demo_db, now, nth=9, email="d@kedr.example")
    stranger = draft(demo_db, now, nth=12, payer=orders.Payer("RU"), email="else@where.example")
    for blocked in (same_person, colleague):
        assert {one.why for one in trust.offers(demo_db, order=blocked, now=now)} == {"unpaid_addendum"}
        with pytest.raises(orders.UnpaidAddendumError):
            orders.submit(demo_db, order=blocked, method="card", agreement=agreement(demo_db, now), now=now)
    assert by_method(demo_db, stranger, now)["card"].is_open


def race(demo, *verbs):
    """Do all of them at once, each in its own transaction; what each gave or raised."""

    def one(verb):
        try:
            with demo.app_sessions.begin() as db:
                return verb(db)
        except Exception as error:  # noqa: BLE001
            return error

    with ThreadPoolExecutor(len(verbs)) as pool:
        return list(pool.map(one, verbs))


def test_two_of_the_staff_answer_at_once_and_one_of_them_is_heard(demo, now):
    for nth in range(0, 12, 3):
        with demo.app_sessions.begin() as db:
            reference = attached(
                db, now, nth=nth, email=f"r{nth}@kedr.example", payer=orders.Payer("RU")
            ).reference
        facts = {"reference": reference, "actor": STAFF, "reason": "нет", "now": now}
        first, second = race(
            demo,
            lambda db, f=facts: trust.grant_trust(db, **f),
            lambda db, f=facts: trust.refuse_trust(db, **f),
        )
        assert [isinstance(one, trust.TrustAnsweredError) for one in (first, second)].count(True) == 1
        with demo.app_sessions() as db:
            request = trust.get_request(db, reference=reference)
            assert (request.state == "granted") == (request.order.state == "confirmed")


def test_granting_against_lapsing_books_or_frees_but_never_both(demo, now):
    for nth in range(0, 12, 3):
        with demo.app_sessions.begin() as db:
            request = attached(db, now, nth=nth + 20, email=f"l{nth}@kedr.example", payer=orders.Payer("RU"))
            reference, session_id = request.reference, request.order.session_id
            over = sessions.held_until(request.order.session)
        just_before = over - timedelta(seconds=1)
        race(
            demo,
            lambda db, r=reference, at=just_before: trust.grant_trust(
                db, reference=r, actor=STAFF, reason="", now=at
            ),
            lambda db, s=session_id, at=over: payments.let_lapse(db, session_id=s, now=at),
        )
        with demo.app_sessions() as db:
            order = trust.get_request(db, reference=reference).order
            assert (order.state, order.session.state) in {("confirmed", "booked"), ("expired", "expired")}


def test_credit_is_not_overdrawn_by_two_at_once(demo, now):
    with demo.app_sessions.begin() as db:
        line = give_credit(db, now)
        asked = [on_credit(db, now, nth=nth, email=f"k{nth}@kedr.example") for nth in (0, 5)]
        gross = asked[0].order.quote.gross.minor
        trust.edit_credit_line(
            db, line=line, limit=Money(gross * 3 // 2, "RUB"), term_days=7, actor=STAFF, now=now
        )
        references = [one.reference for one in asked]
    said = race(
        demo,
        *(
            lambda db, r=r: trust.grant_trust(db, reference=r, actor=STAFF, reason="", now=now)
            for r in references
        ),
    )
    assert [isinstance(one, trust.CreditLimitError) for one in said].count(True) == 1
