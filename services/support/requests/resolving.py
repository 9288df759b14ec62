"""The end of a request and its new beginning: a solution or a plan, and what was not solved after all."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import select

from services.support.requests import letters
from services.support.requests.clocks import refold
from services.support.requests.closing import is_closed_for_silence, reopenable_until
from services.support.requests.conversing import wants_reopening
from services.support.requests.demand import renew_desk_work
from services.support.requests.errors import ReopenLateError
from services.support.requests.ledger import note_event
from services.support.requests.models import Request
from services.support.requests.queries import (
    find_open_info_request,
    list_info_requests,
    list_messages,
    lock_request,
    rules_of,
)
from services.support.requests.states import REOPENABLE, move
from services.support.requests.writing import add_message, note, read_body, require_state

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from services.core.clock_events import Actor
    from services.core.files import Upload
    from services.people.models import Person, StaffMember
    from services.support.requests.models import Message


def resolve(
    db: Session,
    *,
    request: Request,
    staff: StaffMember,
    body: str,
    plan: bool,
    uploads: Sequence[Upload] = (),
    now: datetime,
) -> Message:
    """Give the solution, or the plan for one: both clocks stop, and he is asked whether it helped.

    From a pause, too: then nothing is awaited any more. Raises InvalidError `message_empty`,
    `message_long`, IllegalMoveError.
    """
    lock_request(db, request)
    text = read_body(body)
    actor = f"staff:{staff.person_id}"
    move(
        db, request, "resolve", actor=actor, now=now, resolved_at=now,
        resolution="plan" if plan else "solution",
    )  # fmt: skip
    _await_nothing(db, request, now)
    message = add_message(
        db, request=request, side="staff", person=staff.person, body=text, uploads=uploads, at=now, now=now
    )
    note_event(db, request=request, kind="resolved", at=now, actor="person", now=now)
    refold(db, request=request, now=now)
    facts = {"files": [upload.name for upload in uploads], "is_plan": plan}
    message.mail_id = _send_solution(db, request, staff, facts | {"body": text}, now)
    note(db, request=request, verb="say_solution", staff=staff, message=message, now=now)
    renew_desk_work(db)
    return message


def reopen(
    db: Session,
    *,
    request: Request,
    person: Person,
    body: str,
    uploads: Sequence[Upload] = (),
    at: datetime | None = None,
    now: datetime,
) -> Request:
    """Go on with what was not solved, or with what was closed for silence; the time since doesn't count.

    What he wrote came `at` its receipt (now, unless a letter says earlier): that decides whether it is in
    time, the end of `reopen_until`. Raises ReopenLateError (`contacts.reopen_or_follow` makes the request
    that follows), InvalidError `message_empty` (for silence only without files either), `message_long`,
    IllegalMoveError.
    """
    lock_request(db, request)
    require_state(request, "reopen", *REOPENABLE)
    text = read_body(body, needed=not (uploads and is_closed_for_silence(request)))
    wrote_at = min(at or now, now)
    if not may_reopen(db, request=request, now=wrote_at):
        raise ReopenLateError(number=request.number)
    _go_on(db, request, wrote_at=wrote_at, staff=None, now=now)
    message = add_message(
        db, request=request, side="customer", person=person, body=text, uploads=uploads, at=wrote_at, now=now
    )
    note(db, request=request, verb="say_unsolved", staff=None, message=message, now=now)
    return request


def open_again(db: Session, *, request: Request, staff: StaffMember, now: datetime) -> Request:
    """Go on with an ended request in which the customer had the last word, and it was no thank-you.

    The clocks go on now; a pause that its end had left open ends when he wrote. Raises IllegalMoveError.
    """
    lock_request(db, request)
    if not wants_reopening(db, request=request):
        require_state(request, "reopen")
    last = list_messages(db, request=request)[-1]
    _go_on(db, request, wrote_at=last.at, staff=staff, now=now)
    return request


def reopen_until(db: Session, *, request: Request) -> date:
    """The last date, in the calendar's zone, on which an ended request may be opened again."""
    last = reopenable_until(db, request=request) - timedelta(microseconds=1)
    return last.astimezone(ZoneInfo(rules_of(db, request).calendar.zone)).date()


def may_reopen(db: Session, *, request: Request, now: datetime) -> bool:
    """Whether it has ended and may still be opened again, so that no new request is needed."""
    return request.state in REOPENABLE and now < reopenable_until(db, request=request)


def find_follower(db: Session, *, request: Request) -> Request | None:
    """The newest request that goes on from this one, if there is one."""
    query = select(Request).where(Request.follows_id == request.id)
    return db.scalar(query.order_by(Request.id.desc()).limit(1))


def _send_solution(
    db: Session, request: Request, staff: StaffMember, said: dict[str, object], now: datetime
) -> int:
    facts = said | {"staff": staff.person.name, "reopen_until_on": reopen_until(db, request=request)}
    return letters.send(db, request=request, event="support_resolved", facts=facts, now=now).id


def _go_on(
    db: Session, request: Request, *, wrote_at: datetime, staff: StaffMember | None, now: datetime
) -> None:
    """Open it again, on the customer's own press or by staff on what he wrote; the row is locked already."""
    by: Actor = "customer" if staff is None else "person"
    actor = "customer" if staff is None else f"staff:{staff.person_id}"
    move(db, request, "reopen", actor=actor, now=now, resolved_at=None)
    _await_nothing(db, request, now)
    # A letter that came before we asked ends the pause where it began.
    ends = max([wrote_at, *(asked.asked_at for asked in list_info_requests(db, request=request))])
    note_event(db, request=request, kind="customer_wrote", at=ends, actor="customer", now=now)
    note_event(db, request=request, kind="reopened", at=now, actor=by, now=now)
    refold(db, request=request, now=now)
    renew_desk_work(db)


def _await_nothing(db: Session, request: Request, now: datetime) -> None:
    """What was asked for is not needed any more: the ledger's own event ends the pause."""
    asked = find_open_info_request(db, request=request)
    if asked is not None:
        asked.ended_at = now
        db.flush()
