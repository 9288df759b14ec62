"""Money that came and has no place: laid aside with a task, so that it is never forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from billing import sellers
from billing.orders import deadlines, keep_limits
from billing.orders.letters import send_time_gone
from billing.tasks import open_task
from services.core.jobs import defer

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from billing.orders.models import Order
    from billing.payments.models import Payment


def about(payment: Payment) -> str:
    """What a task about money without a place is about: one payment has one."""
    return f"unapplied payment:{payment.reference}"


GONE: Final = "paid_after_time_was_gone"


def keep_aside(
    db: Session, payment: Payment, order: Order, kind: str, *, now: datetime, **facts: object
) -> None:
    """Ask a person about a payment that came for `order` and can't be put to its bill.

    If that is because its time is gone, the customer is asked as well: for some days he chooses
    another time or his money, and then it goes back by itself.
    """
    money = {"minor": payment.amount_minor, "currency": payment.amount_currency}
    open_task(
        db,
        kind=kind,
        subject=f"order:{order.reference}",
        facts={"payment": payment.reference, **money, **facts},
        about=about(payment),
        now=now,
    )
    if kind == GONE and order.choose_until is None:
        _let_choose(db, payment, order, now=now)


def _let_choose(db: Session, payment: Payment, order: Order, *, now: datetime) -> None:
    business = sellers.office_calendar(db, seller=order.seller)
    until = deadlines.choose_until(now, business=business, limits=keep_limits(db))
    order.choose_until, order.late_payment_id = until, payment.id
    db.flush()
    send_time_gone(db, order=order, amount=payment.amount, until=until, now=now)
    defer(db, "give_back_late", queue="paid", at=until, order=order.reference)
