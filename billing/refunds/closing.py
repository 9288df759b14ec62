"""A completed order is closed once nobody complains any more and all its sums are zero."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from billing.orders import get_order_by_id
from billing.orders.states import ORDER

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

QUIET: Final = timedelta(hours=72)
_AT_ONCE = 200
# Nothing owed either way, nothing on its way, no question open, no act refused.
_SETTLED = text("""
    SELECT o.id FROM billing."order" o JOIN sessions.remote_session s ON s.id = o.session_id
    WHERE o.state = 'completed' AND o.attention IS NULL AND s.ended_at <= :since
        AND (CAST(:only AS bigint) IS NULL OR o.id = :only)
        AND NOT EXISTS (SELECT FROM billing.bill b
            JOIN billing.bill_balance balance ON balance.bill_id = b.id
            WHERE b.order_id = o.id AND (b.state = 'open' OR balance.owed <> 0
                OR balance.advances <> 0 OR balance.receivable <> 0))
        AND NOT EXISTS (SELECT FROM billing.refund r WHERE r.order_id = o.id
            AND r.state IN ('requested', 'approved', 'submitted', 'pending'))
        AND NOT EXISTS (SELECT FROM billing.bill b JOIN billing.allocation a ON a.bill_id = b.id
            JOIN billing.payment_balance balance ON balance.payment_id = a.payment_id
            WHERE b.order_id = o.id AND balance.unapplied <> 0)
        AND NOT EXISTS (SELECT FROM billing.document d JOIN billing.bill b ON b.id = d.bill_id
            WHERE b.order_id = o.id AND d.kind = 'act' AND d.refused_at IS NOT NULL)
        AND NOT EXISTS (SELECT FROM billing.task t
            WHERE t.subject = 'order:' || o.reference AND t.state = 'open')
    ORDER BY o.id LIMIT :most
""")


def close_settled(db: Session, *, now: datetime) -> int:
    """Close the orders whose session ended 72 hours ago and that nothing is left of; gives how many.

    What is found is looked at again under its lock. At most 200 at once: the next round has the rest.
    """
    db.flush()
    facts = {"since": now - QUIET, "most": _AT_ONCE}
    closed = 0
    for order_id in db.scalars(_SETTLED, {**facts, "only": None}).all():
        order = get_order_by_id(db, order_id=order_id, lock=True)
        if db.scalar(_SETTLED, {**facts, "only": order_id}) is None:
            continue
        ORDER.move(db, order, "close", actor="system", now=now)
        db.flush()
        closed += 1
    return closed
