"""Refunds in the journal: promised, gone, come back, called off.

From the approval on the money is in transit. What fails, also weeks later, or is called off is
unapplied again: owed to the customer, until somebody finds another way to give it back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing import journal
from billing.journal.posting import moved

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from billing.journal import Side
    from billing.refunds.models import Refund


def post_approved(db: Session, refund: Refund, *, now: datetime) -> None:
    """The money is promised: unapplied → in transit."""
    _post(db, refund, "refund_approved", _promised(refund), now=now)


def post_settled(db: Session, refund: Refund, *, booked_on: date | None = None, now: datetime) -> None:
    """The money is gone: in transit → clearing or bank."""
    _post(db, refund, "refund_settled", _gone(refund), booked_on=booked_on, now=now)


def post_failed(
    db: Session, refund: Refund, *, was_gone: bool, booked_on: date | None = None, now: datetime
) -> None:
    """The money is here again, and owed; `was_gone` says that it had been posted as settled."""
    back = [side.turned() for side in (_gone(refund) if was_gone else ())]
    lines = [*back, *(side.turned() for side in _promised(refund))]
    _post(db, refund, "refund_failed", lines, booked_on=booked_on, now=now)


def post_cancelled(db: Session, refund: Refund, *, now: datetime) -> None:
    """The refund was called off after its approval: in transit → unapplied."""
    lines = [side.turned() for side in _promised(refund)]
    _post(db, refund, "refund_cancelled", lines, now=now)


def _promised(refund: Refund) -> tuple[Side, Side]:
    return moved(
        refund.amount,
        debit="unapplied",
        credit="refunds_in_transit",
        payment_id=refund.payment_id,
        refund_id=refund.id,
    )


def _gone(refund: Refund) -> tuple[Side, Side]:
    return moved(
        refund.amount,
        debit="refunds_in_transit",
        credit="clearing" if refund.way == "provider" else "bank",
        payment_id=refund.payment_id,
        refund_id=refund.id,
    )


def _post(
    db: Session,
    refund: Refund,
    kind: str,
    lines: Sequence[Side],
    *,
    booked_on: date | None = None,
    now: datetime,
) -> None:
    seller = refund.payment.seller
    journal.post(
        db,
        seller_id=seller.id,
        source="refund",
        source_id=refund.id,
        kind=kind,
        booked_on=booked_on or journal.booked_today(seller, now),
        lines=lines,
        order_id=refund.order_id,
        now=now,
    )
