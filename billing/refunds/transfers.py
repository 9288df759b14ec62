"""Refunds of money that came by bank: our payment order, and what the statements say of it.

Approved, it waits for the file of payment orders; exported, it is submitted; the line of a
statement that shows the money gone ends it. No provider is asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.refunds.booking import post_settled
from billing.refunds.endings import call_off, note_failure, tell_customer
from billing.refunds.errors import NotByBankError
from billing.refunds.queries import lock_refund
from billing.refunds.states import REFUND
from billing.tasks import close_about

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from billing.refunds.models import Refund


def submit_transfer(db: Session, *, refund: Refund, actor: str, now: datetime) -> Refund:
    """Note that an approved refund went into a file of payment orders.

    Once more changes nothing. Raises NotByBankError, IllegalMoveError for one that isn't approved.
    """
    locked = _locked(db, refund)
    if locked.state == "submitted":
        return locked
    REFUND.move(db, locked, "submit", actor=actor, now=now)
    locked.submitted_at = now
    db.flush()
    return locked


def succeed_transfer(
    db: Session, *, refund: Refund, bank_line_id: int, settled_on: date, actor: str, now: datetime
) -> Refund:
    """A line of a statement shows the money gone on `settled_on` (the bank's date).

    Also for one that was paid without our file. Raises NotByBankError, and IllegalMoveError for
    one that isn't approved or has ended.
    """
    locked = _locked(db, refund)
    if locked.state == "approved":
        REFUND.move(db, locked, "submit", actor=actor, now=now)
        locked.submitted_at = now
    locked.bank_line_id, locked.ended_at, locked.error = bank_line_id, now, None
    REFUND.move(db, locked, "succeed", actor=actor, now=now)
    db.flush()
    post_settled(db, locked, booked_on=settled_on, now=now)
    tell_customer(db, locked, now=now)
    return locked


def fail_transfer(
    db: Session, *, refund: Refund, why: str, returned_on: date | None = None, actor: str, now: datetime
) -> Refund:
    """The payee's bank refused the money, or sent it back on `returned_on`: it is owed again.

    Raises NotByBankError, and IllegalMoveError for one that was never sent.
    """
    locked = _locked(db, refund)
    note_failure(db, locked, why, actor=actor, booked_on=returned_on, now=now)
    return locked


def withdraw_refund(db: Session, *, refund: Refund, actor: str, now: datetime) -> Refund:
    """Call off a refund that has not left us: asked for, or by bank and still with us.

    A bill that was lowered for it stays so: the money is owed. Raises IllegalMoveError.
    """
    locked = lock_refund(db, reference=refund.reference)
    if locked.state != "requested" and locked.way != "bank_transfer":
        raise NotByBankError(refund=locked.reference, way=locked.way)
    call_off(db, locked, actor=actor, now=now)
    close_about(db, about=f"approve {locked.reference}", actor=actor, note="withdrawn", now=now)
    return locked


def _locked(db: Session, refund: Refund) -> Refund:
    locked = lock_refund(db, reference=refund.reference)
    if locked.way != "bank_transfer":
        raise NotByBankError(refund=locked.reference, way=locked.way)
    return locked
