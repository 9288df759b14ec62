"""Credit lines: which companies may owe how much, and what they owe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, text
from sqlalchemy.orm import joinedload

from billing.trust.errors import CreditLineError
from billing.trust.models import CreditLine
from services.core.audit import record
from services.core.errors import NotFoundError
from services.core.money import Money
from services.people.models import Organisation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

_OPEN = text("""
    SELECT coalesce(sum(balance.owed), 0) FROM billing."order"
        JOIN billing.bill ON bill.order_id = "order".id AND bill.state = 'open'
        JOIN billing.bill_balance balance ON balance.bill_id = bill.id
        WHERE "order".organisation_id = :organisation AND bill.total_currency = :currency
            AND "order".confirmed_at IS NOT NULL
""")


def open_with(db: Session, *, organisation_id: int, currency: str) -> Money:
    """What a company owes on bills of sessions that were confirmed, whatever they were confirmed on."""
    db.flush()
    found = db.scalar(_OPEN, {"organisation": organisation_id, "currency": currency})
    return Money(int(found or 0), currency)


def list_credit_lines(db: Session) -> Sequence[CreditLine]:
    """Every credit line with its company, by the company's name."""
    query = select(CreditLine).join(CreditLine.organisation).options(joinedload(CreditLine.organisation))
    return db.scalars(query.order_by(Organisation.sort_key, CreditLine.id)).all()


def get_credit_line(db: Session, *, line_id: int, lock: bool = False) -> CreditLine:
    """The credit line with this id; `lock` keeps others from counting on it. Raises NotFoundError."""
    query = select(CreditLine).where(CreditLine.id == line_id)
    return _found(db.scalar(query.with_for_update() if lock else query))


def find_credit_line(db: Session, *, organisation_id: int, lock: bool = False) -> CreditLine | None:
    """The company's credit line, if it has one; `lock` as above."""
    query = select(CreditLine).where(CreditLine.organisation_id == organisation_id)
    return db.scalar(query.with_for_update() if lock else query)


def add_credit_line(
    db: Session, *, organisation: Organisation, limit: Money, term_days: int, actor: str, now: datetime
) -> CreditLine:
    """Let a customer's company have open bills up to `limit`, each for `term_days` after its session.

    Raises CreditLineError: `credit_company` for one of ours, `credit_taken`, `credit_limit`.
    """
    if organisation.kind != "customer":
        raise CreditLineError("credit_company", field="inn")
    if find_credit_line(db, organisation_id=organisation.id) is not None:
        raise CreditLineError("credit_taken", field="inn")
    _check(limit)
    line = CreditLine(
        organisation=organisation,
        currency=limit.currency,
        limit_minor=limit.minor,
        term_days=term_days,
        granted_by=actor,
        since=now,
    )
    db.add(line)
    db.flush()
    _note(db, line, "add", actor=actor, now=now)
    return line


def edit_credit_line(
    db: Session, *, line: CreditLine, limit: Money, term_days: int, actor: str, now: datetime
) -> CreditLine:
    """Change limit and term for what is granted from now on; raises CreditLineError `credit_limit`."""
    _check(limit)
    line.limit_minor, line.currency, line.term_days = limit.minor, limit.currency, term_days
    line.granted_by, line.since = actor, now
    db.flush()
    _note(db, line, "edit", actor=actor, now=now)
    return line


def close_credit_line(db: Session, *, line: CreditLine, actor: str, now: datetime) -> None:
    """Give no credit to the company any more; what it owes stays owed."""
    _note(db, line, "close", actor=actor, now=now)
    db.delete(line)
    db.flush()


def _check(limit: Money) -> None:
    if limit.minor <= 0:
        raise CreditLineError("credit_limit", field="limit")


def _found(line: CreditLine | None) -> CreditLine:
    if line is None:
        raise NotFoundError(kind="credit_line")
    return line


def _note(db: Session, line: CreditLine, verb: str, *, actor: str, now: datetime) -> None:
    record(
        db,
        actor=actor,
        verb=f"credit_line.{verb}",
        subject=f"organisation:{line.organisation_id}",
        after={"limit": line.limit_minor, "currency": line.currency, "term_days": line.term_days},
        now=now,
    )
