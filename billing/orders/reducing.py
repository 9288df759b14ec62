"""Letting a customer off a part of a bill."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.core.audit import record
from services.core.errors import InvalidError

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from billing.orders.models import Bill
    from services.core.money import Money


def reduce_bill(db: Session, *, bill: Bill, amount: Money, actor: str, now: datetime) -> None:
    """Lower what is payable of a locked bill by `amount`, tax included; its lines stay as agreed.

    Done by a refund by hand before the act, and by every credit note after it. The journal hears
    of the money and of the documents, never of this. Raises InvalidError `too_much` when more
    than the bill is taken away.
    """
    if amount > bill.payable:
        raise InvalidError("too_much", field="amount", left=bill.payable.minor)
    before = bill.reduced_minor
    bill.reduced_minor += amount.minor
    record(
        db, actor=actor, verb="bill.reduce", subject=f"bill:{bill.reference}",
        before={"reduced": before}, after={"reduced": bill.reduced_minor}, now=now,
    )  # fmt: skip
    db.flush()
