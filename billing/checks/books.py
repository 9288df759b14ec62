"""I6: the journal is balanced, and says the same as the rows that it was posted from."""

# ruff: noqa: S608  what is put together are constants of this module
from __future__ import annotations

from typing import Final

from billing.checks.findings import Check

_PROMISED = "('approved', 'submitted', 'pending', 'succeeded')"
_UNDER_WAY = "('approved', 'submitted', 'pending')"

CHECKS: Final = [
    Check(
        "I6",
        "entry_not_balanced",
        """SELECT 'entry:' || l.entry_id, jsonb_build_object('minor', sum(l.minor), 'currency', l.currency)
            FROM billing.line l GROUP BY l.entry_id, l.currency HAVING sum(l.minor) <> 0""",
    ),
    Check(
        "I6",
        "entry_without_lines",
        """SELECT 'entry:' || e.id, jsonb_build_object('kind', e.kind) FROM billing.entry e
            WHERE NOT EXISTS (SELECT FROM billing.line l WHERE l.entry_id = e.id)""",
    ),
    Check(
        "I6",
        "payment_differs_from_its_allocations",
        """SELECT 'payment:' || p.reference, jsonb_build_object('applied', coalesce(b.applied, 0),
                'allocated', coalesce(a.put, 0), 'currency', p.amount_currency)
            FROM billing.payment p LEFT JOIN billing.payment_balance b ON b.payment_id = p.id
                LEFT JOIN (SELECT payment_id, sum(amount_minor) AS put FROM billing.allocation
                    GROUP BY payment_id) a ON a.payment_id = p.id
            WHERE coalesce(b.applied, 0) <> coalesce(a.put, 0)""",
    ),
    Check(
        "I6",
        "payment_differs_from_its_refunds",
        f"""SELECT 'payment:' || p.reference, jsonb_build_object('refunded', coalesce(b.refunded, 0),
                'rows', coalesce(r.back, 0), 'currency', p.amount_currency)
            FROM billing.payment p LEFT JOIN billing.payment_balance b ON b.payment_id = p.id
                LEFT JOIN (SELECT payment_id, sum(amount_minor) AS back FROM billing.refund
                    WHERE state IN {_PROMISED} GROUP BY payment_id) r ON r.payment_id = p.id
            WHERE coalesce(b.refunded, 0) <> coalesce(r.back, 0) OR b.unapplied < 0""",
    ),
    Check(
        "I6",
        "refund_not_in_transit",
        f"""SELECT 'refund:' || r.reference, jsonb_build_object('state', r.state,
                'in_transit', coalesce(-l.minor, 0), 'currency', r.amount_currency)
            FROM billing.refund r LEFT JOIN (SELECT refund_id, sum(minor) AS minor FROM billing.line
                WHERE account = 'refunds_in_transit' GROUP BY refund_id) l ON l.refund_id = r.id
            WHERE coalesce(-l.minor, 0) <>
                CASE WHEN r.state IN {_UNDER_WAY} THEN r.amount_minor ELSE 0 END""",
    ),
    Check(
        "I6",
        "bill_differs_from_its_allocations",
        """SELECT 'bill:' || b.reference, jsonb_build_object('put', s.put,
                'allocated', coalesce(a.put, 0), 'currency', s.currency)
            FROM billing.bill b JOIN billing.bill_balance s ON s.bill_id = b.id
                LEFT JOIN (SELECT bill_id, sum(amount_minor) AS put FROM billing.allocation
                    GROUP BY bill_id) a ON a.bill_id = b.id
            WHERE s.put <> coalesce(a.put, 0)""",
    ),
    Check(
        "I6",
        "bill_differs_from_its_state",
        """SELECT 'bill:' || b.reference, jsonb_build_object('state', b.state, 'owed', s.owed,
                'currency', s.currency)
            FROM billing.bill b JOIN billing.bill_balance s ON s.bill_id = b.id
            WHERE (b.state = 'covered' AND s.owed > 0)
                OR (b.state = 'open' AND s.owed <= 0 AND b.total_minor > 0)""",
    ),
    Check(
        "I6",
        "advance_and_debt_at_once",
        """SELECT 'bill:' || b.reference, jsonb_build_object('advances', s.advances,
                'receivable', s.receivable, 'currency', s.currency)
            FROM billing.bill b JOIN billing.bill_balance s ON s.bill_id = b.id
            WHERE least(s.advances, s.receivable) <> 0 OR s.recognised < 0""",
    ),
    Check(
        "I6",
        "bill_differs_from_its_documents",
        """SELECT 'bill:' || b.reference, jsonb_build_object('recognised', s.recognised,
                'documents', coalesce(d.gross, 0), 'currency', s.currency)
            FROM billing.bill b JOIN billing.bill_balance s ON s.bill_id = b.id
                LEFT JOIN (SELECT bill_id,
                        sum(CASE kind WHEN 'act' THEN gross_minor ELSE -gross_minor END) AS gross
                    FROM billing.document WHERE kind = 'act' OR corrects_id IN (
                        SELECT id FROM billing.document WHERE kind = 'act') GROUP BY bill_id) d
                ON d.bill_id = b.id
            WHERE s.recognised <> coalesce(d.gross, 0)""",
    ),
]
