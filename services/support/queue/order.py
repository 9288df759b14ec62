"""What is next: due, received, number. There is nothing else to sort by, and no column for it.

The statements name tables of the free flow alone; a test reads them as they are compiled.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from services.catalogue.models import Product
from services.people.models import Person, StaffMember
from services.support.requests.clock_models import ClockRow
from services.support.requests.models import InfoRequest, Message, Request

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from services.core.texts import Texts


class Line(NamedTuple):
    """A request as the queue shows it: nothing of who wrote it, and nothing of his company."""

    id: int
    number: int
    subject: str
    product: Texts
    class_code: str | None
    regulation_id: int | None
    received_at: datetime | None
    due_at: datetime | None
    assignee_id: int | None
    assignee: str | None


_REMEMBERED = timedelta(days=60)
_ORDER = (Request.due_at, Request.received_at, Request.number)
NOBODYS = (Request.state == "open", Request.assignee_id.is_(None))
"""What is to be taken yet."""


def queue_query(*, limit: int, after: int = 0) -> Select[*tuple[Any, ...]]:
    """The open requests in the order of one index, whose head is cut off before anything is joined."""
    open_ones = select(Request).where(Request.state == "open").order_by(*_ORDER)
    head = aliased(Request, open_ones.limit(limit).offset(after).subquery("head"))
    return (
        select(
            head.id,
            head.number,
            head.subject,
            Product.name,
            head.class_code,
            head.regulation_id,
            head.received_at,
            head.due_at,
            head.assignee_id,
            Person.name,
        )
        .join(Product, Product.id == head.product_id)
        .outerjoin(StaffMember, StaffMember.id == head.assignee_id)
        .outerjoin(Person, Person.id == StaffMember.person_id)
        .order_by(head.due_at, head.received_at, head.number)
    )


def list_queue(db: Session, *, limit: int, after: int = 0) -> list[Line]:
    """The open requests, the head first; `after` so many of them."""
    return [Line(*row) for row in db.execute(queue_query(limit=limit, after=after)).all()]


def targets_of(db: Session, *, ids: Iterable[int]) -> dict[int, str]:
    """Which target of each request is due next: `response` or `resolution`."""
    running = (
        ClockRow.request_id.in_(list(ids)),
        ClockRow.stopped_at.is_(None),
        ClockRow.due_at.is_not(None),
    )
    query = select(ClockRow.request_id, ClockRow.target).where(*running)
    rows = db.execute(query.order_by(ClockRow.due_at.desc(), ClockRow.target))
    return {row.request_id: row.target for row in rows}


def count_open(db: Session) -> int:
    """How many are open."""
    return db.scalars(select(func.count()).select_from(Request).where(Request.state == "open")).one()


def count_overdue(db: Session, *, now: datetime) -> int:
    """How many open requests have a deadline behind them."""
    overdue = (Request.state == "open", Request.due_at < now)
    return db.scalars(select(func.count()).select_from(Request).where(*overdue)).one()


def count_of(db: Session, *, staff_id: int) -> int:
    """How many open requests somebody has."""
    his = (Request.state == "open", Request.assignee_id == staff_id)
    return db.scalars(select(func.count()).select_from(Request).where(*his)).one()


class WaitingLine(NamedTuple):
    """A request that waits for its author, and since when."""

    number: int
    subject: str
    product: Texts
    asked_at: datetime
    codes: list[str]
    assignee: str | None


_WAITING = (
    Request.number,
    Request.subject,
    Product.name,
    InfoRequest.asked_at,
    InfoRequest.items,
    Person.name,
)


def list_waiting(db: Session, *, limit: int, after: int = 0) -> list[WaitingLine]:
    """What waits for its author, the longest wait first."""
    query = (
        select(*_WAITING)
        .select_from(Request)
        .join(InfoRequest, InfoRequest.request_id == Request.id)
        .join(Product, Product.id == Request.product_id)
        .outerjoin(StaffMember, StaffMember.id == Request.assignee_id)
        .outerjoin(Person, Person.id == StaffMember.person_id)
        .where(Request.state == "waiting", InfoRequest.ended_at.is_(None))
        .order_by(InfoRequest.asked_at, Request.number)
        .limit(limit)
        .offset(after)
    )
    rows = db.execute(query).all()
    return [
        WaitingLine(number, subject, product, asked_at, [item["code"] for item in items], assignee)
        for number, subject, product, asked_at, items, assignee in rows
    ]


class EndedLine(NamedTuple):
    """A request with a word of its author after its end, and when that came."""

    number: int
    subject: str
    product: Texts
    state: str
    written_at: datetime


def list_wanting_reopening(db: Session, *, limit: int, now: datetime) -> list[EndedLine]:
    """What is solved or closed, and has a word of its author as the last one; of the last 60 days.

    What another request has gone on from is not among them.
    """
    said, follower = aliased(Message), aliased(Request)
    last = select(func.max(said.id)).where(said.request_id == Request.id).correlate(Request)
    query = (
        select(Request.number, Request.subject, Product.name, Request.state, Message.at)
        .select_from(Request)
        .join(Message, Message.id == last.scalar_subquery())
        .join(Product, Product.id == Request.product_id)
        .where(
            or_(
                Request.state == "resolved",
                and_(Request.state == "closed", Request.ended_at > now - _REMEMBERED),
            ),
            Message.side == "customer",
            ~exists().where(follower.follows_id == Request.id),
        )
        .order_by(Message.at.desc())
        .limit(limit)
    )
    return [EndedLine(*row) for row in db.execute(query).all()]


def find_head(db: Session) -> Request | None:
    """The first open request that is nobody's."""
    return db.scalar(select(Request).where(*NOBODYS).order_by(*_ORDER).limit(1))


def ids_before(db: Session, *, request: Request) -> Sequence[int]:
    """The ids of what stands before an open request and is nobody's yet, the head first."""
    before: list[int] = []
    for id_ in db.scalars(select(Request.id).where(*NOBODYS).order_by(*_ORDER)):
        if id_ == request.id:
            break
        before.append(id_)
    return before
