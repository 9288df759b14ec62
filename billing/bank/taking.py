"""Looking at imported lines: money is booked, and put to bills where the rule is sure.

These functions commit by themselves, in pieces, so that a long statement shows its progress and a
crash loses nothing: who begins again goes on where the other stopped.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select, text

from billing import journal
from billing.bank.applying import put_by_rule
from billing.bank.models import BankLine, BankStatement
from billing.bank.paying_out import settle_by_rule
from billing.bank.rule import Rule, Sight
from billing.payments.models import Payment
from billing.payments.transfers import capture
from billing.sellers.models import Seller
from services.core.references import new_reference

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session, sessionmaker

_AT_ONCE: Final = 500
_COLUMNS: Final = (
    "reference text, seller_id bigint, bank_line_id bigint, amount_minor bigint, amount_currency text,"
    " livemode boolean, method text, captured_at timestamptz, received_on date, payer_name text,"
    " payer_inn text, needs_receipt boolean"
)
_NAMES: Final = [part.split()[0] for part in _COLUMNS.split(",")]
_TAKE: Final = text(
    f"INSERT INTO billing.payment ({', '.join(_NAMES)}) SELECT {', '.join(_NAMES)}"  # noqa: S608 - names from here alone
    f" FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS row ({_COLUMNS}) RETURNING id, bank_line_id"
)
_MARK: Final = text(
    "UPDATE billing.bank_line SET looked_at = :now, reason = row.reason"
    " FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS row (id bigint, reason text)"
    " WHERE bank_line.id = row.id"
)


@dataclass(frozen=True)
class Sure:
    """A line that the rule is sure of: the bills it pays, or the refund it shows gone."""

    line_id: int
    bill_ids: tuple[int, ...]
    refund_id: int | None


def match_statement(
    sessions: sessionmaker[Session], *, statement_id: int, clock: Callable[[], datetime]
) -> int:
    """Look at every new line of a statement; returns to how many bills money was put.

    First all lines are booked and judged, those for a person marked; then each line that the rule
    is sure of is put to its bills in a transaction of its own, judged again with the bills locked.
    """
    with sessions.begin() as db:
        rule = Rule.of(db, seller_id=db.get_one(BankStatement, statement_id).seller_id)
    last, sure = 0, list[Sure]()
    while True:
        with sessions.begin() as db:
            lines = _next(db, statement_id, after=last)
            sure += _look_at(db, lines, rule, now=clock())
        if not lines:
            break
        last = lines[-1].id
    put = 0
    for one in sure:
        with sessions.begin() as db:
            put += _do(db, one, now=clock())
    with sessions.begin() as db:
        db.get_one(BankStatement, statement_id).matched_at = clock()
    return put


def _next(db: Session, statement_id: int, *, after: int) -> Sequence[BankLine]:
    # Whoever does the same job beside us waits here, and finds what is left.
    query = select(BankLine).where(
        BankLine.statement_id == statement_id, BankLine.looked_at.is_(None), BankLine.id > after
    )
    return db.scalars(query.order_by(BankLine.id).limit(_AT_ONCE).with_for_update()).all()


def _look_at(db: Session, lines: Sequence[BankLine], rule: Rule, *, now: datetime) -> list[Sure]:
    """Book and judge a batch, and mark it; what the rule is sure of stays unlooked at, and is returned."""
    take_transfers(db, [line for line in lines if line.direction == "in"], now=now)
    sure, done = [], []
    for line in lines:
        verdict = rule.judge(Sight.of(line))
        if verdict.puts or verdict.refund_id is not None:
            sure.append(Sure(line.id, tuple(put.bill_id for put in verdict.puts), verdict.refund_id))
        else:
            done.append({"id": line.id, "reason": verdict.reason})
    db.execute(_MARK, {"rows": json.dumps(done), "now": now})
    return sure


def _do(db: Session, one: Sure, *, now: datetime) -> int:
    if one.refund_id is not None:
        settle_by_rule(db, line_id=one.line_id, refund_id=one.refund_id, now=now)
        return 0
    return put_by_rule(db, line_id=one.line_id, bill_ids=one.bill_ids, now=now)


def take_transfers(db: Session, lines: Sequence[BankLine], *, now: datetime) -> None:
    """Book the money of incoming lines that isn't booked yet, in two statements for all of them."""
    ids = [line.id for line in lines]
    booked = set(db.scalars(select(Payment.bank_line_id).where(Payment.bank_line_id.in_(ids))))
    sellers = {line.seller_id: db.get_one(Seller, line.seller_id) for line in lines}
    payments = {
        line.id: _payment(line, sellers[line.seller_id], now=now) for line in lines if line.id not in booked
    }
    rows = [{name: getattr(one, name) for name in _NAMES} for one in payments.values()]
    # One parameter instead of thousands: reading those takes longer than writing the rows.
    for payment_id, line_id in db.execute(_TAKE, {"rows": json.dumps(rows, default=str)}):
        payments[line_id].id = payment_id
    journal.post_all(db, [capture(one, order_id=None) for one in payments.values()], now=now)


def _payment(line: BankLine, seller: Seller, *, now: datetime) -> Payment:
    return Payment(
        reference=new_reference("P"),
        seller_id=line.seller_id,
        bank_line_id=line.id,
        amount_minor=line.minor,
        amount_currency=line.currency,
        livemode=True,
        method="transfer",
        captured_at=now,
        received_on=line.booked_on,
        payer_name=line.payer_name or None,
        payer_inn=line.payer_inn or None,
        needs_receipt="transfer" in seller.receipt_methods,
    )
