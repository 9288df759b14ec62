"""Orders under pressure: old forms sent again after the order has moved on."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from billing import orders
from billing.orders.errors import HoldOverError
from billing.orders.models import Order
from billing.payments.models import Attempt
from billing.settings import BillingSettings, ProviderSettings
from services.core import mail
from tests.web.test_ordering_pages import chosen, filled


@pytest.fixture
def billing_settings():
    """A provider that nobody can reach: paying is only begun here."""
    provider = ProviderSettings("sk_test_x", ("whsec_x",), livemode=False, api_base="http://127.0.0.1:9")
    return BillingSettings(provider=provider)


@pytest.fixture
def submitted(visitor):
    """The address of an order that was just made binding, and the token of its forms."""
    page = filled(visitor, chosen(visitor))
    token = str(page.one("main form[method=post] [name=csrf_token]")["value"])
    consents = {"offer": "y", "consent_services": "y", "method": "card"}
    versions = {f"{kind}_version": page.one(f"[name={kind}_version]")["value"] for kind in orders.CONSENTS}
    answer = visitor.client.post(page.path, data={"csrf_token": token, **consents, **versions})
    assert answer.status_code == 307
    return page.path.removesuffix("/review"), token


def dear_start(visitor):
    page = visitor.get("/book/remote-session")
    return next(str(t["value"]) for t in page.all("input[name=start]") if "×" in t["aria-label"])


def test_the_link_in_the_letter_leads_to_the_payment_and_nobody_elsewhere(visitor, submitted, visit, demo):
    order_path, _token = submitted
    with demo.app_sessions() as db:
        (letter,) = mail.list_mails_about(db, subject_ref=f"order:{order_path.split('/')[2]}")
        words, _part = mail.read_body(db, mail=letter)
    link = next(line for line in words.text.splitlines() if line.startswith("http"))
    assert urlsplit(link).path == order_path
    assert visit("en").get(order_path).path == f"{order_path}/pay"
    visit().get(order_path[:-1], status=404)


def test_a_bill_is_given_up_with_its_time_and_only_its_holder_can(visitor, submitted, demo):
    order_path, token = submitted
    assert visitor.client.post(f"{order_path[:-1]}/give-up", data={"csrf_token": token}).status_code == 404
    answer = visitor.client.post(f"{order_path}/give-up", data={"csrf_token": token})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/services/remote-session")
    with demo.app_sessions() as db:
        order = db.scalars(select(Order)).all()[-1]
        assert (order.state, order.session.state) == ("cancelled", "cancelled")
        assert [bill.state for bill in order.bills] == ["void"]
    again = visitor.client.post(f"{order_path}/give-up", data={"csrf_token": token})
    page = visitor.get(again.headers["Location"])
    assert "Деньги не списаны" in page.text
    assert "возврата нет" not in page.text
    assert "не оплачено" not in page.text


def test_a_time_is_not_let_go_while_nobody_knows_whether_it_was_paid(visitor, submitted, demo):
    order_path, token = submitted
    visitor.client.post(f"{order_path}/pay", data={"csrf_token": token})
    answer = visitor.client.post(f"{order_path}/give-up", data={"csrf_token": token})
    assert (answer.status_code, answer.headers["Location"]) == (303, order_path)
    assert "Страница оплаты сейчас недоступна" in visitor.get(order_path).text
    with demo.app_sessions() as db:
        assert db.scalars(select(Order)).all()[-1].state == "awaiting_payment"


def test_a_dearer_time_cannot_be_taken_once_the_bill_is_made(visitor, submitted, demo):
    order_path, token = submitted
    with demo.app_sessions() as db:
        before = db.scalars(select(Order)).all()[-1]
        agreed, start = before.quote.gross, before.session.starts_at
    fields = {"csrf_token": token, "start": dear_start(visitor)}
    answer = visitor.client.post(f"{order_path}/time", data=fields)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{order_path}/pay")
    assert visitor.client.get(f"{order_path}/time").status_code == 303
    with demo.app_sessions() as db:
        after = db.scalars(select(Order)).all()[-1]
        assert (after.quote.gross, after.session.starts_at) == (agreed, start)
        assert orders.find_main_bill(after).total == agreed


def test_no_verb_changes_what_was_agreed_after_it_was_agreed(visitor, submitted, demo, now):
    start = dear_start(visitor)
    with demo.app_sessions() as db:
        order = db.scalars(select(Order)).all()[-1]
        with pytest.raises(HoldOverError):
            orders.change_time(db, order=order, start_at=datetime.fromisoformat(start), now=now)
        with pytest.raises(HoldOverError):
            orders.fill_in(
                db,
                order=order,
                contact=orders.Contact("Другой", "other@customer.example"),
                payer=orders.Payer("DE"),
                trouble=orders.Trouble("nothing_works"),
                now=now,
            )


def test_an_order_that_waits_for_a_person_is_neither_paid_again_nor_given_up(visitor, submitted, demo):
    order_path, token = submitted
    with demo.app_sessions.begin() as db:
        order = db.scalars(select(Order)).all()[-1]
        orders.need_attention(db, order=order, reason="payment_differs", now=order.created_at)
    answers = [
        visitor.client.get(f"{order_path}/pay"),
        visitor.client.post(f"{order_path}/pay", data={"csrf_token": token}),
        visitor.client.post(f"{order_path}/give-up", data={"csrf_token": token}),
    ]
    assert [answer.status_code for answer in answers] == [409, 409, 409]
    with demo.app_sessions() as db:
        assert db.scalars(select(Order)).all()[-1].state == "awaiting_payment"
        assert db.scalars(select(Attempt)).all() == []
