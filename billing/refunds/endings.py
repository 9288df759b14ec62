"""How refunds end, whichever way they go; the refund is locked by the caller."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.orders.letters import send_refund
from billing.refunds.booking import post_cancelled, post_failed
from billing.refunds.states import REFUND
from billing.tasks import open_task

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from billing.refunds.models import Refund


def tell_customer(db: Session, refund: Refund, *, now: datetime) -> None:
    """Write to who ordered that the money is on its way; what belongs to no order tells nobody."""
    if refund.order is not None:
        send_refund(db, order=refund.order, amount=refund.amount, now=now)


def note_failure(
    db: Session, refund: Refund, why: str, *, actor: str, booked_on: date | None = None, now: datetime
) -> None:
    """The money is ours again and owed: a person finds another way to give it back."""
    was_gone = refund.state == "succeeded"
    REFUND.move(db, refund, "fail", actor=actor, now=now)
    refund.ended_at, refund.next_check_at, refund.error = now, None, why
    db.flush()
    post_failed(db, refund, was_gone=was_gone, booked_on=booked_on, now=now)
    open_task(
        db,
        kind="refund_failed",
        subject=subject_of(refund),
        facts={
            "refund": refund.reference,
            "why": why,
            "minor": refund.amount_minor,
            "currency": refund.amount_currency,
        },
        about=f"refund_failed {refund.reference}",
        now=now,
    )


def call_off(db: Session, refund: Refund, *, actor: str, now: datetime) -> None:
    """The refund will not be made; what was promised is unapplied again."""
    was_promised = refund.state != "requested"
    REFUND.move(db, refund, "cancel", actor=actor, now=now)
    refund.ended_at, refund.next_check_at = now, None
    db.flush()
    if was_promised:
        post_cancelled(db, refund, now=now)


def subject_of(refund: Refund) -> str:
    """What a task about the refund is about: its order, or itself when it has none."""
    return f"order:{refund.order.reference}" if refund.order is not None else f"refund:{refund.reference}"
