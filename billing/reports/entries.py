"""The journal to be read: of one order, or of a month that is over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import text

from services.core.money import Money

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from billing.orders.models import Order
    from billing.reports.periods import Period
    from billing.sellers.models import Seller

_QUERY: Final = """
    SELECT e.id, e.booked_on, e.at, e.kind, o.reference AS "order", d.number AS document, d.kind AS paper,
        l.account, l.minor, l.currency, l.vat_rate, b.reference AS bill, p.reference AS payment,
        r.reference AS refund
    FROM billing.entry e JOIN billing.line l ON l.entry_id = e.id
        LEFT JOIN billing."order" o ON o.id = e.order_id
        LEFT JOIN billing.document d ON e.source = 'document' AND d.id = e.source_id
        LEFT JOIN billing.bill b ON b.id = l.bill_id
        LEFT JOIN billing.payment p ON p.id = l.payment_id
        LEFT JOIN billing.refund r ON r.id = l.refund_id
"""
_OF_ORDER: Final = text(f"""
    {_QUERY} WHERE e.order_id = :order_id OR l.bill_id = ANY(
        SELECT id FROM billing.bill WHERE order_id = :order_id)
    ORDER BY e.id, l.id
""")  # noqa: S608 - a constant of this module
_OF_PERIOD: Final = text(f"""
    {_QUERY} WHERE e.seller_id = :seller_id AND e.booked_on BETWEEN :from_on AND :to_on
    ORDER BY e.booked_on, e.id, l.id
""")


@dataclass(frozen=True)
class JournalRow:
    """One line of the journal with what it is about; a debit or a credit, the other is None.

    `entry` holds the lines of one fact together; `on` is the seller's date, `vat_rate` in
    hundredths of a percent.
    """

    entry: int
    on: date
    at: datetime
    kind: str
    account: str
    debit: Money | None
    credit: Money | None
    currency: str
    vat_rate: int | None
    order: str
    document: str
    bill: str
    payment: str
    refund: str


def list_of_order(db: Session, *, order: Order) -> Sequence[JournalRow]:
    """All that was booked about an order, in the order of booking."""
    return [_row(row) for row in db.execute(_OF_ORDER, {"order_id": order.id})]


def list_of_period(db: Session, *, seller: Seller, period: Period) -> Sequence[JournalRow]:
    """All that a seller booked within a period, by date."""
    asked = {"seller_id": seller.id, "from_on": period.from_on, "to_on": period.to_on}
    return [_row(row) for row in db.execute(_OF_PERIOD, asked)]


def _row(row: Any) -> JournalRow:
    return JournalRow(
        entry=row.id,
        on=row.booked_on,
        at=row.at,
        kind=row.kind,
        account=row.account,
        debit=Money(row.minor, row.currency) if row.minor > 0 else None,
        credit=Money(-row.minor, row.currency) if row.minor < 0 else None,
        currency=row.currency,
        vat_rate=row.vat_rate,
        order=row.order or "",
        document=row.document or "",
        bill=row.bill or "",
        payment=row.payment or "",
        refund=row.refund or "",
    )
