"""Money that came and has no place: laid aside with a task, so that it is never forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.tasks import open_task

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from billing.orders.models import Order
    from billing.payments.models import Payment


def about(payment: Payment) -> str:
    """What a task about money without a place is about: one payment has one."""
    return f"unapplied payment:{payment.reference}"


def keep_aside(
    db: Session, payment: Payment, order: Order, kind: str, *, now: datetime, **facts: object
) -> None:
    """Ask a person about a payment that came for `order` and can't be put to its bill."""
    money = {"minor": payment.amount_minor, "currency": payment.amount_currency}
    open_task(
        db,
        kind=kind,
        subject=f"order:{order.reference}",
        facts={"payment": payment.reference, **money, **facts},
        about=about(payment),
        now=now,
    )
