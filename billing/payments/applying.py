"""Putting money to bills and taking it off again: the only place where allocations are made.

Order and bill are locked by the caller before the payment (`lock_bill`), as everywhere. Each
allocation goes into the journal in the same transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from billing import journal
from billing.invoices import find_standing, send_partly_paid
from billing.journal.posting import moved
from billing.orders.confirming import confirm_paid, need_attention
from billing.orders.errors import OrderEndedError, SlotGoneError
from billing.orders.queries import get_bill
from billing.orders.states import BILL
from billing.payments.aside import keep_aside
from billing.payments.errors import AlreadyTakenOffError, NotEnoughUnappliedError, NothingToPayError
from billing.payments.models import Allocation, Payment
from billing.payments.queries import list_standing, lock_payment, open_amount, unapplied
from billing.tasks import open_task
from services.core.money import Money

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from billing.journal import Posting
    from billing.orders.models import Bill


def lock_bill(db: Session, *, bill_id: int) -> Bill:
    """The bill with its order, both locked, the order first; raises NotFoundError."""
    return get_bill(db, bill_id=bill_id, lock=True)


def put_to_bill(
    db: Session, *, payment: Payment, bill: Bill, amount: Money, actor: str, now: datetime
) -> Allocation:
    """Put `amount` of a payment to a bill; one that is covered in full confirms its order.

    `bill` comes from `lock_bill`; `actor` as in the audit log. Raises NotEnoughUnappliedError when
    that much isn't free of the payment, NothingToPayError when the bill doesn't take that much (or
    is void: late money reopens it only in full). SlotGoneError and OrderEndedError mean that the
    money has no place: the order's attention and a task about the payment are written then, and
    the caller who catches them commits those.
    """
    lock_payment(db, payment=payment)
    free, owed = unapplied(db, payment=payment), open_amount(db, bill=bill)
    if amount.currency != free.currency or not 0 < amount.minor <= free.minor:
        raise NotEnoughUnappliedError(payment=payment.reference, left=free.minor)
    if amount.currency != owed.currency or amount > owed or not takes_money(bill):
        raise NothingToPayError(bill=bill.reference, state=bill.state)
    try:
        put = place(db, payment=payment, bill=bill, amount=amount, whole=amount == owed, actor=actor, now=now)
    except OrderEndedError:
        keep_aside(db, payment, bill.order, "paid_after_cancelling", now=now)
        raise
    except SlotGoneError:
        keep_aside(db, payment, bill.order, "paid_after_time_was_gone", now=now)
        raise
    if amount != owed:
        _tell_of_part(db, bill, amount, now=now)
    return put


def _tell_of_part(db: Session, bill: Bill, amount: Money, *, now: datetime) -> None:
    """Write to who pays that a part came, and what is left; a bill without an invoice has no reader."""
    document = find_standing(db, bill=bill, kind="schet")
    if document is not None:
        send_partly_paid(db, document=document, received=amount, now=now)


def takes_money(bill: Bill) -> bool:
    """Whether money may be put to the bill: an open one, or one that its order lost by coming late."""
    return bill.state == "open" or (bill.state == "void" and bill.order.confirmed_at is None)


def place(
    db: Session,
    *,
    payment: Payment,
    bill: Bill,
    amount: Money,
    whole: bool,
    first: Sequence[Posting] = (),
    actor: str,
    now: datetime,
) -> Allocation:
    """Put money that fits to a bill that takes it; `whole` says that nothing is owed then.

    `first` are entries that are posted along with the allocation's, in one statement. Raises
    OrderEndedError and SlotGoneError before anything is put or posted, NothingToPayError for a
    part of what a void bill would need.
    """
    # Nothing is earned before it is booked: no act can have come before the first money.
    earned = bill.kind != "main" or bill.order.confirmed_at is not None
    if bill.order.state == "cancelled" and bill.kind == "main":
        need_attention(db, order=bill.order, reason="paid_after_cancelling", now=now)
        raise OrderEndedError(reference=bill.order.reference)
    if bill.state == "void" and not whole:
        raise NothingToPayError(bill=bill.reference, state=bill.state)
    if whole and bill.kind == "main":
        confirm_paid(db, order=bill.order, bill=bill, actor=actor, now=now)
    if whole and bill.state == "open":
        BILL.move(db, bill, "cover", actor=actor, now=now)
    return allocate(db, payment, bill, amount, first=first, earned=earned, now=now)


def allocate(
    db: Session,
    payment: Payment,
    bill: Bill,
    amount: Money,
    *,
    first: Sequence[Posting] = (),
    earned: bool = True,
    now: datetime,
) -> Allocation:
    """Write an allocation and post it; without `earned` the bill surely has no act yet."""
    row = Allocation(payment_id=payment.id, bill_id=bill.id, amount_minor=amount.minor, allocated_at=now)
    db.add(row)
    db.flush()
    entry = _posting(payment, bill, row, now=now)
    if earned:
        journal.post_all(db, first, now=now)
        journal.follow_money(db, entry, bill_id=bill.id, put=amount, now=now)
    else:
        journal.post_all(db, [*first, entry], now=now)
    return row


def take_off_bill(db: Session, *, allocation: Allocation, actor: str, now: datetime) -> Allocation:
    """Take a match back by a reversing row; the money is unapplied again, a bill it covered opens.

    Order, bill and payment are locked here. A confirmed order is left to a person: attention and
    a task `match_reversed`. Raises AlreadyTakenOffError.
    """
    bill = lock_bill(db, bill_id=allocation.bill_id)
    reversal = reverse(db, allocation, bill, now=now)
    if bill.state == "covered" and open_amount(db, bill=bill):
        BILL.move(db, bill, "uncover", actor=actor, now=now)
        if bill.order.confirmed_at is not None:
            _ask_about_match(db, bill, allocation, now=now)
    db.flush()
    return reversal


def reverse(db: Session, allocation: Allocation, bill: Bill, *, now: datetime) -> Allocation:
    """Write and post the row that takes an allocation back; its locked bill stays in its state."""
    payment = db.get_one(Payment, allocation.payment_id)
    lock_payment(db, payment=payment)
    known = select(Allocation.id).where(Allocation.reverses_id == allocation.id)
    if allocation.reverses_id is not None or db.scalar(known) is not None:
        raise AlreadyTakenOffError(payment=payment.reference, bill=bill.reference)
    row = Allocation(
        payment_id=payment.id,
        bill_id=bill.id,
        amount_minor=-allocation.amount_minor,
        reverses_id=allocation.id,
        allocated_at=now,
    )
    db.add(row)
    db.flush()
    amount = Money(row.amount_minor, bill.total_currency)
    journal.follow_money(db, _posting(payment, bill, row, now=now), bill_id=bill.id, put=amount, now=now)
    return row


def lessen(db: Session, allocation: Allocation, bill: Bill, amount: Money, *, now: datetime) -> None:
    """Free `amount` of an allocation: it is taken back, and what remains of it put again."""
    reverse(db, allocation, bill, now=now)
    rest = Money(allocation.amount_minor, amount.currency) - amount
    if rest:
        allocate(db, db.get_one(Payment, allocation.payment_id), bill, rest, now=now)


def free_bill(db: Session, *, bill: Bill, now: datetime) -> list[tuple[Payment, Money]]:
    """Take all money off a locked bill, and say which payments have how much of it again.

    The newest first. The bill's state is the caller's to move.
    """
    freed = []
    for allocation in list_standing(db, bill=bill):
        reverse(db, allocation, bill, now=now)
        payment = db.get_one(Payment, allocation.payment_id)
        freed.append((payment, Money(allocation.amount_minor, bill.total_currency)))
    return freed


def _posting(payment: Payment, bill: Bill, row: Allocation, *, now: datetime) -> Posting:
    put = row.amount_minor > 0
    amount = Money(row.amount_minor, bill.total_currency)
    return journal.Posting(
        payment.seller_id,
        "allocation",
        row.id,
        "allocation" if put else "deallocation",
        journal.booked_today(payment.seller, now),
        moved(amount, debit="unapplied", credit="advances", bill_id=bill.id, payment_id=payment.id),
        bill.order_id,
    )


def _ask_about_match(db: Session, bill: Bill, allocation: Allocation, *, now: datetime) -> None:
    order = bill.order
    need_attention(db, order=order, reason="match_reversed", now=now)
    facts = {"bill": bill.reference, "minor": allocation.amount_minor, "currency": bill.total_currency}
    open_task(db, kind="match_reversed", subject=f"order:{order.reference}", facts=facts, now=now)
