"""Filing a request: from the contact person at once, from a colleague of his through him."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from services.core import files
from services.core.audit import record
from services.support import requests
from services.support.contacts import letters
from services.support.contacts.designating import propose_contact
from services.support.contacts.errors import AnsweredAlreadyError
from services.support.contacts.models import Forwarding
from services.support.contacts.queries import count_mailed, find_contact

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.core.files import Upload
    from services.people.models import Person
    from services.support.contacts.models import DesignatedContact
    from services.support.requests import Asked
    from services.support.requests.models import Request

MOST_MAILS_A_DAY: Final = 20
MOST_MAILS_OF_ONE: Final = 4
"""Of all, and of one author's address: nobody can fill the contact person's mailbox, and one stranger
can't use up his colleagues' share. Beyond, requests wait on his page."""


def file(
    db: Session,
    *,
    asked: Asked,
    uploads: Sequence[Upload] = (),
    actor: str = "customer",
    now: datetime,
) -> Request:
    """Write the request down with its files; receive it, or hold it for the company's contact person.

    Held is what somebody else writes for a company whose contact person staff have confirmed; nobody
    else's word diverts a request. A company that has none gets its author proposed.
    """
    request = requests.write_down(db, asked=asked, actor=actor, now=now)
    first = requests.list_messages(db, request=request)[0]
    for upload in uploads:
        files.claim(db, upload=upload, subject_ref=first.subject_ref, now=now)
    company = asked.organisation
    contact = find_contact(db, organisation_id=company.id, lock=True) if company is not None else None
    if contact is not None and contact.state == "confirmed" and not is_same(contact.person, asked.author):
        _forward(db, request, contact, now)
        return request
    if company is not None and contact is None:
        propose_contact(db, organisation=company, person=asked.author, now=now)
    return requests.receive(db, request=request, ask_missing=_is_unchecked(request), now=now)


def send_on(db: Session, *, forwarding: Forwarding, now: datetime) -> Request:
    """The contact person sends it on: it is received now. Raises AnsweredAlreadyError."""
    request = _answered(db, forwarding, "sent_on", now)
    return requests.receive(db, request=request, ask_missing=_is_unchecked(request), now=now)


def drop(db: Session, *, forwarding: Forwarding, now: datetime) -> Request:
    """He doesn't: it is kept, and its author is told. Raises AnsweredAlreadyError."""
    request = _answered(db, forwarding, "dropped", now)
    requests.drop(db, request=request, actor="customer", now=now)
    letters.tell_dropped(db, forwarding=forwarding, now=now)
    return request


def is_same(one: Person, other: Person) -> bool:
    """Whether two entries of people are one person: the address decides, whatever its capitals."""
    return one.email.strip().casefold() == other.email.strip().casefold()


def _forward(db: Session, request: Request, contact: DesignatedContact, now: datetime) -> None:
    forwarding = Forwarding(request_id=request.id, contact_id=contact.id, sent_at=now, link_version=1)
    forwarding.request, forwarding.contact = request, contact
    db.add(forwarding)
    letters.tell_kept(db, forwarding=forwarding, now=now)
    if _has_room(db, request, contact, now - timedelta(days=1)):
        forwarding.mailed_at = now
        letters.ask_contact(db, forwarding=forwarding, now=now)
    db.flush()
    subject = f"request:{request.reference}"
    record(
        db, actor="system", verb="request.forward", subject=subject, after={"to": contact.reference}, now=now
    )


def _has_room(db: Session, request: Request, contact: DesignatedContact, since: datetime) -> bool:
    """Whether another mail may go to the contact person, whose row is locked."""
    his = count_mailed(db, contact_id=contact.id, since=since, author=request.author.email)
    return his < MOST_MAILS_OF_ONE and count_mailed(db, contact_id=contact.id, since=since) < MOST_MAILS_A_DAY


def _is_unchecked(request: Request) -> bool:
    """Whether no form has asked for what is demanded: of a letter the system does."""
    return request.source == "mail"


def _answered(db: Session, forwarding: Forwarding, answer: str, now: datetime) -> Request:
    db.refresh(forwarding, with_for_update=True)
    if forwarding.answer is not None:
        raise AnsweredAlreadyError(answer=forwarding.answer)
    forwarding.answer, forwarding.answered_at = answer, now
    db.flush()
    return forwarding.request
