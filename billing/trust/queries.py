"""Looking requests up: those that wait, and what became of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from billing.orders.models import Order
from billing.trust.errors import RequestNotFoundError
from billing.trust.models import TrustRequest
from services.sessions.models import RemoteSession

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


def list_waiting(db: Session, *, limit: int = 100) -> Sequence[TrustRequest]:
    """The requests that staff owe an answer, whose session begins first at the top."""
    query = (
        select(TrustRequest)
        .join(TrustRequest.order)
        .join(Order.session)
        .where(TrustRequest.state == "waiting", Order.state == "awaiting_payment")
        .options(
            contains_eager(TrustRequest.order).contains_eager(Order.session),
            contains_eager(TrustRequest.order).joinedload(Order.organisation),
            contains_eager(TrustRequest.order).joinedload(Order.person),
            contains_eager(TrustRequest.order).joinedload(Order.seller),
        )
        .order_by(RemoteSession.starts_at, TrustRequest.id)
    )
    return db.scalars(query.limit(limit)).all()


def find_waiting(db: Session, *, order: Order) -> TrustRequest | None:
    """The order's request that waits for its answer, if there is one."""
    query = select(TrustRequest).where(TrustRequest.order_id == order.id, TrustRequest.state == "waiting")
    return db.scalar(query)


def find_request(db: Session, *, order: Order) -> TrustRequest | None:
    """The newest request of an order, whatever became of it."""
    query = select(TrustRequest).where(TrustRequest.order_id == order.id)
    return db.scalar(query.order_by(TrustRequest.id.desc()).limit(1))


def get_request(db: Session, *, reference: str) -> TrustRequest:
    """The request with this reference, its order along; raises RequestNotFoundError."""
    query = select(TrustRequest).where(TrustRequest.reference == reference)
    found = db.scalar(query.options(joinedload(TrustRequest.order)))
    if found is None:
        raise RequestNotFoundError(kind="trust_request")
    return found
