"""What managers look at: revenue by month, and how old the open debts are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import text

from billing.reports.periods import month_of, today_of
from services.core.money import Money

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from billing.sellers.models import Seller

_REVENUE: Final = text("""
    SELECT date_trunc('month', e.booked_on)::date AS month, -sum(l.minor) AS minor
    FROM billing.entry e JOIN billing.line l ON l.entry_id = e.id AND l.account = 'revenue'
    WHERE e.seller_id = :seller_id AND e.booked_on >= :from_on AND l.currency = :currency
    GROUP BY 1
""")
# Orders that wait for their first money are no debts yet: they lapse, nobody collects them.
_DEBTS: Final = text("""
    SELECT o.reference, coalesce(o.payer ->> 'company', '') AS customer, b.reference AS bill,
        (b.due_at AT TIME ZONE :zone)::date AS due_on, bb.owed
    FROM billing.bill b JOIN billing."order" o ON o.id = b.order_id
        JOIN billing.bill_balance bb ON bb.bill_id = b.id
    WHERE o.seller_id = :seller_id AND b.state = 'open' AND b.total_currency = :currency AND bb.owed > 0
        AND o.state IN ('confirmed', 'completed', 'closed', 'cancelled')
    ORDER BY b.due_at, b.id
""")
AGES: Final = (0, 7, 30, 90)
"""The last day late of each age but the newest and the oldest: not due, to 7, to 30, to 90, more."""


@dataclass(frozen=True)
class MonthRevenue:
    """What was earned in a month, without VAT."""

    first_on: date
    amount: Money


@dataclass(frozen=True)
class Debt:
    """An open bill of an order that goes on all the same; `late` days, 0 or less while it isn't due."""

    order: str
    customer: str
    bill: str
    due_on: date
    late: int
    owed: Money


@dataclass(frozen=True)
class Age:
    """The debts between two ages; `up_to` is the last day late, None for the oldest."""

    up_to: int | None
    count: int
    owed: Money


def revenue_by_month(
    db: Session, *, seller: Seller, months: int = 12, now: datetime
) -> Sequence[MonthRevenue]:
    """The last months up to this one, by the seller's dates; a month without a sale is a zero."""
    firsts = [today_of(seller, now=now).replace(day=1)]
    while len(firsts) < months:
        firsts.append(month_of(firsts[-1] - timedelta(days=1)).from_on)
    asked = {"seller_id": seller.id, "from_on": firsts[-1], "currency": seller.currency}
    sold = {row.month: int(row.minor) for row in db.execute(_REVENUE, asked)}
    return [MonthRevenue(first, Money(sold.get(first, 0), seller.currency)) for first in reversed(firsts)]


def list_debts(db: Session, *, seller: Seller, now: datetime) -> Sequence[Debt]:
    """The open bills that are debts, the oldest first."""
    today = today_of(seller, now=now)
    asked = {"seller_id": seller.id, "zone": seller.zone, "currency": seller.currency}
    return [_debt(row, today, seller.currency) for row in db.execute(_DEBTS, asked)]


def ages_of(debts: Sequence[Debt], *, currency: str) -> Sequence[Age]:
    """The debts by age; each age is there, also without a debt."""
    bounds: list[tuple[int | None, int | None]] = [
        (None, AGES[0]),
        *pairwise(AGES),
        (AGES[-1], None),
    ]
    ages = []
    for over, up_to in bounds:
        of_age = [
            one for one in debts if (over is None or one.late > over) and (up_to is None or one.late <= up_to)
        ]
        ages.append(Age(up_to, len(of_age), Money(sum(one.owed.minor for one in of_age), currency)))
    return ages


def _debt(row: Any, today: date, currency: str) -> Debt:
    return Debt(
        row.reference,
        row.customer,
        row.bill,
        row.due_on,
        (today - row.due_on).days,
        Money(int(row.owed), currency),
    )
