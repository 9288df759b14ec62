"""Looking issued documents up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from billing.invoices.errors import DocumentNotFoundError
from billing.invoices.models import Document
from billing.orders.models import Bill, Order
from billing.sellers.models import Seller
from services.people.commands import sort_key

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from billing.invoices.content import Kind

Standing = Literal["open", "partly", "paid", "overdue", "void"]


@dataclass(frozen=True)
class Wanted:
    """What a list of documents is narrowed to; empty means all.

    `search` is the beginning of a number, an ИНН, a part of the buyer's name, or a bill's or
    order's reference; `year` is of the seller's dates.
    """

    kinds: tuple[Kind, ...] = ("schet",)
    standing: Standing | None = None
    search: str = ""
    seller_code: str = ""
    year: int | None = None


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


def list_documents(
    db: Session, *, wanted: Wanted, limit: int, offset: int = 0, now: datetime
) -> tuple[Sequence[Document], int]:
    """A page of documents, newest first, and how many there are in all."""
    query = _narrowed(
        select(Document).join(Document.bill).join(Bill.order).where(Document.kind.in_(wanted.kinds)),
        wanted,
        now=now,
    )
    total = db.scalar(select(func.count()).select_from(query.subquery())) or 0
    page = query.options(
        contains_eager(Document.bill).contains_eager(Bill.order), joinedload(Document.seller)
    ).order_by(Document.issued_on.desc(), Document.id.desc())
    return db.scalars(page.limit(limit).offset(offset)).unique().all(), total


def standing_of(document: Document, *, now: datetime) -> Standing:
    """How it stands with an invoice at `now`."""
    if not document.stands:
        return "void"
    if document.bill.state == "covered":
        return "paid"
    return "overdue" if document.bill.due_at <= now else "open"


def _narrowed(query: Select[Document], wanted: Wanted, *, now: datetime) -> Select[Document]:
    if wanted.seller_code:
        query = query.join(Document.seller).where(Seller.code == wanted.seller_code)
    if wanted.year is not None:
        query = query.where(Document.year == wanted.year)
    if wanted.standing:
        query = query.where(_standing(now) == wanted.standing)
    if wanted.search.strip():
        query = query.where(_matches(wanted.search.strip()))
    return query


def _standing(now: datetime) -> ColumnElement[str]:
    return case(
        (or_(Document.voided_at.is_not(None), Bill.state == "void"), "void"),
        (Bill.state == "covered", "paid"),
        (Bill.due_at <= now, "overdue"),
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
    document = db.scalar(
        query.options(joinedload(Document.seller), joinedload(Document.bill).joinedload(Bill.order))
    )
    if document is None:
        raise DocumentNotFoundError(kind="document")
    return document
