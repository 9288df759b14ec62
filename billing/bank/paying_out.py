"""Money that goes back by transfer: asked for of a line, exported as payment orders, seen to leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from billing import refunds
from billing.bank.applying import lock_line
from billing.bank.errors import LineMovedOnError, NoPayerAccountError
from billing.bank.models import BankLine
from billing.bank.rule import list_leaving
from billing.payments.models import Payment
from billing.refunds.models import Refund
from billing.refunds.queries import lock_refund
from services.core.audit import record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from billing.sellers.models import Seller

_BY_TRANSFER = ("requested", "approved", "submitted", "pending")


def refund_line(db: Session, *, line: BankLine, actor: str, now: datetime) -> Refund:
    """Give all that is free of a line back to the account that it came from.

    Above the limit a second person has to say yes. Raises LineMovedOnError when nothing is free,
    NoPayerAccountError when the bank doesn't say where it came from.
    """
    payment = lock_line(db, line)
    if line.looked_at is None or line.state not in {"waiting", "partly"}:
        raise LineMovedOnError(reference=line.reference, state=line.state)
    if not line.payer_account:
        raise NoPayerAccountError(reference=line.reference)
    refund = refunds.refund_surplus(
        db, payment_reference=payment.reference, reason="sent_back", actor=actor, now=now
    )
    if refund is None:
        raise LineMovedOnError(reference=line.reference, state=line.state)
    line.reason = None
    after = {"refund": refund.reference, "minor": refund.amount_minor}
    record(
        db, actor=actor, verb="bank_line.refund", subject=f"bank_line:{line.reference}", after=after, now=now
    )
    db.flush()
    db.refresh(line, ["state", "set_aside_by"])
    return refund


def list_transfers(db: Session, *, seller: Seller | None = None) -> Sequence[tuple[Refund, BankLine]]:
    """The refunds by transfer that haven't ended, with the lines whose money they are, oldest first."""
    query = (
        select(Refund, BankLine)
        .join(Payment, Payment.id == Refund.payment_id)
        .join(BankLine, BankLine.id == Payment.bank_line_id)
        .where(Refund.way == "bank_transfer", Refund.state.in_(_BY_TRANSFER))
        .order_by(Refund.id)
    )
    if seller is not None:
        query = query.where(BankLine.seller_id == seller.id)
    return [(refund, line) for refund, line in db.execute(query)]


def list_refunds_of(db: Session, *, line: BankLine) -> Sequence[Refund]:
    """The refunds of an incoming line's money; of an outgoing line the one that it has shown gone."""
    query = select(Refund).join(Payment, Payment.id == Refund.payment_id)
    its = or_(Payment.bank_line_id == line.id, Refund.bank_line_id == line.id)
    return db.scalars(query.where(its).order_by(Refund.id)).all()


def settle_by_rule(db: Session, *, line_id: int, refund_id: int, now: datetime) -> None:
    """An outgoing line that equals a refund on its way ends it, if that hasn't happened since."""
    line = db.get_one(BankLine, line_id)
    _settle(db, line, refund_id, actor="system", now=now)


def settle_by_hand(db: Session, *, line: BankLine, refund: Refund, actor: str, now: datetime) -> None:
    """A person says that an outgoing line is this refund; sum and account have to agree.

    Raises LineMovedOnError when they don't, or when the refund has ended.
    """
    if refund.id not in {one.id for one in candidates_for(db, line=line)}:
        raise LineMovedOnError(reference=line.reference, state=line.state)
    _settle(db, line, refund.id, actor=actor, now=now)


def candidates_for(db: Session, *, line: BankLine) -> Sequence[Refund]:
    """The refunds that an outgoing line may show gone: of its sum, to its account."""
    if line.direction != "out" or find_refund_of(db, line=line) is not None:
        return []
    wanted = (line.minor, line.currency, line.payee_account)
    same = [
        one.id
        for one in list_leaving(db, seller_id=line.seller_id)
        if (one.minor, one.currency, one.account) == wanted
    ]
    return db.scalars(select(Refund).where(Refund.id.in_(same)).order_by(Refund.id)).all()


def find_refund_of(db: Session, *, line: BankLine) -> Refund | None:
    """The refund that this outgoing line has shown gone."""
    return db.scalar(select(Refund).where(Refund.bank_line_id == line.id))


def _settle(db: Session, line: BankLine, refund_id: int, *, actor: str, now: datetime) -> None:
    refund = lock_refund(db, reference=db.get_one(Refund, refund_id).reference)
    line = db.scalars(
        select(BankLine)
        .where(BankLine.id == line.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    line.looked_at = line.looked_at or now
    if refund.state in {"approved", "submitted", "pending"} and find_refund_of(db, line=line) is None:
        refunds.succeed_transfer(
            db, refund=refund, bank_line_id=line.id, settled_on=line.booked_on, actor=actor, now=now
        )
    db.flush()
