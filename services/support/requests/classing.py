"""Another class than the rule gave: by a person, with a reason; start and pauses stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.core.audit import record
from services.support.requests.clocks import is_late, read_clocks, refold
from services.support.requests.demand import renew_desk_work
from services.support.requests.errors import ClassError
from services.support.requests.ledger import note_event
from services.support.requests.queries import lock_request, rules_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.core.clock_events import Clocks
    from services.people.models import StaffMember
    from services.support.requests.models import Request
    from services.support.terms import SupportClass, Terms

LONGEST_REASON = 300


def reclass(
    db: Session, *, request: Request, class_code: str, reason: str, staff: StaffMember, now: datetime
) -> Request:
    """Give the request another class of its own regulation, and its targets.

    Raises ClassError `class_unknown`, `class_reason` (none, or longer than 300 signs), `class_ended`
    for one that is not open, `class_late` for later deadlines once one has passed: a miss stays one.
    """
    lock_request(db, request)
    if request.regulation_id is None or request.state not in {"open", "waiting"}:
        raise ClassError("class_ended", field="class_code")
    given = _given(rules_of(db, request).terms, class_code)
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        raise ClassError("class_reason", field="reason")
    if _lengthens_a_miss(read_clocks(db, request=request), given, now):
        raise ClassError("class_late", field="class_code")
    before, request.class_code, request.class_reason = request.class_code, class_code, reason.strip()
    note_event(db, request=request, kind="retargeted", at=now, actor="person", now=now, **given.targets)
    refold(db, request=request, now=now)
    record(
        db,
        actor=f"staff:{staff.person_id}",
        verb="request.reclass",
        subject=f"request:{request.reference}",
        before={"class": before},
        after={"class": class_code},
        now=now,
    )
    renew_desk_work(db)
    return request


def _given(terms: Terms, class_code: str) -> SupportClass:
    given = next((one for one in terms.classes.classes if one.code == class_code), None)
    if given is None:
        raise ClassError("class_unknown", field="class_code")
    return given


def _lengthens_a_miss(clocks: Clocks, given: SupportClass, now: datetime) -> bool:
    targets = given.targets
    return (is_late(clocks.response, now) and targets["response"] > clocks.response.target) or (
        is_late(clocks.resolution, now) and targets["resolution"] > clocks.resolution.target
    )
