"""A question about money reaches the vendor's mailbox once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing import tasks
from services.core import mail
from services.core.vendor import vendor

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def test_a_new_question_is_mailed_and_the_same_again_is_not(demo_db: Session, now: datetime) -> None:
    before = mail.count_mails(demo_db)
    for _ in range(2):
        tasks.open_task(
            demo_db,
            kind="payment_differs",
            subject="order:O-7Q4M-2XKD",
            facts={"payment": "P-7Q4M-2XKD", "minor": 549000, "currency": "RUB"},
            now=now,
        )
    assert mail.count_mails(demo_db) == before + 1
    (sent,) = mail.list_mails_about(demo_db, subject_ref="order:O-7Q4M-2XKD")
    assert sent.event == "payment_needs_attention"
    assert sent.to_email == vendor(demo_db).support_email
    words, _part = mail.read_body(demo_db, mail=sent)
    for fact in ("O-7Q4M-2XKD", "5\u00a0490,00\u00a0₽", "/staff/tasks/"):
        assert fact in words.text


def test_a_question_without_an_order_or_a_sum_is_mailed_as_well(demo_db: Session, now: datetime) -> None:
    tasks.open_task(demo_db, kind="unknown_object", subject="provider:pi_1", facts={}, now=now)
    (sent,) = mail.list_mails_about(demo_db, subject_ref="provider:pi_1")
    words, _part = mail.read_body(demo_db, mail=sent)
    assert "неизвестно" in words.text
    assert "None" not in words.text
