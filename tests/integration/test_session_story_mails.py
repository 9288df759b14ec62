"""The mails of one story: ordered, paid, cancelled, money back; one mail for each fact."""

from __future__ import annotations

from typing import Any

import pytest

from billing import orders
from services import calendars
from services.core import mail


@pytest.fixture
def story(shop: Any) -> str:
    """The reference of an order that was paid, cancelled and paid back; all steps taken twice."""
    reference: str = shop.place(nth=30)
    shop.pay(reference)
    shop.sync(reference)
    shop.sync(reference)
    shop.later(hours=1)
    shop.cancel(reference)
    shop.submit_refunds()
    shop.submit_refunds()
    return reference


def mails_about(db: Any, subject_ref: str) -> list[Any]:
    return list(mail.list_mails_about(db, subject_ref=subject_ref))


def told(db: Any, letter: Any) -> calendars.Explained:
    _words, part = mail.read_body(db, mail=letter)
    assert part is not None
    return calendars.explain(part.ics)


def test_the_customer_gets_one_mail_for_each_fact(shop: Any, story: str) -> None:
    with shop.sessions() as db:
        letters = mails_about(db, f"order:{story}")
        assert [letter.event for letter in letters] == [
            "order_link",
            "session_confirmed",
            "session_cancelled",
            "refund_sent",
        ]
        assert {letter.to_email for letter in letters} == {orders.get_order(db, reference=story).person.email}
        assert len({letter.thread for letter in letters}) == 1
        letter = mail.claim(db, mail_id=letters[-1].id, now=shop.now)
        assert letter is not None
        assert len(letter.earlier) == 3


def test_the_invitation_of_the_customer_is_withdrawn_under_its_own_key(shop: Any, story: str) -> None:
    with shop.sessions() as db:
        by_event = {letter.event: letter for letter in mails_about(db, f"order:{story}")}
        invited, withdrawn = (
            told(db, by_event[event]) for event in ("session_confirmed", "session_cancelled")
        )
        session = orders.get_order(db, reference=story).session
        assert (invited.method, invited.sequence) == ("REQUEST", 0)
        assert (withdrawn.method, withdrawn.sequence) == ("CANCEL", 1)
        assert invited.uid == withdrawn.uid
        assert (invited.starts_at, invited.ends_at) == (session.starts_at, session.ends_at)
        assert invited.attendee == withdrawn.attendee == by_event["session_confirmed"].to_email
        assert by_event["order_link"].body_enc is not None
        words, part = mail.read_body(db, mail=by_event["order_link"])
        assert part is None
        assert f"/o/{story}/" in words.text


def test_the_specialist_gets_an_invitation_of_his_own_and_its_withdrawal(shop: Any, story: str) -> None:
    with shop.sessions() as db:
        session = orders.get_order(db, reference=story).session
        letters = mails_about(db, f"session:{session.reference}")
        assert [letter.event for letter in letters] == [
            "specialist_session_booked",
            "specialist_session_cancelled",
        ]
        customer = orders.get_order(db, reference=story).person.email
        for letter, method in zip(letters, ("REQUEST", "CANCEL"), strict=True):
            _words, part = mail.read_body(db, mail=letter)
            assert part is not None
            assert customer.encode() not in part.ics.replace(b"\r\n ", b"")
            said = calendars.explain(part.ics)
            assert (said.method, said.attendee) == (method, letter.to_email)


def test_the_confirmation_of_a_near_session_names_no_limit_that_has_passed(shop: Any) -> None:
    reference = shop.place()
    shop.pay(reference)
    shop.sync(reference)
    with shop.sessions() as db:
        order = orders.get_order(db, reference=reference)
        (letter,) = (one for one in mails_about(db, f"order:{reference}") if one.event == "session_confirmed")
        words, _part = mail.read_body(db, mail=letter)
        ahead = orders.steps_ahead(order, now=shop.now)
        assert len(ahead) < len(orders.steps_of(order))
        assert words.text.count("верн") == len(ahead)
