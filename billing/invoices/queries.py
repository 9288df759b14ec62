"""Looking issued documents up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import BigInteger, case, column, func, or_, select, table
from sqlalchemy.orm import contains_eager, joinedload

from billing.invoices.errors import DocumentNotFoundError
from billing.invoices.models import Document
from billing.orders.models import Bill, Order
from billing.sellers.models import Seller
from services.core.money import Money
from services.people.commands import sort_key

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from billing.invoices.content import Kind

Standing = Literal["open", "partly", "paid", "overdue", "void"]
# The journal's view (billing/journal/balances.py), joined where a list needs it of many bills.
_BALANCE = table(
    "bill_balance", column("bill_id", BigInteger), column("put", BigInteger), column("owed", BigInteger),
    schema="billing",
)  # fmt: skip
_WITH_BILL = (joinedload(Document.seller), joinedload(Document.bill).joinedload(Bill.order))


@dataclass(frozen=True)
class Wanted:
    """What a list of documents is narrowed to; empty means all.

    `search` is the beginning of a number, an ИНН, a part of the buyer's name, or a bill's or
    order's reference; `year` is of the seller's dates; `edo` is how far the exchange is.
    """

    kinds: tuple[Kind, ...] = ("schet",)
    standing: Standing | None = None
    search: str = ""
    seller_code: str = ""
    year: int | None = None
    refused: bool = False
    edo: str = ""


def get_document(db: Session, *, reference: str) -> Document:
    """The document with this reference; raises DocumentNotFoundError."""
    return _one(db, select(Document).where(Document.reference == reference))


def get_document_by_id(db: Session, *, document_id: int) -> Document:
    """The document with this id; raises DocumentNotFoundError."""
    return _one(db, select(Document).where(Document.id == document_id))


def find_standing(db: Session, *, bill: Bill, kind: Kind) -> Document | None:
    """The bill's invoice or act in force, if there is one; a void bill has no invoice in force."""
    found = db.scalar(
        select(Document).where(
            Document.bill_id == bill.id, Document.kind == kind, Document.voided_at.is_(None)
        )
    )
    return found if found is not None and found.stands else None


def find_receipt(db: Session, *, bill: Bill) -> Document | None:
    """The confirmation that what the bill asks for now was paid, if somebody has asked for it."""
    given = select(Document).where(
        Document.bill_id == bill.id,
        Document.kind == "receipt",
        Document.gross_minor == bill.payable.minor,
    )
    return db.scalar(given.order_by(Document.id.desc()).limit(1))


def find_by_number(db: Session, *, seller: Seller, number: str, kind: Kind = "schet") -> Document | None:
    """The seller's document of this kind with exactly this number, standing or not."""
    return db.scalar(
        select(Document).where(
            Document.seller_id == seller.id, Document.kind == kind, Document.number == number
        )
    )


def list_of_bill(db: Session, *, bill: Bill) -> Sequence[Document]:
    """Everything that was issued for a bill, oldest first."""
    return db.scalars(select(Document).where(Document.bill_id == bill.id).order_by(Document.id)).all()


def list_of_order(db: Session, *, order: Order) -> Sequence[Document]:
    """Everything that was issued for an order's bills, oldest first."""
    query = select(Document).join(Document.bill).where(Bill.order_id == order.id)
    return db.scalars(query.options(contains_eager(Document.bill)).order_by(Document.id)).all()


def list_open_invoices(db: Session, *, seller: Seller) -> Sequence[Document]:
    """The invoices in force whose bills are not covered yet, oldest first, with bill and order."""
    query = (
        select(Document)
        .join(Document.bill)
        .where(
            Document.seller_id == seller.id,
            Document.kind == "schet",
            Document.voided_at.is_(None),
            Bill.state == "open",
        )
        .options(contains_eager(Document.bill).joinedload(Bill.order))
    )
    return db.scalars(query.order_by(Document.id)).unique().all()


def list_credit_notes(db: Session, *, document: Document) -> Sequence[Document]:
    """The credit notes that correct a document, oldest first."""
    return db.scalars(select(Document).where(Document.corrects_id == document.id).order_by(Document.id)).all()


@dataclass(frozen=True)
class Listed:
    """A document as a list shows it: how it stands at that moment, what came for its bill, what is owed."""

    document: Document
    standing: Standing
    put: Money
    owed: Money


def list_documents(
    db: Session, *, wanted: Wanted, limit: int, offset: int = 0, now: datetime
) -> tuple[list[Listed], int]:
    """A page of documents, newest first, and how many there are in all."""
    ids = _narrowed(
        select(Document.id, _standing(now), _BALANCE.c.put, _BALANCE.c.owed)
        .join(Document.bill)
        .join(Bill.order)
        .join(_BALANCE, _BALANCE.c.bill_id == Document.bill_id)
        .where(Document.kind.in_(wanted.kinds)),
        wanted,
        now=now,
    )
    total = db.scalar(select(func.count()).select_from(ids.subquery())) or 0
    page = ids.order_by(Document.issued_on.desc(), Document.id.desc()).limit(limit).offset(offset)
    rows = db.execute(page).all()
    found = {one.id: one for one in db.scalars(_whole().where(Document.id.in_([row[0] for row in rows])))}
    return [_listed(found[key], standing, put, owed) for key, standing, put, owed in rows], total


def get_listed(db: Session, *, document: Document, now: datetime) -> Listed:
    """One document as a list shows it."""
    query = select(_standing(now), _BALANCE.c.put, _BALANCE.c.owed).join(Document.bill)
    query = query.join(_BALANCE, _BALANCE.c.bill_id == Document.bill_id).where(Document.id == document.id)
    return _listed(document, *db.execute(query).one())


def _listed(document: Document, standing: Standing, put: int, owed: int) -> Listed:
    return Listed(document, standing, Money(put, document.currency), Money(owed, document.currency))


def _narrowed(query: Select[Any], wanted: Wanted, *, now: datetime) -> Select[Any]:
    if wanted.seller_code:
        query = query.join(Document.seller).where(Seller.code == wanted.seller_code)
    if wanted.year is not None:
        query = query.where(Document.year == wanted.year)
    if wanted.refused:
        query = query.where(Document.refused_at.is_not(None))
    if wanted.edo:
        query = query.where(Document.edo_state == wanted.edo)
    if wanted.standing:
        query = query.where(_standing(now) == wanted.standing)
    if wanted.search.strip():
        query = query.where(_matches(wanted.search.strip()))
    return query


def _standing(now: datetime) -> ColumnElement[str]:
    return case(
        (or_(Document.voided_at.is_not(None), Bill.state == "void"), "void"),
        (Bill.state == "covered", "paid"),
        # What is late is late, though a part of it came.
        (Bill.due_at <= now, "overdue"),
        (_BALANCE.c.put > 0, "partly"),
        else_="open",
    )


def _matches(text: str) -> ColumnElement[bool]:
    name = sort_key(text)
    return or_(
        func.upper(Document.number).startswith(text.upper().removeprefix("№").strip(), autoescape=True),
        Document.buyer_inn == text.replace(" ", ""),
        Document.buyer_key.contains(name, autoescape=True) if name else Document.buyer_key.is_(None),
        Bill.reference == text.upper(),
        Order.reference == text.upper(),
    )


def _one(db: Session, query: Select[Document]) -> Document:
    document = db.scalar(query.options(*_WITH_BILL))
    if document is None:
        raise DocumentNotFoundError(kind="document")
    return document


def _whole() -> Select[Document]:
    return select(Document).options(*_WITH_BILL)
