"""The mails of a request that nobody writes: receipts, reminders, the notice of its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from services.core import mail
from services.core.db import core_of
from services.core.links import secret_link
from services.core.vendor import vendor
from services.support.requests.clocks import clock_faces
from services.support.requests.queries import list_messages

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.core.mail import OutboxMail
    from services.support.requests.models import Request
    from services.support.terms import Terms

_BY_STAFF: Final = frozenset({"call", "session"})


def thread_of(request: Request) -> str:
    """The thread that all mails of a request stand in."""
    return f"request:{request.number}"


def facts_of(db: Session, request: Request) -> dict[str, object]:
    """What every mail of a request says: number, subject, product, and the link to its page."""
    return {
        "number": request.number,
        "subject": request.subject,
        "product": request.product.name,
        "url": secret_link(core_of(db), "r", request.reference, request.link_version),
    }


def send(db: Session, *, request: Request, event: str, facts: dict[str, object], now: datetime) -> OutboxMail:
    """Queue a mail to the author in his language."""
    return mail.queue(
        db,
        event=event,
        to=mail.Recipient(request.author.name, request.author.email),
        locale="en" if request.author.locale == "en" else "ru",
        facts=facts_of(db, request) | facts,
        subject_ref=f"request:{request.number}",
        thread=thread_of(request),
        now=now,
    )


def send_receipt(
    db: Session,
    *,
    request: Request,
    terms: Terms,
    missing: Sequence[dict[str, str]],
    now: datetime,
) -> OutboxMail:
    """Say at once that it is here: its number, the deadlines of the regulation, what is missing."""
    names = {item.code: item.name for item in terms.items}
    given = next(one for one in terms.classes.classes if one.code == request.class_code)
    response, resolution = clock_faces(db, request=request, now=now)
    facts: dict[str, object] = {
        "class_name": given.name,
        "response_minutes": given.response_minutes,
        "resolution_minutes": given.resolution_minutes,
        "response_due_at": response.due_at,
        "resolution_due_at": resolution.due_at,
        "zone": request.author.zone,
        "vendor_zone": vendor(db).zone,
        "missing": [(names[one["code"]], one["detail"]) for one in missing],
        "cannot_collect": request.cannot_collect,
        "source": request.source,
        "said": list_messages(db, request=request)[0].body if request.source in _BY_STAFF else "",
    }
    return send(db, request=request, event="support_receipt", facts=facts, now=now)
