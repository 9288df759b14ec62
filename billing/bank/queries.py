"""Looking statements and their lines up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import joinedload

from billing import payments
from billing.bank.errors import BankLineNotFoundError, StatementNotFoundError
from billing.bank.models import BankLine, BankStatement, Mapping
from billing.payments.models import Payment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from billing.sellers.models import Seller
    from services.core.money import Money

Kind = Literal["review", "incoming", "outgoing", "all"]
WAITING = ("waiting", "partly")


@dataclass(frozen=True)
class Progress:
    """How many new lines of a statement have been looked at, of how many."""

    done: int
    of: int


def get_line(db: Session, *, reference: str) -> BankLine:
    """The line with this reference; raises BankLineNotFoundError."""
    line = db.scalar(select(BankLine).where(BankLine.reference == reference))
    if line is None:
        raise BankLineNotFoundError(kind="bank_line", reference=reference)
    return line


def get_statement(db: Session, *, reference: str) -> BankStatement:
    """The statement with this reference; raises StatementNotFoundError."""
    statement = db.scalar(select(BankStatement).where(BankStatement.reference == reference))
    if statement is None:
        raise StatementNotFoundError(kind="statement", reference=reference)
    return statement


def get_payment(db: Session, *, line: BankLine) -> Payment:
    """The money of an incoming line; raises BankLineNotFoundError before it is booked, or for another."""
    payment = db.scalar(select(Payment).where(Payment.bank_line_id == line.id))
    if payment is None:
        raise BankLineNotFoundError(kind="payment", reference=line.reference)
    return payment


def find_line(db: Session, *, line_id: int) -> BankLine | None:
    """The line with this id."""
    return db.get(BankLine, line_id)


def progress_of(db: Session, *, statement: BankStatement) -> Progress:
    """How far the matching of a statement is."""
    query = select(func.count(BankLine.looked_at)).where(BankLine.statement_id == statement.id)
    return Progress(int(db.scalar(query) or 0), statement.lines_new)


def count_by_state(db: Session, *, statement: BankStatement) -> dict[str, int]:
    """How many lines of a statement are in which state; those that aren't incoming by their direction."""
    key = case((BankLine.direction == "in", BankLine.state), else_=BankLine.direction)
    query = select(key, func.count(BankLine.id)).where(BankLine.statement_id == statement.id)
    return {row[0]: row[1] for row in db.execute(query.group_by(key))}


def free_of(db: Session, *, line: BankLine) -> Money:
    """What of an incoming line's money is put to no bill and not asked back."""
    return payments.unapplied(db, payment=get_payment(db, line=line))


def list_statements(db: Session, *, limit: int, offset: int = 0) -> tuple[Sequence[BankStatement], int]:
    """A page of statements, the newest first, and how many there are."""
    total = db.scalar(select(func.count(BankStatement.id))) or 0
    query = select(BankStatement).options(joinedload(BankStatement.seller))
    return db.scalars(query.order_by(BankStatement.id.desc()).limit(limit).offset(offset)).all(), total


def count_waiting(db: Session) -> int:
    """How many incoming lines wait for a person."""
    return db.scalar(select(func.count(BankLine.id)).where(*_waiting())) or 0


def list_lines(
    db: Session,
    *,
    kind: Kind,
    search: str = "",
    state: str = "",
    statement: BankStatement | None = None,
    limit: int,
    offset: int = 0,
) -> tuple[Sequence[BankLine], int]:
    """A page of lines and how many there are: what waits oldest first, everything else newest first.

    `search` is a part of the payer's or payee's name or of the purpose, an ИНН, a number or a
    reference.
    """
    query = _narrowed(select(BankLine), kind, state)
    if statement is not None:
        query = query.where(BankLine.statement_id == statement.id)
    if search.strip():
        query = query.where(_matches(search.strip()))
    total = db.scalar(select(func.count()).select_from(query.subquery())) or 0
    if kind == "review":
        query = query.order_by(BankLine.booked_on, BankLine.id)
    else:
        query = query.order_by(BankLine.booked_on.desc(), BankLine.id.desc())
    page = query.options(joinedload(BankLine.seller)).limit(limit).offset(offset)
    return db.scalars(page).all(), total


def list_mappings(db: Session, *, seller: Seller | None = None) -> Sequence[Mapping]:
    """The saved ways to read tables, of one seller or of all, by their names."""
    query = select(Mapping).order_by(Mapping.name, Mapping.id)
    return db.scalars(query if seller is None else query.where(Mapping.seller_id == seller.id)).all()


def _narrowed(query: Select[BankLine], kind: Kind, state: str) -> Select[BankLine]:
    if kind == "review":
        return query.where(*_waiting())
    if kind == "all":
        return query
    if kind == "incoming":
        query = query.where(BankLine.direction == "in")
        return query.where(BankLine.state == state) if state else query
    query = query.where(BankLine.direction != "in")
    return query.where(BankLine.direction == state) if state else query


def _waiting() -> tuple[ColumnElement[bool], ...]:
    return (BankLine.state.in_(WAITING), BankLine.looked_at.is_not(None))


def _matches(words: str) -> ColumnElement[bool]:
    fields = (BankLine.payer_name, BankLine.payee_name, BankLine.purpose)
    exact = (BankLine.payer_inn, BankLine.payee_inn, BankLine.number, BankLine.reference)
    return or_(
        *(field.icontains(words, autoescape=True) for field in fields),
        *(field == words.upper() for field in exact),
    )
