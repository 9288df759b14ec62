"""Mails: queued with what causes them, delivered by a job, with the server's answer kept."""

from services.core.mail.models import OutboxMail
from services.core.mail.outbox import (
    MailNotFoundError,
    MailWipedError,
    claim,
    get_mail,
    queue,
    read_body,
    retry,
    settle,
    wipe,
)
from services.core.mail.parts import CalendarPart, Recipient
from services.core.mail.smtp import Answer, hand_over

__all__ = [
    "Answer",
    "CalendarPart",
    "MailNotFoundError",
    "MailWipedError",
    "OutboxMail",
    "Recipient",
    "claim",
    "get_mail",
    "hand_over",
    "queue",
    "read_body",
    "retry",
    "settle",
    "wipe",
]
