"""Putting incoming lines to bills, by the rule or by a person, and taking them off again.

Bills are locked first, by their orders; then the payment, and the line with it: nobody else may
change what became of a line without its payment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from billing import payments
from billing.bank.errors import LineMovedOnError
from billing.bank.issued import in_lock_order, list_issued
from billing.bank.matching import Judge
from billing.bank.models import BankLine
from billing.bank.queries import get_payment
from billing.bank.rule import Sight
from billing.orders.errors import OrderEndedError, SlotGoneError
from billing.payments.errors import NotEnoughUnappliedError, NothingToPayError
from services.core.audit import record
from services.core.money import Money

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from billing.bank.matching import Verdict
    from billing.orders.models import Bill
    from billing.payments.models import Allocation, Payment


def put_by_rule(db: Session, *, line_id: int, bill_ids: Collection[int], now: datetime) -> int:
    """Judge a line again with the bills locked that it was meant for, and put it; returns to how many.

    What has changed since it was judged leaves it to a person, with the reason of now.
    """
    bills = _lock_bills(db, bill_ids)
    line = db.get_one(BankLine, line_id)
    payment = lock_line(db, line)
    if line.looked_at is not None:
        return 0
    fresh = list_issued(db, seller_id=line.seller_id, bill_ids=bill_ids)
    verdict = Judge.of(fresh).judge(Sight.of(line).incoming)
    line.looked_at, line.reason = now, verdict.reason
    return _put_all(db, line, payment, verdict, bills, now=now)


def _lock_bills(db: Session, bill_ids: Collection[int]) -> dict[int, Bill]:
    order = in_lock_order(db, bill_ids=bill_ids)
    return {bill_id: payments.lock_bill(db, bill_id=bill_id) for bill_id in order}


def _put_all(
    db: Session,
    line: BankLine,
    payment: Payment,
    verdict: Verdict,
    bills: Mapping[int, Bill],
    *,
    now: datetime,
) -> int:
    for done, put in enumerate(verdict.puts):
        try:
            _put(db, line, payment, bills[put.bill_id], minor=put.minor, actor="system", now=now)
        except (SlotGoneError, OrderEndedError):
            return done
    return len(verdict.puts)


def apply_line(
    db: Session, *, line: BankLine, shares: Mapping[int, int], actor: str, now: datetime
) -> Sequence[Allocation]:
    """Put parts of a line to bills, as a person says; also another's debt, also late.

    `shares` are minor units of the line's currency by the bills' ids. Raises LineMovedOnError when
    less of it is free than that, NothingToPayError when a bill doesn't take so much; nothing is to
    be committed then. SlotGoneError and OrderEndedError leave what the caller has to commit, as
    with payments.put_to_bill: the reason on the line, and what went to bills before this one.
    """
    bills = _lock_bills(db, shares)
    payment = lock_line(db, line)
    _refuse_if_unseen(line)
    made = []
    for bill in bills.values():
        try:
            made.append(_put(db, line, payment, bill, minor=shares[bill.id], actor=actor, now=now))
        except NotEnoughUnappliedError as error:
            raise LineMovedOnError(reference=line.reference, state=line.state) from error
    line.reason = "overpaid" if line.state == "partly" else None
    return made


def take_back(db: Session, *, line: BankLine, allocation: Allocation, actor: str, now: datetime) -> None:
    """Take a match back: the money waits again, and the bill is owed again.

    Raises AlreadyTakenOffError; LineMovedOnError for a match that is none of the line's.
    """
    payments.lock_bill(db, bill_id=allocation.bill_id)
    payment = lock_line(db, line)
    if allocation.payment_id != payment.id:
        raise LineMovedOnError(reference=line.reference, state=line.state)
    payments.take_off_bill(db, allocation=allocation, actor=actor, now=now)
    line.reason = "taken_back"
    after = {"bill": allocation.bill_id, "minor": allocation.amount_minor}
    _note(db, line, "bank_line.take_back", after, actor, now=now)
    db.flush()
    db.refresh(line)


def set_aside(db: Session, *, line: BankLine, note: str, actor: str, now: datetime) -> None:
    """Take a line off the list of what waits, with a reason in words; its money stays unapplied.

    Raises LineMovedOnError when nothing of it waits.
    """
    lock_line(db, line)
    _refuse_if_unseen(line)
    line.state, line.set_aside_by, line.note = "set_aside", actor, note
    _note(db, line, "bank_line.set_aside", {}, actor, now=now)
    db.flush()


def take_up(db: Session, *, line: BankLine, actor: str, now: datetime) -> None:
    """Let a line that was set aside wait again; raises LineMovedOnError for another."""
    payment = lock_line(db, line)
    if line.state != "set_aside":
        raise LineMovedOnError(reference=line.reference, state=line.state)
    free = payments.unapplied(db, payment=payment)
    line.state = "waiting" if free == payment.amount else "partly"
    line.set_aside_by = None
    _note(db, line, "bank_line.take_up", {}, actor, now=now)
    db.flush()


def lock_line(db: Session, line: BankLine) -> Payment:
    """The line's payment, with both as they are now; bills that matter are locked before."""
    payment = get_payment(db, line=line)
    payments.lock_payment(db, payment=payment)
    db.scalars(
        select(BankLine)
        .where(BankLine.id == line.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    return payment


def _put(
    db: Session, line: BankLine, payment: Payment, bill: Bill, *, minor: int, actor: str, now: datetime
) -> Allocation:
    amount = Money(minor, line.currency)
    if bill.order.seller_id != line.seller_id:
        # What came to one company's account pays no other's bill.
        raise NothingToPayError(bill=bill.reference, state=bill.state)
    try:
        made = payments.put_to_bill(db, payment=payment, bill=bill, amount=amount, actor=actor, now=now)
    except (SlotGoneError, OrderEndedError) as error:
        line.reason = "time_gone" if isinstance(error, SlotGoneError) else "order_ended"
        db.flush()
        raise
    after = {"bill": bill.reference, "minor": amount.minor, "currency": amount.currency}
    _note(db, line, "bank_line.apply", after, actor, now=now)
    db.flush()
    # The database has moved the line's state along.
    db.refresh(line, ["state", "set_aside_by"])
    return made


def _refuse_if_unseen(line: BankLine) -> None:
    if line.looked_at is None or line.state not in {"waiting", "partly"}:
        raise LineMovedOnError(reference=line.reference, state=line.state)


def _note(
    db: Session, line: BankLine, verb: str, after: dict[str, Any], actor: str, *, now: datetime
) -> None:
    record(db, actor=actor, verb=verb, subject=f"bank_line:{line.reference}", after=after, now=now)
