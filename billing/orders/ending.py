"""How orders end without a session: time is over, or somebody changed his mind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.orders.states import BILL, ORDER
from billing.prices.ladder import current_step, ladder
from services import sessions

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from billing.orders.models import Order
    from billing.prices.ladder import Step


def expire(db: Session, *, order: Order, now: datetime) -> bool:
    """Give up an unpaid order whose time is no longer kept; True if this call did it.

    The caller has made sure that no payment is under way (a live attempt keeps the order).
    """
    if order.state not in {"draft", "awaiting_payment"} or order.attention is not None:
        return False
    if sessions.is_held(order.session, now=now):
        return False
    sessions.expire(db, session=order.session, now=now)
    _void_open_bills(db, order, actor="system", now=now)
    order.ended_at = now
    ORDER.move(db, order, "expire", actor="system", now=now)
    db.flush()
    return True


def give_up(db: Session, *, order: Order, actor: str, now: datetime) -> None:
    """Cancel the order and free its time; what happens to money is the caller's part.

    `actor` is `customer` or `staff:<person id>`. Raises IllegalMoveError once it is over.
    """
    ORDER.move(db, order, "cancel", actor=actor, now=now)
    order.ended_at = now
    sessions.cancel(
        db,
        session=order.session,
        actor=actor,
        now=now,
        ended_by="customer" if actor == "customer" else "vendor",
    )
    _void_open_bills(db, order, actor=actor, now=now)
    db.flush()


def steps_of(order: Order) -> list[Step]:
    """The order's frozen ladder with its thresholds as instants and its sums."""
    quote = order.quote
    return ladder(
        order.ladder_policy,
        total=quote.gross,
        first_period=quote.first_period,
        start=order.session.starts_at,
    )


def steps_ahead(order: Order, *, now: datetime) -> list[Step]:
    """The steps of the ladder that can still be taken at `now`."""
    return [step for step in steps_of(order) if step.until_at is None or step.until_at >= now]


def step_at(order: Order, at: datetime) -> Step:
    """What a cancellation by the customer at `at` would give back and keep."""
    return current_step(steps_of(order), at)


def _void_open_bills(db: Session, order: Order, *, actor: str, now: datetime) -> None:
    for bill in order.bills:
        if bill.state == "open":
            BILL.move(db, bill, "void", actor=actor, now=now)
