"""Taking a request, and the journal of who took what, when, and what stood before it.

Every line is chained to the one before it: what was left out or changed later shows.
"""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update

from services.core import chains, locks
from services.core.audit import record
from services.support.queue.errors import NotTakenError, PickedAlreadyError, PickReasonError
from services.support.queue.models import Pick, PickCount
from services.support.queue.order import NOBODYS, find_head, ids_before
from services.support.requests import lock_request
from services.support.requests.clock_models import Round
from services.support.requests.models import Request

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from services.people.models import StaffMember

REASONS: Final = ("skill", "merged", "incident")
"""Why somebody may take a request that isn't the head: it takes a colleague's skill, belongs to one
that he has, or to the same incident."""


def pick(
    db: Session, *, request: Request, staff: StaffMember, reason: str | None = None, now: datetime
) -> Pick:
    """Take an open request that is nobody's; what stood before it is written down.

    The head of the queue needs no reason. Raises PickedAlreadyError, PickReasonError.
    """
    # One journal, one line after the other; so nobody is passed by who has just been taken.
    locks.wait_for(db, locks.PICKS)
    lock_request(db, request)
    if request.state != "open" or request.assignee_id is not None:
        raise PickedAlreadyError(number=request.number, state=request.state, staff=request.assignee_id)
    passed = list(ids_before(db, request=request))
    if passed and reason not in REASONS:
        raise PickReasonError("pick_reason", field="reason", passed=len(passed))
    line = _next_line(db, passed=passed, at=now)
    line.request_id, line.staff_id, line.reason = request.id, staff.id, reason if passed else None
    _chain(db, line)
    request.assignee_id = staff.id
    db.flush()
    subject, facts = f"request:{request.reference}", {"passed": len(passed), "reason": line.reason}
    actor = f"staff:{staff.person_id}"
    record(db, actor=actor, verb="request.pick", subject=subject, after=facts, now=now)
    return line


def take_to_work(db: Session, *, request: Request, staff: StaffMember, now: datetime) -> None:
    """Before anything is said to its author: an open request that is nobody's is taken, if it is the head.

    Raises PickReasonError when others stand before it: who works on it anyway takes it first, and says why.
    """
    if request.state == "open" and request.assignee_id is None:
        pick(db, request=request, staff=staff, now=now)


def take_next(db: Session, *, staff: StaffMember, now: datetime) -> Request | None:
    """Take the head of the queue, whichever it is by then; None where everything is somebody's."""
    locks.wait_for(db, locks.PICKS)
    head = find_head(db)
    if head is not None:
        pick(db, request=head, staff=staff, now=now)
    return head


def hand_over(
    db: Session, *, request: Request, to: StaffMember | None, staff: StaffMember, now: datetime
) -> Request:
    """Give a request to a colleague, or back to the queue (`to` None); no clock hears it.

    What is nobody's is taken out of the queue, not handed over. Raises NotTakenError.
    """
    lock_request(db, request)
    if request.assignee_id is None:
        raise NotTakenError(number=request.number)
    request.assignee_id = to.id if to is not None else None
    db.flush()
    facts = {"to": to.id if to is not None else None}
    subject, actor = f"request:{request.reference}", f"staff:{staff.person_id}"
    record(db, actor=actor, verb="request.hand_over", subject=subject, after=facts, now=now)
    return request


def list_picks(db: Session, *, limit: int, after: int = 0) -> Sequence[Pick]:
    """The journal, the newest line first."""
    return db.scalars(select(Pick).order_by(Pick.n.desc()).limit(limit).offset(after)).all()


def count_picks(db: Session) -> int:
    """How many lines the journal has: they are numbered without gaps."""
    return db.scalars(select(func.coalesce(func.max(Pick.n), 0))).one()


def numbers_of(db: Session, *, picks: Iterable[Pick]) -> dict[int, int]:
    """The numbers of the requests that lines of the journal speak of, by their ids."""
    ids = {one for line in picks for one in (line.request_id, *line.passed)}
    rows = db.execute(select(Request.id, Request.number).where(Request.id.in_(ids)))
    return {row.id: row.number for row in rows}


def count_out_of_order(db: Session, *, month: date, zone: str) -> int:
    """How many were taken before others in a month of `zone` (IANA); `month` is any date of it."""
    first = datetime(month.year, month.month, 1, tzinfo=ZoneInfo(zone))
    following = (month.year + month.month // 12, month.month % 12 + 1)
    last = datetime(*following, 1, tzinfo=ZoneInfo(zone))
    query = select(func.count()).where(Pick.at >= first, Pick.at < last, Pick.reason.is_not(None))
    return db.scalars(query).one()


def first_wrong_pick(picks: Iterable[Pick]) -> int | None:
    """The n of the first line that doesn't follow from the one before it, of all in order; None: it holds."""
    return chains.first_wrong(chains.Link(line.n, line.hash, _facts(line)) for line in picks)


def check_picks(db: Session) -> int | None:
    """The same over the whole journal, read a part at a time; of a cut end, the first line that is gone."""
    # Before the lines are read: one that is written meanwhile must not look like a missing one.
    noted = db.scalars(select(PickCount.last)).one()
    with closing(db.scalars(select(Pick).order_by(Pick.n).execution_options(yield_per=1000))) as lines:
        wrong = first_wrong_pick(lines)
    if wrong is not None:
        return wrong
    there = count_picks(db)
    return there + 1 if there < noted else None


def note_check(db: Session, *, now: datetime) -> Round:
    """The night's look at the journal: keep the first line that is wrong, for the staff's list."""
    wrong = check_picks(db)
    one = Round(kind="picks", begun_at=now, ended_at=now, broken=[] if wrong is None else [wrong])
    if wrong is not None:
        record(db, actor="system", verb="picks.broken", subject=f"pick:{wrong}", now=now)
    db.add(one)
    db.flush()
    return one


def _next_line(db: Session, *, passed: list[int], at: datetime) -> Pick:
    nobodys = select(func.count()).where(*NOBODYS)
    # By the count, not by the last line: after a cut end the numbers keep their gap.
    counted = update(PickCount).values(last=PickCount.last + 1).returning(PickCount.last)
    n = db.scalars(counted, execution_options={"synchronize_session": False}).one()
    return Pick(n=n, at=at, passed=passed, offered=db.scalars(nobodys).one())


def _chain(db: Session, line: Pick) -> None:
    before = db.scalar(select(Pick.hash).where(Pick.n == line.n - 1))
    line.hash = chains.chained(before or chains.BEGINNING, _facts(line))
    db.add(line)
    db.flush()


def _facts(line: Pick) -> dict[str, object]:
    return {
        "n": line.n,
        "at": line.at,
        "staff": line.staff_id,
        "request": line.request_id,
        "passed": list(line.passed),
        "offered": line.offered,
        "reason": line.reason,
    }
