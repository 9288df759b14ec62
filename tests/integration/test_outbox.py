"""The outbox: mails live and die with what causes them, and every answer is written down."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from services.core import mail
from services.core.mail.outbox import KEEP_BODIES, PAUSES
from services.core.vendor import edit_vendor
from tests.mails import FACTS, VENDOR

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.cluster import Database

NOW = datetime(2026, 11, 23, 7, 20, tzinfo=UTC)
OLGA = mail.Recipient("Ольга Смирнова", "olga@kedr.example")


@pytest.fixture(autouse=True)
def _with_vendor(db: Session) -> None:
    edit_vendor(db, profile=VENDOR, actor="system", now=NOW)
    db.commit()


def queue(db: Session, **changes: Any) -> mail.OutboxMail:
    event = changes.pop("event", "session_confirmed")
    facts: dict[str, Any] = {
        "to": OLGA,
        "locale": "ru",
        "facts": FACTS[event],
        "subject_ref": "order:O-7Q4M-2XKD",
        "now": NOW,
        **changes,
    }
    return mail.queue(db, event=event, **facts)


def jobs(db: Session) -> list[Any]:
    rows = db.execute(
        text("SELECT queue_name, task_name, args, scheduled_at FROM procrastinate_jobs ORDER BY id")
    )
    return list(rows)


def answered(db: Session, mail_id: int, answer: mail.Answer, *, now: datetime = NOW) -> mail.OutboxMail:
    assert mail.claim(db, mail_id=mail_id, now=now) is not None
    mail.settle(db, mail_id=mail_id, answer=answer, now=now)
    return mail.get_mail(db, mail_id=mail_id)


def test_a_mail_and_its_job_are_stored_together(db: Session) -> None:
    queued = queue(db)
    assert queued.state == "queued"
    assert queued.subject.startswith("Сеанс подтверждён")
    (job,) = jobs(db)
    assert (job.queue_name, job.task_name, job.args) == ("mail", "deliver_mail", {"mail_id": queued.id})


def test_what_is_rolled_back_was_never_mailed(db: Session) -> None:
    queue(db)
    db.rollback()
    assert db.scalars(select(mail.OutboxMail)).all() == []
    assert jobs(db) == []


def test_the_body_is_unreadable_in_the_database_and_readable_with_the_key(db: Session) -> None:
    queued = queue(db, calendar=mail.CalendarPart("REQUEST", b"BEGIN:VCALENDAR\r\n"))
    assert queued.body_enc is not None
    assert "Разовое".encode() not in queued.body_enc
    words, calendar = mail.read_body(db, mail=queued)
    assert "Разовое подключение" in words.text
    assert calendar == mail.CalendarPart("REQUEST", b"BEGIN:VCALENDAR\r\n")


def test_a_claimed_mail_is_a_whole_letter(db: Session, database: Database) -> None:
    queued = queue(db)
    letter = mail.claim(db, mail_id=queued.id, now=NOW)
    assert letter is not None
    assert queued.state == "sending"
    assert letter.sender == mail.Recipient(VENDOR.name.ru, database.core.mail_from)
    assert letter.to == OLGA
    assert letter.message_id == f"<{queued.reference}@priyom.example>"
    assert letter.earlier == ()


def test_an_accepted_mail_is_not_claimed_again(db: Session) -> None:
    queued = queue(db)
    sent = answered(db, queued.id, mail.Answer("sent", "250 OK"))
    assert (sent.state, sent.answer, sent.sent_at) == ("sent", "250 OK", NOW)
    assert mail.claim(db, mail_id=queued.id, now=NOW) is None
    assert mail.claim(db, mail_id=0, now=NOW) is None


def test_a_worker_that_died_after_claiming_leaves_the_mail_to_the_next(db: Session) -> None:
    queued = queue(db)
    first = mail.claim(db, mail_id=queued.id, now=NOW)
    again = mail.claim(db, mail_id=queued.id, now=NOW)
    assert first is not None
    assert again is not None
    assert first.message_id == again.message_id


def test_a_refused_mail_has_failed_and_may_be_queued_again_by_hand(db: Session) -> None:
    queued = queue(db)
    refused = answered(db, queued.id, mail.Answer("refused", "550 no such user"))
    assert (refused.state, refused.answer) == ("failed", "550 no such user")
    assert mail.claim(db, mail_id=queued.id, now=NOW) is None
    assert mail.retry(db, mail_id=queued.id).state == "queued"
    assert answered(db, queued.id, mail.Answer("sent", "250 OK")).state == "sent"
    assert mail.retry(db, mail_id=queued.id).state == "sent"


def test_a_mail_is_tried_again_later_and_later_and_at_last_fails(db: Session) -> None:
    queued = queue(db)
    states = [
        answered(db, queued.id, mail.Answer("later", "connection refused")).state
        for _ in range(len(PAUSES) + 1)
    ]
    assert states == ["queued"] * len(PAUSES) + ["failed"]


def test_the_next_try_waits_for_its_pause(db: Session) -> None:
    queued = queue(db)
    db.execute(text("UPDATE procrastinate_jobs SET status = 'doing'"))
    answered(db, queued.id, mail.Answer("later", "421 busy"))
    assert jobs(db)[-1].scheduled_at == NOW + PAUSES[0]


def test_mails_of_one_thread_to_one_reader_refer_to_each_other(db: Session) -> None:
    first = queue(db, thread="session:S-1")
    queue(db, thread="session:S-1", to=mail.Recipient("Andrey", "andrey@priyom.example"))
    queue(db, thread="session:S-2")
    queue(db)
    last = queue(db, event="session_cancelled", thread="session:S-1")
    letter = mail.claim(db, mail_id=last.id, now=NOW)
    assert letter is not None
    assert letter.earlier == (f"<{first.reference}@priyom.example>",)


def test_bodies_are_wiped_thirty_days_after_delivery_and_the_rest_stays(db: Session) -> None:
    queued = queue(db)
    waiting = queue(db)
    answered(db, queued.id, mail.Answer("sent", "250 OK"))
    assert mail.wipe(db, now=NOW + KEEP_BODIES - timedelta(seconds=1)) == 0
    assert mail.wipe(db, now=NOW + KEEP_BODIES) == 1
    db.expire_all()
    kept = mail.get_mail(db, mail_id=queued.id)
    assert kept.body_enc is None
    assert kept.subject.startswith("Сеанс")
    assert (kept.to_email, kept.event, kept.answer) == (OLGA.email, "session_confirmed", "250 OK")
    with pytest.raises(mail.MailWipedError):
        mail.read_body(db, mail=kept)
    assert mail.get_mail(db, mail_id=waiting.id).body_enc is not None


def test_a_name_can_not_smuggle_lines_into_the_mail_log(db: Session) -> None:
    queued = queue(db, to=mail.Recipient("Olga\r\nBcc: all@x.example", " olga@kedr.example "))
    assert queued.to_name == "Olga Bcc: all@x.example"
    assert queued.to_email == "olga@kedr.example"


def test_the_free_flow_may_queue_mails_and_read_none(db: Session, database: Database) -> None:
    with database.free_sessions() as free:
        queued = queue(free, event="sla_enquiry_receipt")
        assert queued.id
        with pytest.raises(ProgrammingError, match="permission denied"):
            free.execute(text("SELECT subject FROM core.outbox"))
        free.rollback()
        queue(free, event="sla_enquiry_receipt")
        free.commit()
    assert [row.event for row in mail.list_mails(db, limit=10)] == ["sla_enquiry_receipt"]
    assert mail.count_mails(db) == 1
    assert len(mail.list_mails_about(db, subject_ref="order:O-7Q4M-2XKD")) == 1
