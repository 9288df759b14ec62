"""What a person may do with a line that waits: invoices he may mean, and where its money is already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from billing import payments
from billing.bank.issued import list_issued
from billing.bank.matching import Judge
from billing.bank.queries import get_payment
from billing.bank.rule import Sight
from billing.invoices.models import Document
from billing.invoices.queries import Wanted, list_documents
from billing.orders.models import Bill
from billing.payments.applying import takes_money
from services.core.money import Money

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from billing.bank.models import BankLine
    from billing.payments.models import Allocation

_FOUND = 20


@dataclass(frozen=True)
class Candidate:
    """An invoice with what of its bill is owed, and how much of the line would go there (0: none may)."""

    document: Document
    owed: Money
    would_take: Money


def list_candidates(db: Session, *, line: BankLine, search: str = "", now: datetime) -> list[Candidate]:
    """The invoices that the rule thinks of, the likeliest first; or those that `search` finds."""
    free = payments.unapplied(db, payment=get_payment(db, line=line))
    found = _searched(db, line, search, now=now) if search.strip() else _suggested(db, line)
    return [_candidate(db, one, free) for one in found]


def list_matches(db: Session, *, line: BankLine) -> list[tuple[Allocation, Bill, Document | None, Money]]:
    """Where the line's money is put now, the newest first: bills with their newest invoices, sums."""
    rows = []
    for allocation in payments.list_standing(db, payment=get_payment(db, line=line)):
        bill = db.get_one(Bill, allocation.bill_id)
        query = select(Document).where(Document.bill_id == bill.id, Document.kind == "schet")
        invoice = db.scalar(query.order_by(Document.id.desc()).limit(1))
        rows.append((allocation, bill, invoice, Money(allocation.amount_minor, bill.total_currency)))
    return rows


def _suggested(db: Session, line: BankLine) -> Sequence[Document]:
    # The rule again, as it sees things now.
    verdict = Judge.of(list_issued(db, seller_id=line.seller_id)).judge(Sight.of(line).incoming)
    ids = verdict.candidates or tuple(put.invoice_id for put in verdict.puts)
    query = (
        select(Document)
        .join(Document.bill)
        .where(Document.id.in_(ids))
        .options(contains_eager(Document.bill).joinedload(Bill.order))
    )
    found = {one.id: one for one in db.scalars(query)}
    return [found[one] for one in ids if one in found]


def _searched(db: Session, line: BankLine, search: str, *, now: datetime) -> Sequence[Document]:
    wanted = Wanted(search=search, seller_code=line.seller.code)
    rows, _total = list_documents(db, wanted=wanted, limit=_FOUND, now=now)
    return [row.document for row in rows]


def _candidate(db: Session, document: Document, free: Money) -> Candidate:
    bill = document.bill
    owed = payments.open_amount(db, bill=bill)
    none = Money.zero(free.currency)
    if owed.currency != free.currency or not takes_money(bill):
        return Candidate(document, owed, none)
    part = min(owed, free)
    # Late money takes a void bill up again only in full.
    return Candidate(document, owed, part if bill.state == "open" or part == owed else none)
