"""Reminding of invoices: a business day before the last one to pay, and one and three after it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from billing import sellers
from billing.invoices.models import Document
from billing.invoices.notices import send_reminder
from billing.invoices.queries import find_standing
from billing.orders import get_bill
from billing.orders.models import Bill, Order, Reminder
from services.core.audit import record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from services.core.business_time import BusinessCalendar

Kind = Literal["before", "after_1", "after_3"]
ORDER: Final[tuple[Kind, ...]] = ("before", "after_1", "after_3")
_AHEAD, _BEHIND = timedelta(days=15), timedelta(days=30)
"""No holidays are longer than the first; what has been due for longer than the second is a person's."""


def kind_on(today: date, *, issued_on: date, due_on: date, calendar: BusinessCalendar) -> Kind | None:
    """Which reminder is due on a date (all dates are the seller's), if one is.

    Nobody is reminded on the day on which he got the invoice.
    """
    if today <= due_on:
        return "before" if issued_on < today and today >= calendar.add_business_days(due_on, -1) else None
    days = calendar.business_days_between(due_on, today)
    return "after_3" if days >= 3 else "after_1" if days >= 1 else None


def list_near_due(db: Session, *, now: datetime) -> Sequence[int]:
    """Ids of the open bills with an invoice in force whose last day is near, or not long over."""
    query = (
        select(Bill.id)
        .join(Document, Document.bill_id == Bill.id)
        .join(Bill.order)
        .where(
            Bill.state == "open",
            Bill.due_at.between(now - _BEHIND, now + _AHEAD),
            Document.kind == "schet",
            Document.voided_at.is_(None),
            Order.attention.is_(None),
        )
    )
    return db.scalars(query.order_by(Bill.due_at, Bill.id)).all()


def remind(db: Session, *, bill_id: int, now: datetime) -> Kind | None:
    """Send the reminder that is due on the bill, within the seller's office hours; gives which one.

    Each is sent once; one that was missed while nobody worked is not sent after a later one. The
    bill is locked: what is paid meanwhile is not reminded of.
    """
    bill = get_bill(db, bill_id=bill_id, lock=True)
    document = find_standing(db, bill=bill, kind="schet")
    if document is None or bill.state != "open" or bill.order.attention is not None:
        return None
    calendar = sellers.office_calendar(db, seller=bill.order.seller)
    if not calendar.is_open(now):
        return None
    zone = ZoneInfo(bill.order.seller.zone)
    kind = kind_on(
        now.astimezone(zone).date(),
        issued_on=document.issued_on,
        due_on=bill.due_at.astimezone(zone).date(),
        calendar=calendar,
    )
    if kind is None or not _is_first(db, bill, kind, now=now):
        return None
    send_reminder(db, document=document, is_late=kind != "before", now=now)
    record(
        db, actor="system", verb="bill.remind", subject=f"bill:{bill.reference}",
        after={"kind": kind, "number": document.number}, now=now,
    )  # fmt: skip
    return kind


def list_reminders(db: Session, *, bill: Bill) -> Sequence[Reminder]:
    """The reminders that were sent of a bill, oldest first."""
    return db.scalars(select(Reminder).where(Reminder.bill_id == bill.id).order_by(Reminder.sent_at)).all()


def _is_first(db: Session, bill: Bill, kind: Kind, *, now: datetime) -> bool:
    """Note that this one is sent; False when it was, or a later one."""
    sent = {row.kind for row in list_reminders(db, bill=bill)}
    if sent & set(ORDER[ORDER.index(kind) :]):
        return False
    row = {"bill_id": bill.id, "kind": kind, "sent_at": now}
    made = db.execute(insert(Reminder).values(row).on_conflict_do_nothing().returning(Reminder.bill_id))
    return made.first() is not None
