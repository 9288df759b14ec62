"""The outbox: queue a mail with what caused it, claim it for delivery, write down the answer.

Delivery has three steps, so that no transaction waits for a mail server: `claim` (commit),
`smtp.hand_over` (no database), `settle` (commit). A worker killed between the last two has the
mail sent again, with the same Message-ID: a doubled letter is better than a lost one.
"""

from __future__ import annotations

import base64
import json
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import select, update

from services.core.db import core_of
from services.core.errors import ConflictError, NotFoundError
from services.core.jobs import defer
from services.core.mail.letter import Letter, one_line
from services.core.mail.models import OutboxMail
from services.core.mail.parts import CalendarPart, FilePart, Recipient
from services.core.mail.rendering import Rendered, render
from services.core.vendor import vendor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.core.mail.smtp import Answer
    from services.core.settings import CoreSettings
    from services.core.texts import Locale

KEEP_BODIES = timedelta(days=30)
PAUSES = tuple(timedelta(minutes=n) for n in (1, 5, 15, 60, 180, 360, 720, 1440, 1440))
_THREAD_LENGTH = 10
_Body: TypeAlias = tuple[Rendered, CalendarPart | None, tuple[FilePart, ...]]


class MailNotFoundError(NotFoundError):
    """No such mail."""


class MailWipedError(ConflictError):
    """The mail's body has been wiped: there is nothing left to send or show."""


def queue(
    db: Session,
    *,
    event: str,
    to: Recipient,
    locale: Locale,
    facts: Mapping[str, object],
    subject_ref: str,
    calendar: CalendarPart | None = None,
    files: Sequence[FilePart] = (),
    thread: str | None = None,
    now: datetime,
) -> OutboxMail:
    """Render the mail of `event` and store it with the job that delivers it.

    All in the current transaction: what is rolled back was never mailed. `facts` are those of
    `events.EVENTS`; `subject_ref` says what it is about ("order:O-…"); mails of one `thread` to
    one reader refer to each other. Raises ValueError on missing or unknown facts.
    """
    core = core_of(db)
    words = render(core, event=event, to=to, locale=locale, vendor=vendor(db), facts=facts)
    mail = OutboxMail(
        reference=secrets.token_hex(16),
        event=event,
        to_name=one_line(to.name),
        to_email=to.email.strip(),
        locale=locale,
        subject=words.subject,
        body_enc=_seal(core, words, calendar, files),
        subject_ref=subject_ref,
        thread=thread,
        queued_at=now,
    )
    db.add(mail)
    db.flush()
    # Nobody can have queued a mail that is made here: no lock.
    defer(db, "deliver_mail", queue="mail", mail_id=mail.id)
    return mail


def claim(db: Session, *, mail_id: int, now: datetime) -> Letter | None:
    """Take a mail for delivery and give its letter; None when it is not to be sent any more."""
    core = core_of(db)
    mail = db.scalar(select(OutboxMail).where(OutboxMail.id == mail_id).with_for_update())
    if mail is None or mail.state not in {"queued", "sending"} or mail.body_enc is None:
        return None
    mail.state = "sending"
    mail.tries += 1
    words, calendar, files = _unseal(core, mail.body_enc)
    return Letter(
        message_id=_message_id(core, mail.reference),
        sender=Recipient(vendor(db).name.of(mail.locale), core.mail_from),
        to=Recipient(mail.to_name, mail.to_email),
        subject=words.subject,
        text=words.text,
        html=words.html,
        calendar=calendar,
        files=files,
        earlier=_earlier(db, core, mail),
        written_at=now,
    )


def settle(db: Session, *, mail_id: int, answer: Answer, now: datetime) -> None:
    """Write down what became of a claimed mail; one that may be tried again is queued again."""
    mail = get_mail(db, mail_id=mail_id)
    mail.answer = answer.text
    if answer.outcome == "sent":
        mail.state, mail.sent_at, mail.wipe_at = "sent", now, now + KEEP_BODIES
    elif answer.outcome == "later" and mail.tries <= len(PAUSES):
        mail.state = "queued"
        _defer(db, mail.id, at=now + PAUSES[mail.tries - 1])
    else:
        mail.state, mail.wipe_at = "failed", now + KEEP_BODIES
        # Whoever wrote it may have counted on its arrival.
        defer(db, "mail_given_up", queue="free", mail_id=mail.id)
    db.flush()


