"""Taking the flag off an order that a person has looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.core.audit import record

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from billing.orders.models import Order


def settle_attention(db: Session, *, order: Order, actor: str, now: datetime) -> Order:
    """Let the automatic steps touch the order again; without a flag nothing happens."""
    if order.attention is None:
        return order
    reason, order.attention = order.attention, None
    db.flush()
    record(
        db, actor=actor, verb="order.settle_attention", subject=f"order:{order.reference}",
        before={"attention": reason}, now=now,
    )  # fmt: skip
    return order
