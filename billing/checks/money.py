"""I1, I2, I4, I5: all that came is somewhere, once, and what is confirmed is paid or trusted."""

# ruff: noqa: S608  what is put together are constants of this module
from __future__ import annotations

from typing import Final

from billing.checks.findings import Check

# A person has been asked about this payment: itself, one of its refunds, or one of its orders.
_ASKED = """EXISTS (SELECT FROM billing.task t WHERE t.state = 'open' AND (
    t.about = 'unapplied payment:' || p.reference
    OR t.subject IN (SELECT 'refund:' || r.reference FROM billing.refund r WHERE r.payment_id = p.id)
    OR t.subject IN (SELECT 'order:' || o.reference FROM billing."order" o
        JOIN billing.bill b ON b.order_id = o.id
        LEFT JOIN billing.attempt a ON a.bill_id = b.id
        LEFT JOIN billing.allocation put ON put.bill_id = b.id
        WHERE a.id = p.attempt_id OR put.payment_id = p.id)))"""
# What came by bank waits in the review of statements, where each line shows what is left of it.
_IN_REVIEW = """EXISTS (SELECT FROM billing.bank_line l WHERE l.id = p.bank_line_id
    AND l.state IN ('waiting', 'partly', 'set_aside'))"""
_ORDER_ASKED = """EXISTS (SELECT FROM billing.task t WHERE t.state = 'open'
    AND t.subject = 'order:' || o.reference)"""

CHECKS: Final = [
    Check(
        "I1",
        "money_without_a_place",
        f"""SELECT 'payment:' || p.reference,
                jsonb_build_object('minor', b.unapplied, 'currency', b.currency)
            FROM billing.payment_balance b JOIN billing.payment p ON p.id = b.payment_id
            WHERE b.unapplied > 0 AND NOT {_ASKED} AND NOT {_IN_REVIEW}""",
    ),
    Check(
        "I1",
        "money_put_to_a_void_bill",
        """SELECT 'bill:' || b.reference, jsonb_build_object('minor', s.put, 'currency', s.currency)
            FROM billing.bill_balance s JOIN billing.bill b ON b.id = s.bill_id
            WHERE b.state = 'void' AND s.put <> 0""",
    ),
    Check(
        "I1",
        "bill_paid_beyond_what_is_left_of_it",
        f"""SELECT 'bill:' || b.reference, jsonb_build_object('minor', -s.owed, 'currency', s.currency)
            FROM billing.bill_balance s JOIN billing.bill b ON b.id = s.bill_id
                JOIN billing."order" o ON o.id = b.order_id
            WHERE s.owed < 0 AND NOT {_ORDER_ASKED}""",
    ),
    Check(
        "I2",
        "capture_not_booked_once",
        """SELECT 'payment:' || p.reference, jsonb_build_object('minor', p.amount_minor,
                'booked', coalesce(b.captured, 0), 'currency', p.amount_currency)
            FROM billing.payment p LEFT JOIN billing.payment_balance b ON b.payment_id = p.id
            WHERE coalesce(b.captured, 0) <> p.amount_minor OR b.currency <> p.amount_currency""",
    ),
    Check(
        "I2",
        "captured_without_a_payment",
        """SELECT 'attempt:' || a.reference, jsonb_build_object('state', a.state)
            FROM billing.attempt a LEFT JOIN billing.payment p ON p.attempt_id = a.id
            WHERE (a.state = 'captured') <> (p.id IS NOT NULL)""",
    ),
    Check(
        "I4",
        "confirmed_without_money",
        f"""SELECT 'order:' || o.reference, jsonb_build_object('bill', b.reference, 'state', b.state)
            FROM billing."order" o LEFT JOIN billing.bill b
                ON b.order_id = o.id AND b.kind = 'main' AND b.state <> 'void'
            WHERE o.state IN ('confirmed', 'completed', 'closed')
                AND b.state IS DISTINCT FROM 'covered'
                AND (o.credit_reason IS NULL OR o.credit_due_on IS NULL) AND NOT {_ORDER_ASKED}""",
    ),
    Check(
        "I4",
        "paid_and_not_confirmed",
        f"""SELECT 'order:' || o.reference, jsonb_build_object('bill', b.reference, 'state', o.state)
            FROM billing."order" o JOIN billing.bill b ON b.order_id = o.id AND b.kind = 'main'
            WHERE b.state = 'covered' AND o.state IN ('draft', 'awaiting_payment', 'expired')
                AND NOT {_ORDER_ASKED}""",
    ),
    Check(
        "I5",
        "more_back_than_came",
        """SELECT 'payment:' || p.reference, jsonb_build_object('minor', p.amount_minor,
                'back', sum(r.amount_minor), 'currency', p.amount_currency)
            FROM billing.payment p JOIN billing.refund r ON r.payment_id = p.id
            WHERE r.state IN ('requested', 'approved', 'submitted', 'pending', 'succeeded')
            GROUP BY p.id HAVING sum(r.amount_minor) > p.amount_minor""",
    ),
]
