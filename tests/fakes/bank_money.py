"""Bills that are paid by bank."""

from __future__ import annotations

from billing import payments
from tests.fakes.transfers import arrive


def pay_by_bank(db, bill, *, now):
    """Money for the whole of a bill, put to it."""
    bill = payments.lock_bill(db, bill_id=bill.id)
    payment = arrive(db, seller=bill.order.seller, amount=payments.open_amount(db, bill=bill), now=now)
    payments.put_to_bill(db, payment=payment, bill=bill, amount=payment.amount, actor="system", now=now)
    return payment
