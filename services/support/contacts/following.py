"""What is written to a request that has ended: it goes on in it in time, else in a new one that follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.support import requests
from services.support.contacts.filing import file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.core.files import Upload
    from services.people.models import Person, StaffMember
    from services.support.requests.models import Request
    from services.support.requests.receiving import Source

_LIVING = frozenset({"held", "open", "waiting"})


def hear(
    db: Session,
    *,
    request: Request,
    person: Person,
    body: str,
    uploads: Sequence[Upload] = (),
    at: datetime | None = None,
    source: Source = "form",
    now: datetime,
) -> Request:
    """Take what the customer wrote, whatever has become of his request; gives the one it stands in now.

    It ends a pause `at` its receipt; what was closed for silence goes on. After a solution it is kept and
    touches no clock: it may be a thank-you, and staff look. Raises InvalidError `message_empty` (without
    files either), `message_long`.
    """
    request = requests.lock_living(db, request)
    if requests.is_closed_for_silence(request):
        return reopen_or_follow(
            db, request=request, person=person, body=body, uploads=uploads, at=at, source=source, now=now
        )
    requests.customer_writes(db, request=request, person=person, body=body, uploads=uploads, at=at, now=now)
    return request


def reopen_or_follow(
    db: Session,
    *,
    request: Request,
    person: Person,
    body: str,
    uploads: Sequence[Upload] = (),
    at: datetime | None = None,
    source: Source = "form",
    now: datetime,
) -> Request:
    """Open it again in time; too late, file a new request that follows it. Gives the one that goes on.

    The new one is filed as any: a company's contact person is asked about it, if another one wrote.
    Raises what `requests.reopen` does but ReopenLateError.
    """
    try:
        return requests.reopen(db, request=request, person=person, body=body, uploads=uploads, at=at, now=now)
    except requests.ReopenLateError:
        known = requests.find_follower(db, request=request)
    if known is not None and known.state in _LIVING:
        # A form may be sent twice, and a letter come after it.
        requests.customer_writes(db, request=known, person=person, body=body, uploads=uploads, at=at, now=now)
        return known
    asked = _asked_again(request, person, body.strip(), source)
    return file(db, asked=asked, uploads=uploads, now=now)


def go_on(db: Session, *, request: Request, staff: StaffMember, now: datetime) -> Request:
    """Staff have read the customer's last word after the end, and it was no thank-you: it goes on.

    When he wrote decides whether it is opened again or, too late, a new request follows it; not when
    somebody looked. Gives the one that goes on. Raises IllegalMoveError without such a word.
    """
    request = requests.lock_living(db, request)
    last = requests.list_messages(db, request=request)[-1]
    if last.side != "customer" or requests.may_reopen(db, request=request, now=last.at):
        return requests.open_again(db, request=request, staff=staff, now=now)
    known = requests.find_follower(db, request=request)
    if known is not None:
        return known
    asked = _asked_again(request, last.person or request.author, last.body, "form")
    return file(db, asked=asked, actor=f"staff:{staff.person_id}", now=now)


def _asked_again(request: Request, person: Person, said: str, source: Source) -> requests.Asked:
    """All that was told before, with the new words; files alone come under the old subject."""
    return requests.Asked(
        product=request.product,
        author=person,
        organisation=request.organisation,
        subject=request.subject,
        body=said or request.subject,
        answers=request.answers,
        employees=request.employees,
        impact=request.impact,
        cannot_collect=request.cannot_collect,
        source=source,
        follows=request,
    )
