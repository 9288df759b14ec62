"""The only pause there is: an information request with a list of what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.support.requests.clocks import refold
from services.support.requests.errors import AlreadyAskedError, ItemsError
from services.support.requests.ledger import note_event
from services.support.requests.models import InfoRequest
from services.support.requests.queries import find_open_info_request
from services.support.requests.states import move

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.core.clock_events import Actor
    from services.people.models import StaffMember
    from services.support.requests.models import Message, Request
    from services.support.terms import Terms


def begin_pause(
    db: Session,
    *,
    request: Request,
    items: Sequence[dict[str, str]],
    terms: Terms,
    message: Message | None,
    staff: StaffMember | None,
    actor: str,
    now: datetime,
) -> InfoRequest:
    """Ask for `items` [{"code", "detail"}] of the regulation; both clocks rest. The row is locked already.

    `staff` None: the system asks, which is no first response. Raises ItemsError, AlreadyAskedError,
    IllegalMoveError.
    """
    known = {item.code for item in terms.items}
    if not items:
        raise ItemsError("items_none", field="items")
    if any(item["code"] not in known for item in items):
        raise ItemsError("items_unknown", field="items")
    if find_open_info_request(db, request=request) is not None:
        raise AlreadyAskedError(number=request.number)
    move(db, request, "ask", actor=actor, now=now)
    asked = InfoRequest(
        request_id=request.id,
        message_id=message.id if message is not None else None,
        items=list(items),
        asked_at=now,
        asked_by=staff.id if staff is not None else None,
    )
    db.add(asked)
    by: Actor = "system" if staff is None else "person"
    note_event(db, request=request, kind="asked", at=now, actor=by, now=now)
    refold(db, request=request, now=now)
    return asked


def end_pause(db: Session, *, request: Request, at: datetime, actor: str, now: datetime) -> bool:
    """Let the clocks go on from `at`, when what ended the pause was so; False when there was none.

    The row is locked already.
    """
    asked = find_open_info_request(db, request=request)
    if asked is None:
        return False
    asked.ended_at = max(at, asked.asked_at)
    move(db, request, "go_on", actor=actor, now=now)
    note_event(db, request=request, kind="customer_wrote", at=asked.ended_at, actor="customer", now=now)
    refold(db, request=request, now=now)
    return True
