"""Looking orders and bills up."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from billing.orders.errors import HoldOverError
from billing.orders.models import Bill, Order
from services import sessions
from services.core.errors import NotFoundError
from services.people.models import Person

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from services.sessions.models import RemoteSession


# What the steps of an order need of it, in one statement.
_WITH_ALL: Final = [
    joinedload(thing)
    for thing in (Order.session, Order.seller, Order.service, Order.person, Order.organisation, Order.bills)
]


def get_order(db: Session, *, reference: str, lock: bool = False) -> Order:
    """The order with this reference; `lock` keeps others from moving it. Raises NotFoundError."""
    return _one(db, select(Order).where(Order.reference == reference), lock=lock)


def get_order_by_id(db: Session, *, order_id: int, lock: bool = False) -> Order:
    """The order with this id; raises NotFoundError."""
    return _one(db, select(Order).where(Order.id == order_id), lock=lock)


def find_order_of(db: Session, *, session: RemoteSession) -> Order | None:
    """The order that this session is sold by, if it is sold."""
    return db.scalar(select(Order).where(Order.session_id == session.id))


def _one(db: Session, query: Select[Order], *, lock: bool) -> Order:
    if lock:
        # Locked first and read then: in one statement, what is joined would be as it was before the wait.
        db.execute(query.with_only_columns(Order.id).with_for_update())
        query = query.execution_options(populate_existing=True)
    order = db.scalars(query.options(*_WITH_ALL)).unique().one_or_none()
    if order is None:
        raise NotFoundError(kind="order")
    return order


def get_bill(db: Session, *, bill_id: int, lock: bool = False) -> Bill:
    """The bill with this id and its order; `lock` keeps others from moving them.

    The order is locked before the bill, as everywhere. Raises NotFoundError.
    """
    query = select(Bill).join(Bill.order).where(Bill.id == bill_id).options(contains_eager(Bill.order))
    if lock:
        # A bill never changes its order, and both are locked: nothing here is as it was before the wait;
        # its lines are written with it, once.
        query = query.with_for_update(of=(Order, Bill)).execution_options(populate_existing=True)
    bill = db.scalars(query.options(joinedload(Bill.lines))).unique().one_or_none()
    if bill is None:
        raise NotFoundError(kind="bill")
    return bill


def get_bill_by_reference(db: Session, *, reference: str) -> Bill:
    """The bill with this reference, with its order; raises NotFoundError."""
    query = select(Bill).join(Bill.order).where(Bill.reference == reference)
    bill = db.scalar(query.options(contains_eager(Bill.order).joinedload(Order.seller)))
    if bill is None:
        raise NotFoundError(kind="bill")
    return bill


def find_main_bill(order: Order) -> Bill | None:
    """The order's main bill: the one in force, or else the last one that was given up."""
    mains = [bill for bill in order.bills if bill.kind == "main"]
    return next((bill for bill in mains if bill.state != "void"), mains[-1] if mains else None)


def notice_of(order: Order) -> timedelta:
    """How long before its start a session of this service is settled at the latest."""
    return timedelta(minutes=int(order.session.service["notice_minutes"]))


def today_of(order: Order, now: datetime) -> date:
    """The date of `now` where the order's seller keeps his books."""
    return now.astimezone(ZoneInfo(order.seller.zone)).date()


def require_hold(order: Order, *, now: datetime) -> None:
    """Pass silently while the order's time is kept for it; raises HoldOverError."""
    if order.state not in {"draft", "awaiting_payment"} or not sessions.is_held(order.session, now=now):
        raise HoldOverError(reference=order.reference)


def require_draft(order: Order, *, now: datetime) -> None:
    """Pass silently while nothing is agreed yet and the time is kept; raises HoldOverError."""
    require_hold(order, now=now)
    if order.state != "draft":
        raise HoldOverError(reference=order.reference)


def list_orders(
    db: Session,
    *,
    state: str | None = None,
    search: str = "",
    attention: bool = False,
    limit: int,
    offset: int = 0,
) -> tuple[Sequence[Order], int]:
    """A page of orders, newest first, and how many there are in all.

    `search` is a reference, or the beginning of an e-mail address, a name or an ИНН.
    """
    query = select(Order).outerjoin(Order.person).outerjoin(Order.organisation)
    if state:
        query = query.where(Order.state == state)
    if attention:
        query = query.where(Order.attention.is_not(None))
    if search.strip():
        query = query.where(_matches(search.strip()))
    total = db.scalar(select(func.count()).select_from(query.subquery())) or 0
    page = query.options(
        joinedload(Order.session),
        joinedload(Order.person),
        joinedload(Order.organisation),
        joinedload(Order.service),
        selectinload(Order.bills),
    ).order_by(Order.created_at.desc(), Order.id.desc())
    return db.scalars(page.limit(limit).offset(offset)).unique().all(), total


def _matches(text: str) -> ColumnElement[bool]:
    start = text.lower().replace("%", r"\%").replace("_", r"\_") + "%"
    return or_(
        Order.reference == text.upper(),
        func.lower(Person.email).like(start),
        func.lower(Person.name).like(start),
        Order.payer["inn"].as_string() == text,
    )
