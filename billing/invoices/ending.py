"""An order that is given up before it was paid takes its invoice along; who was to pay is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing import orders
from billing.invoices.letters import goes_elsewhere
from billing.invoices.notices import send_lapsed, send_void
from billing.invoices.queries import find_standing

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from billing.invoices.models import Document
    from billing.orders.models import Order


def expire_invoiced(db: Session, *, order: Order, now: datetime) -> bool:
    """Give up an unpaid order whose time is no longer kept, and write to who was to pay it.

    As `orders.expire`, which it calls; an order without an invoice ends silently.
    """
    document = find_invoice(db, order=order)
    ended = orders.expire(db, order=order, now=now)
    if ended and document is not None:
        send_lapsed(db, document=document, now=now)
    return ended


def give_up_invoiced(db: Session, *, order: Order, actor: str, now: datetime) -> None:
    """Cancel an unpaid order; whoever got its invoice in his place is told not to pay it.

    As `orders.give_up`, which it calls.
    """
    document = find_invoice(db, order=order)
    orders.give_up(db, order=order, actor=actor, now=now)
    if document is not None and goes_elsewhere(order):
        send_void(db, document=document, now=now)


def find_invoice(db: Session, *, order: Order) -> Document | None:
    """The invoice in force of the order's main bill, if there is one."""
    bill = orders.find_main_bill(order)
    return find_standing(db, bill=bill, kind="schet") if bill is not None else None