def retry(db: Session, *, mail_id: int) -> OutboxMail:
    """Queue a failed mail again, with a new count of tries; others are left as they are.

    Raises MailNotFoundError, MailWipedError.
    """
    mail = get_mail(db, mail_id=mail_id)
    if mail.body_enc is None:
        raise MailWipedError(mail=mail_id)
    if mail.state == "failed":
        mail.state, mail.tries, mail.wipe_at = "queued", 0, None
        _defer(db, mail.id)
    return mail


def wipe(db: Session, *, now: datetime) -> int:
    """Forget the bodies whose time is over; subject, reader, event and answer stay."""
    wiped = db.execute(
        update(OutboxMail)
        .where(OutboxMail.wipe_at <= now, OutboxMail.body_enc.is_not(None))
        .values(body_enc=None)
        .returning(OutboxMail.id)
    )
    return len(wiped.all())


def get_mail(db: Session, *, mail_id: int) -> OutboxMail:
    """Give a mail by its id; raises MailNotFoundError."""
    mail = db.get(OutboxMail, mail_id)
    if mail is None:
        raise MailNotFoundError(mail=mail_id)
    return mail


def _defer(db: Session, mail_id: int, at: datetime | None = None) -> None:
    defer(db, "deliver_mail", queue="mail", lock=f"deliver_mail:{mail_id}", at=at, mail_id=mail_id)


def _message_id(core: CoreSettings, reference: str) -> str:
    return f"<{reference}@{core.mail_from.rpartition('@')[2]}>"


def _earlier(db: Session, core: CoreSettings, mail: OutboxMail) -> tuple[str, ...]:
    if mail.thread is None:
        return ()
    newest = db.scalars(
        select(OutboxMail.reference)
        .where(
            OutboxMail.thread == mail.thread,
            OutboxMail.to_email == mail.to_email,
            OutboxMail.id < mail.id,
        )
        .order_by(OutboxMail.id.desc())
        .limit(_THREAD_LENGTH)
    )
    return tuple(_message_id(core, reference) for reference in reversed(newest.all()))


def read_body(db: Session, *, mail: OutboxMail) -> tuple[Rendered, CalendarPart | None]:
    """Open a mail's words and its calendar part; raises MailWipedError after the wiping."""
    words, calendar, _files = _opened(db, mail)
    return words, calendar


def read_files(db: Session, *, mail: OutboxMail) -> tuple[FilePart, ...]:
    """Open the files that a mail brings; raises MailWipedError after the wiping."""
    return _opened(db, mail)[2]


def _opened(db: Session, mail: OutboxMail) -> _Body:
    if mail.body_enc is None:
        raise MailWipedError(mail=mail.id)
    return _unseal(core_of(db), mail.body_enc)


def _seal(
    core: CoreSettings, words: Rendered, calendar: CalendarPart | None, files: Sequence[FilePart]
) -> bytes:
    body: dict[str, Any] = {"subject": words.subject, "text": words.text, "html": words.html}
    if calendar is not None:
        ics = base64.b64encode(calendar.ics).decode()
        body["calendar"] = {"method": calendar.method, "ics": ics}
    if files:
        body["files"] = [[one.name, one.media, base64.b64encode(one.content).decode()] for one in files]
    return core.keys.encrypt(json.dumps(body, ensure_ascii=False).encode())


def _unseal(core: CoreSettings, sealed: bytes) -> _Body:
    body = json.loads(core.keys.decrypt(sealed))
    calendar = None
    if "calendar" in body:
        part = body["calendar"]
        calendar = CalendarPart(part["method"], base64.b64decode(part["ics"]))
    files = tuple(
        FilePart(name, media, base64.b64decode(content)) for name, media, content in body.get("files", ())
    )
    return Rendered(body["subject"], body["text"], body["html"]), calendar, files
