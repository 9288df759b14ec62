"""Which receipts must be given, derived from the money itself, and which were.

Money that asks for receipts (`Payment.needs_receipt`) has one when it comes, one when an advance is
set off against an act, and one for each part that went back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, cast

from sqlalchemy import text

from services.core.errors import NotFoundError
from services.core.money import Money

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from billing.orders.models import Order

Kind = Literal["payment", "set_off", "refund"]

# What was put to a bill after its act was no advance: the receipt of the payment says it all.
_FACTS: Final = """
    WITH asking AS (
        SELECT p.id, p.reference, p.amount_minor, p.amount_currency, p.captured_at,
            coalesce(
                (SELECT b.order_id FROM billing.attempt a JOIN billing.bill b ON b.id = a.bill_id
                 WHERE a.id = p.attempt_id),
                (SELECT b.order_id FROM billing.allocation put JOIN billing.bill b ON b.id = put.bill_id
                 WHERE put.payment_id = p.id ORDER BY put.id LIMIT 1)) AS order_id
        FROM billing.payment p WHERE p.needs_receipt
    ), fact AS (
        SELECT 'payment' AS kind, id AS payment_id, id AS source_id, amount_minor, captured_at AS at
        FROM asking
        UNION ALL
        SELECT 'set_off', asking.id, act.id, sum(put.amount_minor), act.issued_at
        FROM asking
        JOIN billing.allocation put ON put.payment_id = asking.id
        JOIN billing.document act ON act.bill_id = put.bill_id AND act.kind = 'act'
            AND put.allocated_at <= act.issued_at
        GROUP BY asking.id, act.id HAVING sum(put.amount_minor) > 0
        UNION ALL
        SELECT 'refund', asking.id, refund.id, refund.amount_minor, refund.ended_at
        FROM asking JOIN billing.refund ON refund.payment_id = asking.id AND refund.state = 'succeeded'
    )
    SELECT fact.kind, fact.payment_id, fact.source_id, fact.amount_minor, asking.amount_currency, fact.at,
        asking.reference AS payment, o.reference AS order_reference, given.link, given.issued_at
    FROM fact JOIN asking ON asking.id = fact.payment_id
    LEFT JOIN billing."order" o ON o.id = asking.order_id
    LEFT JOIN billing.fiscal_receipt given USING (kind, payment_id, source_id)
"""


@dataclass(frozen=True)
class Receipt:
    """A receipt that a fact asks for; `link` is where the one that was given can be read, or None.

    `payment` and `order_reference` are references; money that was put to nothing has no order.
    """

    kind: Kind
    payment_id: int
    source_id: int
    amount: Money
    at: datetime
    payment: str
    order_reference: str | None
    link: str | None
    issued_at: datetime | None


def list_awaited(db: Session, *, limit: int) -> list[Receipt]:
    """What was asked for and not given yet, the oldest first."""
    query = f"{_FACTS} WHERE given.id IS NULL ORDER BY fact.at, fact.payment_id LIMIT :limit"
    return _read(db.execute(text(query), {"limit": limit}).all())


def list_of_order(db: Session, *, order: Order) -> list[Receipt]:
    """Every receipt that the money of an order asks for, given or not, the oldest first."""
    query = f"{_FACTS} WHERE o.id = :order ORDER BY fact.at, fact.payment_id"
    return _read(db.execute(text(query), {"order": order.id}).all())


def get_receipt(db: Session, *, kind: str, payment_id: int, source_id: int) -> Receipt:
    """The receipt of one fact; raises NotFoundError where none is asked for."""
    query = f"{_FACTS} WHERE fact.kind = :kind AND fact.payment_id = :payment AND fact.source_id = :source"
    asked = {"kind": kind, "payment": payment_id, "source": source_id}
    found = _read(db.execute(text(query), asked).all())
    if not found:
        raise NotFoundError(kind="receipt")
    return found[0]


def _read(rows: Sequence[Row[tuple[object, ...]]]) -> list[Receipt]:
    return [
        Receipt(
            cast("Kind", row.kind),
            row.payment_id,
            row.source_id,
            Money(int(row.amount_minor), row.amount_currency),
            row.at,
            row.payment,
            row.order_reference,
            row.link,
            row.issued_at,
        )
        for row in rows
    ]
