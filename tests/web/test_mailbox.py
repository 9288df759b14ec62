"""The demonstration's mailbox shows what would have been sent, and exists in no other place."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from billing.settings import BillingSettings
from services import calendars
from services.core import mail
from tests.mails import END, FACTS, PAGE, START
from webapp.app import create_app
from webapp.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tests.cluster import Database
    from tests.pages import Visitor

OLGA = mail.Recipient("Ольга Смирнова", "olga@kedr.example")
REF = "S-7Q4M-2XKD"


def invite(db: Session, *, now: datetime) -> mail.CalendarPart:
    return calendars.invite(
        db,
        session_ref=REF,
        attendee=calendars.Attendee(OLGA.name, OLGA.email),
        starts_at=START,
        ends_at=END,
        summary="Разовое подключение",
        url=PAGE,
        now=now,
    )


def queue(db: Session, *, event: str = "session_confirmed", **changes: Any) -> mail.OutboxMail:
    given: dict[str, Any] = {"to": OLGA, "locale": "ru", "subject_ref": f"session:{REF}", **changes}
    return mail.queue(db, event=event, facts=FACTS[event], **given)


@pytest.fixture
def confirmed(demo_db: Session, now: datetime) -> mail.OutboxMail:
    queued = queue(demo_db, calendar=invite(demo_db, now=now), now=now)
    demo_db.commit()
    return queued


def test_the_list_leads_to_the_newest_letter(visitor: Visitor, confirmed: mail.OutboxMail) -> None:
    page = visitor.get("/mailbox")
    assert page.all("tbody tr a")[0]["href"] == f"/mailbox/{confirmed.id}"
    letter = visitor.get(page.link("Сеанс подтверждён: чт, 26 ноября, 14:00"))
    assert letter.title.startswith("Сеанс подтверждён")
    assert "olga@kedr.example" in letter.text
    assert "Сеанс оплачен, ждём вас в четверг" in letter.one("pre").get_text().replace("\u00a0", " ")


@pytest.mark.parametrize(("language", "words"), [("ru", "Добавляет сеанс"), ("en", "Puts the session")])
def test_the_invitation_is_explained_in_both_zones(
    visit: Callable[..., Visitor], confirmed: mail.OutboxMail, language: str, words: str
) -> None:
    visitor = visit(language)
    visitor.client.set_cookie("zone", "Asia/Krasnoyarsk")
    text = visitor.get(f"/mailbox/{confirmed.id}").text
    assert words in text
    assert "REQUEST, CONFIRMED" in text
    assert "14:00–15:00" in text
    assert "10:00–11:00" in text


def test_a_withdrawn_invitation_says_so(visitor: Visitor, demo_db: Session, now: datetime) -> None:
    invite(demo_db, now=now)
    part = calendars.cancel(demo_db, session_ref=REF, now=now)
    sent = queue(demo_db, event="session_cancelled", calendar=part, now=now)
    demo_db.commit()
    text = visitor.get(f"/mailbox/{sent.id}").text
    assert "Убирает запись" in text
    assert "CANCEL, CANCELLED" in text


def test_the_invitation_can_be_downloaded_as_it_was_sent(
    visitor: Visitor, confirmed: mail.OutboxMail, demo_db: Session
) -> None:
    answer = visitor.get(f"/mailbox/{confirmed.id}/invite.ics").response
    _words, part = mail.read_body(demo_db, mail=confirmed)
    assert part is not None
    assert answer.data == part.ics
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8; method=REQUEST"
    assert "invite.ics" in answer.headers["Content-Disposition"]


def test_the_html_of_a_letter_stands_in_a_frame_that_may_do_nothing(
    visitor: Visitor, confirmed: mail.OutboxMail
) -> None:
    frame = visitor.get(f"/mailbox/{confirmed.id}").one("iframe")
    assert "allow-scripts" not in str(frame["sandbox"])
    assert "allow-same-origin" not in str(frame["sandbox"])
    visitor.checks = False
    answer = visitor.get(str(frame["src"])).response
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert '<base target="_top">' in answer.text


def test_a_letter_without_an_invitation_offers_none(
    visitor: Visitor, demo_db: Session, now: datetime
) -> None:
    plain = queue(demo_db, event="refund_sent", now=now)
    demo_db.commit()
    assert not visitor.get(f"/mailbox/{plain.id}").all("aside.sheet")
    visitor.get(f"/mailbox/{plain.id}/invite.ics", status=404)


def test_a_wiped_letter_says_that_it_is_wiped(
    visitor: Visitor, demo_db: Session, now: datetime, confirmed: mail.OutboxMail
) -> None:
    demo_db.get_one(mail.OutboxMail, confirmed.id).body_enc = None
    demo_db.commit()
    assert "удалён" in visitor.get(f"/mailbox/{confirmed.id}").text
    visitor.get(f"/mailbox/{confirmed.id}/html", status=409)


@pytest.mark.parametrize("path", ["/mailbox/999999", "/mailbox/999999/html", "/mailbox/abc"])
def test_there_is_no_such_letter(visitor: Visitor, path: str) -> None:
    visitor.get(path, status=404)


@pytest.mark.parametrize("page", ["0", "-3", "9999", "x"])
def test_any_page_of_the_list_can_be_asked_for(visitor: Visitor, page: str) -> None:
    visitor.get(f"/mailbox?page={page}")


def test_secret_links_in_letters_stay_out_of_referrers_and_search(
    visitor: Visitor, confirmed: mail.OutboxMail
) -> None:
    for path in ("/mailbox", f"/mailbox/{confirmed.id}"):
        headers = visitor.get(path).response.headers
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in headers["X-Robots-Tag"]


def test_production_has_no_mailbox(demo: Database, confirmed: mail.OutboxMail) -> None:
    core = replace(demo.core, environment="production", public_url="https://priyom.example")
    production = create_app(Settings(core=core, billing=BillingSettings(), database_url=demo.url))
    client = production.test_client()
    assert client.get("/mailbox").status_code == 404
    assert client.get(f"/mailbox/{confirmed.id}").status_code == 404
    production.extensions["priyom.database"].engine.dispose()
