"""Two requests about one thing become one: the earlier receipt wins, both conversations stay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from services.core.db import core_of
from services.core.errors import InvalidError
from services.core.links import secret_link
from services.support.requests import letters
from services.support.requests.clocks import end_late
from services.support.requests.demand import renew_desk_work
from services.support.requests.models import Request
from services.support.requests.queries import find_open_info_request, lock_request
from services.support.requests.states import move
from services.support.requests.writing import require_state

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.people.models import StaffMember

_LIVING: Final = ("open", "waiting")


class MergeError(InvalidError):
    """These two can't become one: `merge_self`; `merge_strangers`, of customers unknown to each other."""


def merge(db: Session, *, request: Request, into: Request, staff: StaffMember, now: datetime) -> Request:
    """Merge the two and give the one that stays: the earlier received, whichever way they are named.

    Its clocks run on untouched; a deadline that the other one has missed stays missed. Each conversation
    stays where it was; what the other one's author writes from now on belongs to the one that stays.
    Raises MergeError, IllegalMoveError unless the one that stays is open or waits.
    """
    if request.id == into.id:
        raise MergeError("merge_self", field="into")
    for one in sorted((request, into), key=lambda one: one.id):
        lock_request(db, one)
    for one in (request, into):
        require_state(one, "merge", *_LIVING, "resolved")
    stays, goes = sorted((request, into), key=_receipt)
    require_state(stays, "merge", *_LIVING)
    if not (_same_author(stays, goes) or _same_company(stays, goes)):
        raise MergeError("merge_strangers", field="into")
    asked = find_open_info_request(db, request=goes)
    if asked is not None:
        asked.ended_at = now
    end_late(db, request=goes, now=now)
    actor = f"staff:{staff.person_id}"
    move(db, goes, "merge", actor=actor, now=now, merged_into_id=stays.id)
    # Only whoever wrote both may open the other's page.
    url = page_of(db, request=stays) if _same_author(stays, goes) else ""
    facts: dict[str, object] = {"into": stays.number, "into_url": url}
    letters.send(db, request=goes, event="support_merged", facts=facts, now=now)
    renew_desk_work(db)
    return stays


def find_merged_into(db: Session, *, request: Request) -> tuple[Request, bool] | None:
    """The request it was merged into, and whether its author wrote that one, too; None if it wasn't."""
    if request.merged_into_id is None:
        return None
    stays = db.get_one(Request, request.merged_into_id)
    return stays, _same_author(stays, request)


def page_of(db: Session, *, request: Request) -> str:
    """The absolute address of its follow-up page."""
    return secret_link(core_of(db), "r", request.reference, request.link_version)


def _receipt(request: Request) -> tuple[datetime, int]:
    if request.received_at is None:
        raise ValueError(request.number)
    return request.received_at, request.number


def _same_author(one: Request, other: Request) -> bool:
    return one.author.email.casefold() == other.author.email.casefold()


def _same_company(one: Request, other: Request) -> bool:
    return one.organisation_id is not None and one.organisation_id == other.organisation_id
