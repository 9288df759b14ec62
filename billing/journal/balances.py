"""What the journal says of a payment and of a bill."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class PaymentBalance:
    """A payment in minor units: captured = applied + refunded + unapplied.

    `refunded` counts from the approval on; what failed has come back to `unapplied`.
    """

    captured: int
    applied: int
    refunded: int
    unapplied: int


@dataclass(frozen=True, slots=True)
class BillBalance:
    """A bill in minor units.

    `put` came for it, `recognised` is what acts less credit notes say (gross), `set_off` what of
    the money was set off against that. `advances` = put - set_off, `receivable` =
    recognised - set_off, neither ever below zero. `owed` is what is still to be paid.
    """

    put: int
    recognised: int
    set_off: int
    advances: int
    receivable: int
    owed: int


def payment_balance(db: Session, *, payment_id: int) -> PaymentBalance:
    """The balance of a payment; zeros for one that was never posted."""
    query = (
        "SELECT captured, applied, refunded, unapplied FROM billing.payment_balance WHERE payment_id = :id"
    )
    row = db.execute(text(query), {"id": payment_id}).one_or_none()
    return PaymentBalance(0, 0, 0, 0) if row is None else PaymentBalance(*row)


def bill_balance(db: Session, *, bill_id: int) -> BillBalance:
    """The balance of a bill that exists."""
    # The sums that are owed stand on the bill itself.
    db.flush()
    query = (
        "SELECT put, recognised, set_off, advances, receivable, owed"
        " FROM billing.bill_balance WHERE bill_id = :id"
    )
    return BillBalance(*db.execute(text(query), {"id": bill_id}).one())
