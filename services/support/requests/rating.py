"""Whether it helped: said by the customer with one press, once a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from services.core.audit import record
from services.core.errors import ConflictError, InvalidError
from services.support.requests.models import Rating
from services.support.requests.queries import lock_request
from services.support.requests.writing import require_state

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.support.requests.models import Request

Grade = Literal["helped", "partly", "not"]
GRADES: Final[tuple[Grade, ...]] = ("helped", "partly", "not")


class AlreadyRatedError(ConflictError):
    """It was said before: the first word stays."""


def rate(db: Session, *, request: Request, grade: str, now: datetime) -> Rating:
    """Keep the customer's word about a solution; no clock hears it.

    Raises AlreadyRatedError, InvalidError `grade`, IllegalMoveError for what was never solved.
    """
    lock_request(db, request)
    if grade not in GRADES:
        raise InvalidError("grade", field="grade")
    if request.resolved_at is None:
        require_state(request, "rate")
    require_state(request, "rate", "resolved", "closed")
    if find_rating(db, request=request) is not None:
        raise AlreadyRatedError(number=request.number)
    given = Rating(request_id=request.id, grade=grade, at=now)
    db.add(given)
    db.flush()
    record(
        db,
        actor="customer",
        verb="request.rate",
        subject=f"request:{request.reference}",
        after={"grade": grade},
        now=now,
    )
    return given


def find_rating(db: Session, *, request: Request) -> Rating | None:
    """What he said, if he did."""
    return db.get(Rating, request.id)
