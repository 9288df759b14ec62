"""Mutual settlements with one customer over a period (акт сверки), out of the journal.

A customer is who a bill is made out to, or who money came from: an ИНН, or the name of a company
that has none. What he owes is the sum of four accounts: receivable and advances of his bills,
unapplied and refunds in transit of his payments. A service raises it, money lowers it; what moves
between the four of one customer isn't shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import text

from services.core.money import Money

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from billing.reports.periods import Period
    from billing.sellers.models import Seller

# The same words stand in the indexes of migration 0024.
_OF_ORDER: Final = "coalesce(nullif(o.payer ->> 'inn', ''), o.payer ->> 'company')"
_OF_PAYMENT: Final = "coalesce(nullif(p.payer_inn, ''), p.payer_name)"

_LINES: Final = f"""
    SELECT l.id, l.entry_id, l.currency, l.minor FROM billing."order" o
        JOIN billing.bill b ON b.order_id = o.id
        JOIN billing.line l ON l.bill_id = b.id AND l.account IN ('receivable', 'advances')
        WHERE {_OF_ORDER} = :customer
    UNION ALL
    SELECT l.id, l.entry_id, l.currency, l.minor FROM billing.payment p
        JOIN billing.line l ON l.payment_id = p.id AND l.account IN ('unapplied', 'refunds_in_transit')
        WHERE p.attempt_id IS NULL AND {_OF_PAYMENT} = :customer
    UNION ALL
    SELECT l.id, l.entry_id, l.currency, l.minor FROM billing."order" o
        JOIN billing.bill b ON b.order_id = o.id
        JOIN billing.attempt a ON a.bill_id = b.id
        JOIN billing.payment p ON p.attempt_id = a.id
        JOIN billing.line l ON l.payment_id = p.id AND l.account IN ('unapplied', 'refunds_in_transit')
        WHERE {_OF_ORDER} = :customer
"""  # noqa: S608 - constants of this module
_MOVES: Final = text(f"""
    WITH his AS ({_LINES})
    SELECT e.id, e.booked_on, e.kind, e.source, e.source_id, sum(his.minor)::bigint AS minor
        FROM his JOIN billing.entry e ON e.id = his.entry_id
        WHERE e.seller_id = :seller_id AND his.currency = :currency AND e.booked_on <= :to_on
        GROUP BY e.id HAVING sum(his.minor) <> 0
        ORDER BY e.booked_on, e.id
""")  # noqa: S608 - constants of this module
# What each entry is about, as a person names it.
_NAMES: Final = text("""
    SELECT e.id, d.number, d.issued_on, bl.number, bl.dated_on, r.reference, p.reference, p.payer_name
        FROM billing.entry e
        LEFT JOIN billing.document d ON e.source = 'document' AND d.id = e.source_id
        LEFT JOIN billing.allocation al ON e.source = 'allocation' AND al.id = e.source_id
        LEFT JOIN billing.refund r ON e.source = 'refund' AND r.id = e.source_id
        LEFT JOIN billing.payment p ON p.id = CASE WHEN e.source = 'payment' THEN e.source_id
            ELSE coalesce(al.payment_id, r.payment_id) END
        LEFT JOIN billing.bank_line bl ON bl.id = p.bank_line_id
        WHERE e.id = ANY(:ids)
""")
_CUSTOMERS: Final = text(f"""
    SELECT customer, coalesce(max(name) FILTER (WHERE ordered), max(name)) AS called FROM (
        SELECT {_OF_ORDER} AS customer, o.payer ->> 'company' AS name, true AS ordered
            FROM billing."order" o
            WHERE o.seller_id = :seller_id AND o.payer ->> 'company' <> ''
        UNION ALL
        SELECT {_OF_PAYMENT}, p.payer_name, false FROM billing.payment p
            WHERE p.seller_id = :seller_id AND p.attempt_id IS NULL
    ) AS known
    WHERE customer IS NOT NULL
        AND (:asked = '' OR customer = :asked OR strpos(lower(name), lower(:asked)) > 0)
    GROUP BY customer ORDER BY called, customer LIMIT :most
""")  # noqa: S608 - constants of this module


@dataclass(frozen=True)
class Customer:
    """Somebody to be reconciled with: the ИНН, or the name where there is none."""

    key: str
    name: str


@dataclass(frozen=True)
class Move:
    """One row: what the customer came to owe (`debit`), or what came from him (`credit`).

    `kind` is the entry's; `number` and `dated_on` are those of the paper behind it, if it has one;
    `third` names who paid for the customer, or for whom he paid.
    """

    on: date
    kind: str
    number: str
    dated_on: date | None
    third: str
    debit: Money | None
    credit: Money | None


@dataclass(frozen=True)
class Reconciliation:
    """Settlements with a customer: above zero he owes, below zero we do."""

    seller: Seller
    customer: Customer
    period: Period
    opening: Money
    moves: tuple[Move, ...]
    debit: Money
    credit: Money
    closing: Money


def reconcile(
    db: Session, *, seller: Seller, customer: Customer, period: Period, currency: str
) -> Reconciliation:
    """The settlements of a seller with a customer in one currency, by the journal's dates."""
    asked = {
        "customer": customer.key,
        "seller_id": seller.id,
        "currency": currency,
        "to_on": period.to_on,
    }
    rows = db.execute(_MOVES, asked).all()
    opening = sum(row.minor for row in rows if row.booked_on < period.from_on)
    within = [row for row in rows if row.booked_on >= period.from_on]
    names = {row[0]: row for row in db.execute(_NAMES, {"ids": [row.id for row in within]})}
    debit = sum(row.minor for row in within if row.minor > 0)
    credit = -sum(row.minor for row in within if row.minor < 0)
    return Reconciliation(
        seller=seller,
        customer=customer,
        period=period,
        opening=Money(opening, currency),
        moves=tuple(_move(row, names[row.id], currency) for row in within),
        debit=Money(debit, currency),
        credit=Money(credit, currency),
        closing=Money(opening + debit - credit, currency),
    )


def list_customers(db: Session, *, seller: Seller, asked: str = "", most: int = 200) -> Sequence[Customer]:
    """Who a seller has had to do with, by name; `asked` is an ИНН or a part of the name."""
    found = db.execute(_CUSTOMERS, {"seller_id": seller.id, "asked": asked.strip(), "most": most})
    return [Customer(key, name or key) for key, name in found]


def find_customer(db: Session, *, seller: Seller, key: str) -> Customer | None:
    """The customer with this ИНН or exactly this name."""
    return next((one for one in list_customers(db, seller=seller, asked=key) if one.key == key), None)


def _move(row: Any, name: Any, currency: str) -> Move:
    _id, document, issued_on, order_number, dated_on, refund, payment, payer = name
    through = row.kind in {"allocation", "deallocation"}
    number = document or (refund if row.source == "refund" else order_number or payment) or ""
    return Move(
        on=row.booked_on,
        kind=row.kind,
        number=number,
        dated_on=issued_on or (None if row.source == "refund" else dated_on),
        third=payer or "" if through else "",
        debit=Money(row.minor, currency) if row.minor > 0 else None,
        credit=Money(-row.minor, currency) if row.minor < 0 else None,
    )
