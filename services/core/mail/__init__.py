"""Mails: queued with what causes them, delivered by a job, with the server's answer kept."""

from services.core.mail.log import count_mails, list_mails, list_mails_about
from services.core.mail.models import OutboxMail
from services.core.mail.outbox import (
    MailNotFoundError,
    MailWipedError,
    claim,
    get_mail,
    queue,
    read_body,
    read_files,
    retry,
    settle,
    wipe,
)
from services.core.mail.parts import CalendarPart, FilePart, Recipient
from services.core.mail.smtp import OWN_ANSWERS, Answer, hand_over

__all__ = [
    "OWN_ANSWERS",
    "Answer",
    "CalendarPart",
    "FilePart",
    "MailNotFoundError",
    "MailWipedError",
    "OutboxMail",
    "Recipient",
    "claim",
    "count_mails",
    "get_mail",
    "hand_over",
    "list_mails",
    "list_mails_about",
    "queue",
    "read_body",
    "read_files",
    "retry",
    "settle",
    "wipe",
]
