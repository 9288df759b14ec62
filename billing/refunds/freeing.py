"""Taking money off its bills when it is to go back.

A refund of money that nobody needs leaves bills alone. One of money that has covered a bill
lowers the bill: by as much less the service costs. Before the act that is a reduction; after it
the act is corrected by a credit note, so that books and tax follow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing import invoices, journal
from billing.invoices.drafting import layout_of
from billing.orders import reduce_bill
from billing.orders.models import Bill
from billing.payments.applying import lessen, lock_bill
from billing.payments.queries import list_standing
from services.core.money import Money
from services.core.texts import Texts

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from billing.refunds.models import Refund

_REASON = Texts(ru="Часть оплаты возвращена", en="A part of the payment was given back")


def free_for(db: Session, *, refund: Refund, actor: str, now: datetime) -> None:
    """Free what the refund needs of its payment from the bills of its order, the newest first.

    The order and the payment are locked by the caller.
    """
    balance = journal.payment_balance(db, payment_id=refund.payment_id)
    need = refund.amount_minor - balance.unapplied
    if need <= 0:
        return
    for allocation in list_standing(db, payment=refund.payment):
        part = Money(min(need, allocation.amount_minor), refund.amount_currency)
        # Bills of other orders are neither touched nor locked: their orders come before payments.
        if part and db.get_one(Bill, allocation.bill_id).order_id == refund.order_id:
            bill = lock_bill(db, bill_id=allocation.bill_id)
            _lower(db, bill, part, actor=actor, now=now)
            lessen(db, allocation, bill, part, now=now)
            need -= part.minor


def _lower(db: Session, bill: Bill, part: Money, *, actor: str, now: datetime) -> None:
    """Lower a covered bill by what is taken off it, but for what was put to it beyond its sum."""
    put = journal.bill_balance(db, bill_id=bill.id).put
    less = Money(max(bill.payable.minor - (put - part.minor), 0), part.currency)
    if not less or bill.state != "covered":
        return
    act = invoices.find_standing(db, bill=bill, kind="act")
    if act is None:
        reduce_bill(db, bill=bill, amount=less, actor=actor, now=now)
        return
    reason = _REASON.of(layout_of(bill.order.seller))
    invoices.issue_credit_note(db, act=act, amount=less, reason=reason, actor=actor, now=now)
