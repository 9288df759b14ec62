"""The conversation of a request: what the customer writes, what staff answer and ask for.

Any message of the customer ends the pause at the time it was received. After a solution nothing
counts: what he writes then waits for staff, and `reopen` alone starts the clocks again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.core.wording import N_, catalogue
from services.support.requests import letters
from services.support.requests.clocks import refold
from services.support.requests.ledger import note_event
from services.support.requests.models import Note, Request
from services.support.requests.pausing import begin_pause, end_pause
from services.support.requests.queries import list_messages, lock_request, rules_of
from services.support.requests.states import REOPENABLE
from services.support.requests.writing import add_message, find_twin, note, read_body, require_state

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.core.files import Upload
    from services.people.models import Person, StaffMember
    from services.support.requests.models import InfoRequest, Message
    from services.support.terms import Terms

LONGEST_DETAIL = 300
_UNABLE = N_("I can’t collect the data.")


def customer_writes(
    db: Session,
    *,
    request: Request,
    person: Person,
    body: str,
    uploads: Sequence[Upload] = (),
    at: datetime | None = None,
    now: datetime,
) -> Message:
    """Keep what the customer wrote; a pause ends `at` its receipt (now, unless a letter says earlier).

    In a request that has ended or waits for its contact person it is kept and touches no clock; what is
    written to a merged one belongs to the one it was merged into. `contacts.hear` opens again what was
    closed for silence; what was sent twice is one. Raises InvalidError `message_empty` (without files
    either), `message_long`.
    """
    request = lock_living(db, request)
    text = read_body(body, needed=not uploads)
    received_at = min(at or now, now)
    twin = find_twin(db, request=request, person=person, body=text, uploads=uploads, at=received_at)
    if twin is not None and request.state != "waiting":  # what we have asked for meanwhile is answered
        return twin
    message = add_message(
        db, request=request, side="customer", person=person, body=text, uploads=uploads, at=received_at,
        now=now,
    )  # fmt: skip
    if request.state == "waiting":
        end_pause(db, request=request, at=received_at, actor="customer", now=now)
    note(db, request=request, verb="write", staff=None, message=message, now=now)
    return message


def cannot_collect(
    db: Session,
    *,
    request: Request,
    person: Person,
    body: str,
    uploads: Sequence[Upload] = (),
    now: datetime,
) -> Message:
    """The customer can't collect what we wait for: said in the request, and a message like any other.

    Without words of his own the message says just that. Raises InvalidError `message_long`,
    IllegalMoveError when nothing is awaited.
    """
    lock_request(db, request)
    require_state(request, "cannot_collect", "waiting")
    request.cannot_collect = True
    said = read_body(body, needed=False) or _unable(person)
    return customer_writes(db, request=request, person=person, body=said, uploads=uploads, now=now)


def answer(
    db: Session,
    *,
    request: Request,
    staff: StaffMember,
    body: str,
    uploads: Sequence[Upload] = (),
    now: datetime,
) -> Message:
    """A public message by a person, and its mail; the first one is the first response.

    It ends no pause, and after a solution (a reply to a thank-you) it touches no clock; sent twice it is
    one. Raises InvalidError `message_empty`, `message_long`, IllegalMoveError.
    """
    lock_request(db, request)
    require_state(request, "answer", "open", "waiting", "resolved")
    text = read_body(body)
    twin = find_twin(db, request=request, person=staff.person, body=text, uploads=uploads, at=now)
    if twin is not None:
        return twin
    message = add_message(
        db, request=request, side="staff", person=staff.person, body=text, uploads=uploads, at=now, now=now
    )
    if request.state != "resolved":
        note_event(db, request=request, kind="answered", at=now, actor="person", now=now)
        refold(db, request=request, now=now)
    facts = _said(message, staff) | {"files": [upload.name for upload in uploads]}
    sent = letters.send(db, request=request, event="support_answer", facts=facts, now=now)
    message.mail_id = sent.id
    note(db, request=request, verb="answer", staff=staff, message=message, now=now)
    return message


def ask_information(
    db: Session,
    *,
    request: Request,
    staff: StaffMember,
    items: Sequence[Mapping[str, str]],
    body: str,
    now: datetime,
) -> InfoRequest:
    """Ask the customer for `items` [{"code", "detail"}] of the regulation: the clocks rest until he writes.

    It is a first response as well. `body` may be empty: the items say it. Raises ItemsError for none
    and for unknown ones, AlreadyAskedError during a pause, InvalidError `message_long`, IllegalMoveError.
    """
    lock_request(db, request)
    text = read_body(body, needed=False)
    terms = _terms_of(db, request)
    wanted = [
        {"code": one["code"], "detail": " ".join(one.get("detail", "").split())[:LONGEST_DETAIL]}
        for one in items
    ]
    asked = begin_pause(
        db, request=request, items=wanted, terms=terms, message=None, staff=staff,
        actor=f"staff:{staff.person_id}", now=now,
    )  # fmt: skip
    message = add_message(
        db, request=request, side="staff", person=staff.person, body=text, uploads=(), at=now, now=now
    )
    asked.message_id = message.id
    named = {item.code: item for item in terms.items}
    rows = [(named[one["code"]].name, named[one["code"]].hint, one["detail"]) for one in wanted]
    facts = _said(message, staff) | {"items": rows}
    sent = letters.send(db, request=request, event="support_asked", facts=facts, now=now)
    message.mail_id = sent.id
    note(db, request=request, verb="ask_information", staff=staff, message=message, now=now)
    return asked


def add_note(db: Session, *, request: Request, staff: StaffMember, body: str, now: datetime) -> Note:
    """What staff tell each other; no clock hears it. Raises InvalidError as a message does."""
    written = Note(request_id=request.id, staff_id=staff.id, body=read_body(body), at=now)
    db.add(written)
    db.flush()
    return written


def lock_living(db: Session, request: Request) -> Request:
    """Lock the request that it was merged into, at last, or itself; chains are short, and none is a ring.

    Whoever merges locks both by their ids: to keep one that was merged meanwhile while waiting for the
    other would close a ring. What a savepoint has locked it lets go again.
    """
    while True:
        savepoint = db.begin_nested()
        lock_request(db, request)
        into = request.merged_into_id
        if into is None:
            savepoint.commit()
            return request
        savepoint.rollback()
        request = db.get_one(Request, into)


def wants_reopening(db: Session, *, request: Request) -> bool:
    """Whether the customer had the last word after the end: staff look whether to open it again."""
    if request.state not in REOPENABLE:
        return False
    messages = list_messages(db, request=request)
    return bool(messages) and messages[-1].side == "customer"


def _unable(person: Person) -> str:
    return catalogue("en" if person.locale == "en" else "ru").gettext(_UNABLE)


def _terms_of(db: Session, request: Request) -> Terms:
    """The terms it goes by; one that was never received may ask for nothing."""
    require_state(request, "ask", "open", "waiting")
    return rules_of(db, request).terms


def _said(message: Message, staff: StaffMember) -> dict[str, object]:
    return {"body": message.body, "staff": staff.person.name}
