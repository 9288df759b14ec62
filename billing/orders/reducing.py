"""Letting a customer off a part of a bill."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing import journal
from billing.orders.states import BILL
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
    of the money and of the documents, never of this. An open bill of which nothing is owed then is
    covered, unless its order waits to be confirmed by money. Raises InvalidError `too_much` when
    more than the bill is taken away.
    """
    if amount > bill.payable:
        raise InvalidError("too_much", field="amount", left=bill.payable.minor)
    before = bill.reduced_minor
    bill.reduced_minor += amount.minor
    record(
        db, actor=actor, verb="bill.reduce", subject=f"bill:{bill.reference}",
        before={"reduced": before}, after={"reduced": bill.reduced_minor}, now=now,
    )  # fmt: skip
    confirmed = bill.kind != "main" or bill.order.confirmed_at is not None
    if bill.state == "open" and confirmed and journal.bill_balance(db, bill_id=bill.id).owed <= 0:
        BILL.move(db, bill, "cover", actor=actor, now=now)
    db.flush()
