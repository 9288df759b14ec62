"""Correcting an act for the customer: the credit note, and the money that it sets free."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing import journal
from billing.invoices import issue_credit_note
from billing.orders.states import BILL
from billing.payments.applying import lock_bill
from billing.payments.queries import list_payments
from billing.refunds.commands import request_refund
from billing.refunds.queries import lock_source
from services.core.money import Money

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from billing.invoices import Document
    from billing.orders.models import Bill


def credit(db: Session, *, act: Document, amount: Money, reason: str, actor: str, now: datetime) -> Document:
    """Take `amount` (with tax) off an act; what was paid beyond the rest goes back.

    Raises what `issue_credit_note` raises.
    """
    bill = lock_bill(db, bill_id=act.bill_id)
    # Payments before the number: whoever gives one back may need a number as well.
    for payment in list_payments(db, order=bill.order):
        lock_source(db, payment=payment, order=bill.order)
    note = issue_credit_note(db, act=act, amount=amount, reason=reason, actor=actor, now=now)
    give_surplus_back(db, bill=bill, reason="credit_note", actor=actor, now=now)
    return note


def give_surplus_back(db: Session, *, bill: Bill, reason: str, actor: str, now: datetime) -> None:
    """Ask for what was put to a locked, lowered bill beyond its sum; one that is paid so is covered."""
    put = Money(journal.bill_balance(db, bill_id=bill.id).put, bill.total_currency)
    if bill.state == "open" and put >= bill.payable:
        BILL.move(db, bill, "cover", actor=actor, now=now)
    if put > bill.payable:
        over = put - bill.payable
        request_refund(db, order=bill.order, amount=over, reason=reason, actor=actor, now=now)
