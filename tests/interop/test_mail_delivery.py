"""Mails over the wire: a real SMTP server on loopback takes them, refuses them, is away."""

from __future__ import annotations

import email
from dataclasses import replace
from datetime import UTC, datetime
from email.header import decode_header, make_header
from typing import TYPE_CHECKING, Any

import pytest

from services import calendars
from services.core import mail
from services.core.mail.smtp import KEPT, NO_SERVER
from services.core.vendor import edit_vendor
from tests.fakes.mail_server import free_port
from tests.mails import END, FACTS, PAGE, START, VENDOR

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as Db

    from services.core.settings import CoreSettings
    from tests.cluster import Database
    from tests.fakes.mail_server import Box

NOW = datetime(2026, 11, 23, 7, 20, tzinfo=UTC)
OLGA = mail.Recipient("Ольга Смирнова", "olga@kedr.example")


@pytest.fixture
def core(database: Database, smtp_server: str) -> CoreSettings:
    return replace(database.core, smtp_url=smtp_server)


def deliver(db: Db, core: CoreSettings, *, calendar: bool = True, **changes: Any) -> mail.OutboxMail:
    """Queue a confirmation, commit, and take the three steps of its delivery."""
    edit_vendor(db, profile=VENDOR, actor="system", now=NOW)
    part = None
    if calendar:
        part = calendars.invite(
            db,
            session_ref="S-7Q4M-2XKD",
            attendee=calendars.Attendee(OLGA.name, OLGA.email),
            starts_at=START,
            ends_at=END,
            summary="Разовое подключение",
            url=PAGE,
            now=NOW,
        )
    queued = mail.queue(
        db,
        event="session_confirmed",
        to=changes.get("to", OLGA),
        locale="ru",
        facts=FACTS["session_confirmed"],
        subject_ref="order:O-7Q4M-2XKD",
        calendar=part,
        now=NOW,
    )
    db.commit()
    letter = mail.claim(db, mail_id=queued.id, now=NOW)
    db.commit()
    assert letter is not None
    mail.settle(db, mail_id=queued.id, answer=mail.hand_over(core, letter), now=NOW)
    db.commit()
    return mail.get_mail(db, mail_id=queued.id)


def test_the_invitation_arrives_whole(db: Db, core: CoreSettings, box: Box) -> None:
    sent = deliver(db, core)
    assert (sent.state, sent.answer) == ("sent", "250 2.0.0 taken as 42")
    (envelope,) = box.taken
    assert envelope.mail_from == core.mail_from
    assert envelope.rcpt_tos == [OLGA.email]
    raw = envelope.content
    assert isinstance(raw, bytes)
    assert b"\n" not in raw.replace(b"\r\n", b"")
    message = email.message_from_bytes(raw)
    assert str(make_header(decode_header(message["Subject"]))) == sent.subject
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    parts = {part.get_content_type(): part for part in message.walk()}
    inline = parts["text/calendar"].get_payload(decode=True)
    assert inline == parts["application/ics"].get_payload(decode=True)
    assert isinstance(inline, bytes)
    told = calendars.explain(inline)
    assert (told.starts_at, told.ends_at) == (START, END)
    assert told.attendee == OLGA.email
    assert told.organizer == core.mail_from
    assert core.mail_from in message["From"]
    assert message["Message-ID"] == f"<{sent.reference}@priyom.example>"
    plain = parts["text/plain"].get_payload(decode=True)
    assert isinstance(plain, bytes)
    assert "Сеанс оплачен" in plain.decode()


def test_a_refused_reader_is_written_down_with_the_servers_words(
    db: Db, core: CoreSettings, box: Box
) -> None:
    box.says_to[OLGA.email] = "550 5.1.1 no such mailbox here"
    failed = deliver(db, core)
    assert (failed.state, failed.answer) == ("failed", "550 5.1.1 no such mailbox here")
    assert box.taken == []


@pytest.mark.parametrize("answer", ["451 4.7.1 greylisted, come back", "452 4.2.2 full"])
def test_a_server_that_asks_to_come_back_is_asked_again(
    db: Db, core: CoreSettings, box: Box, answer: str
) -> None:
    box.says_to[OLGA.email] = answer
    waiting = deliver(db, core)
    assert (waiting.state, waiting.answer, waiting.tries) == ("queued", answer, 1)


def test_a_letter_refused_after_its_data_has_failed(db: Db, core: CoreSettings, box: Box) -> None:
    box.says_to_data = "554 5.7.1 looks like spam"
    assert deliver(db, core).answer == "554 5.7.1 looks like spam"


def test_a_server_that_is_away_is_tried_again(db: Db, database: Database) -> None:
    away = replace(database.core, smtp_url=f"smtp://127.0.0.1:{free_port()}")
    waiting = deliver(db, away)
    assert waiting.state == "queued"
    assert waiting.answer is not None
    assert "ConnectionRefusedError" in waiting.answer


def test_a_demonstration_writes_to_nobody_real(db: Db, core: CoreSettings, box: Box) -> None:
    kept = deliver(db, core, calendar=False, to=mail.Recipient("Ольга", "olga@kedr.ru"))
    assert (kept.state, kept.answer) == ("sent", KEPT)
    kept = deliver(db, core, calendar=False, to=mail.Recipient("Ольга", "olga@example.com"))
    assert (kept.state, kept.answer) == ("sent", KEPT)
    kept = deliver(db, core, calendar=False, to=mail.Recipient("Ольга", "olga@notexample"))
    assert (kept.state, kept.answer) == ("sent", KEPT)
    assert box.taken == []


def test_a_demonstration_without_a_server_keeps_all_mail(db: Db, database: Database) -> None:
    kept = deliver(db, database.core)
    assert (kept.state, kept.answer) == ("sent", KEPT)


def test_production_writes_to_everybody_and_waits_for_its_server(
    db: Db, core: CoreSettings, box: Box
) -> None:
    production = replace(core, environment="production")
    assert deliver(db, production, to=mail.Recipient("Ольга", "olga@kedr.ru")).state == "sent"
    assert len(box.taken) == 1
    waiting = deliver(db, replace(production, smtp_url=None))
    assert (waiting.state, waiting.answer) == ("queued", NO_SERVER)


def test_an_address_no_server_can_read_is_refused_before_speaking(
    db: Db, core: CoreSettings, box: Box
) -> None:
    failed = deliver(db, core, calendar=False, to=mail.Recipient("Ольга", "ольга@kedr.example"))
    assert failed.state == "failed"
    assert box.taken == []


def test_a_domain_in_cyrillic_is_written_as_the_net_writes_it(db: Db, core: CoreSettings, box: Box) -> None:
    assert deliver(db, core, calendar=False, to=mail.Recipient("", "info@кедр.example")).state == "sent"
    assert box.taken[0].rcpt_tos == ["info@xn--d1abo0a.example"]


def test_a_password_is_never_said_to_a_server_without_encryption(db: Db, core: CoreSettings) -> None:
    assert core.smtp_url is not None
    # Another way to write this machine, which does not count as this machine.
    elsewhere = core.smtp_url.replace("//127.0.0.1", "//user:pass%20word@127.1")
    secret = replace(core, smtp_url=elsewhere)
    waiting = deliver(db, secret)
    assert waiting.state == "queued"
    assert waiting.answer is not None
    assert "no encryption" in waiting.answer
