"""The one rule of what happens to a line by itself: asked by the preview, and by the import."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from billing.bank.issued import list_issued
from billing.bank.matching import Incoming, Judge, Verdict
from billing.bank.models import BankLine
from billing.bank.numbers import Numbers
from billing.payments.models import Payment
from billing.refunds.models import Refund

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from billing.bank.matching import Invoice
    from billing.bank.sorting import Seen

_LEAVING = ("approved", "submitted", "pending")


@dataclass(frozen=True)
class Sight:
    """What the rule looks at in a line, stored or only read."""

    direction: str
    incoming: Incoming
    payee_account: str

    @classmethod
    def of(cls, line: BankLine) -> Sight:
        """Of a stored line."""
        money = Incoming(line.minor, line.currency, line.payer_inn.strip(), line.purpose)
        return cls(line.direction, money, line.payee_account)

    @classmethod
    def of_seen(cls, seen: Seen) -> Sight:
        """Of a line that was only read."""
        line = seen.line
        money = Incoming(line.minor, line.currency, line.payer.inn.strip(), line.purpose)
        return cls(seen.direction, money, line.payee.account)


@dataclass(frozen=True)
class Leaving:
    """A refund by transfer on its way: its reference stands in the purpose of our payment order."""

    id: int
    reference: str
    minor: int
    currency: str
    account: str


class Rule:
    """Judges lines one after another, incoming ones by invoices, outgoing ones by refunds."""

    def __init__(self, judge: Judge, leaving: Sequence[Leaving]) -> None:
        """Know the invoices, by their judge, and the refunds that may be seen to leave."""
        self._judge = judge
        self._leaving = {one.id: one for one in leaving}
        self._references = Numbers((one.reference, one.id) for one in leaving)

    @classmethod
    def of(cls, db: Session, *, seller_id: int) -> Rule:
        """The rule as things stand with a seller now."""
        return cls(Judge.of(list_issued(db, seller_id=seller_id)), list_leaving(db, seller_id=seller_id))

    def judge(self, sight: Sight) -> Verdict:
        """What happens to a line by itself, and what it is for a person."""
        if sight.direction == "in":
            return self._judge.judge(sight.incoming)
        if sight.direction != "out":
            return Verdict()
        for key in self._references.find(sight.incoming.purpose):
            one = self._leaving[key]
            same = (one.minor, one.currency, one.account)
            if same == (sight.incoming.minor, sight.incoming.currency, sight.payee_account):
                return Verdict(refund_id=one.id)
        return Verdict()

    def named(self, invoice_ids: Sequence[int]) -> tuple[Invoice, ...]:
        """The invoices with these ids, as the judge knows them."""
        return tuple(self._judge.invoices[one] for one in invoice_ids)


def list_leaving(db: Session, *, seller_id: int) -> list[Leaving]:
    """The seller's refunds by transfer that are approved and weren't seen in a statement yet."""
    query = (
        select(
            Refund.id, Refund.reference, Refund.amount_minor, Refund.amount_currency, BankLine.payer_account
        )
        .join(Payment, Payment.id == Refund.payment_id)
        .join(BankLine, BankLine.id == Payment.bank_line_id)
        .where(BankLine.seller_id == seller_id, Refund.way == "bank_transfer", Refund.state.in_(_LEAVING))
    )
    return [Leaving(*row) for row in db.execute(query)]
