"""Issued documents, the numbers they bear, and the files they were set as."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Integer
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from billing.invoices.content import Content, Kind
from billing.orders.models import Bill
from billing.sellers.models import Seller
from services.core.db import Base, Id
from services.core.money import Money


class Counter(Base):
    """The newest number of a seller's series: of one kind, in one year by his dates."""

    __tablename__ = "counter"
    __table_args__ = {"schema": "billing"}

    seller_id: Mapped[int] = mapped_column(ForeignKey(Seller.id), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True)
    last: Mapped[int] = mapped_column(Integer)
    last_on: Mapped[date]


class Document(Base):
    """An issued document: number and content never change, and it is never deleted.

    `year` and `issued_on` are of the seller's calendar; `number` is as people read and retype it.
    `content` is the JSON of `Content`. `mailed_at` says when it was first mailed.
    """

    __tablename__ = "document"
    __table_args__ = {"schema": "billing"}

    id: Mapped[Id]
    reference: Mapped[str]
    seller_id: Mapped[int] = mapped_column(ForeignKey(Seller.id))
    kind: Mapped[Kind]
    year: Mapped[int] = mapped_column(Integer)
    n: Mapped[int] = mapped_column(Integer)
    number: Mapped[str]
    bill_id: Mapped[int] = mapped_column(ForeignKey(Bill.id))
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("billing.document.id"))
    issued_on: Mapped[date]
    issued_at: Mapped[datetime]
    currency: Mapped[str]
    net_minor: Mapped[int]
    vat_minor: Mapped[int]
    gross_minor: Mapped[int]
    gross: Mapped[Money] = composite("gross_minor", "currency")
    buyer_inn: Mapped[str]
    buyer_key: Mapped[str]
    content: Mapped[dict[str, Any]]
    voided_at: Mapped[datetime | None]
    voided_by: Mapped[str | None]
    void_reason: Mapped[str | None]
    refused_at: Mapped[datetime | None]
    refused_reason: Mapped[str | None]
    edo_state: Mapped[str] = mapped_column(default="none")
    mailed_at: Mapped[datetime | None]

    seller: Mapped[Seller] = relationship()
    bill: Mapped[Bill] = relationship()
    corrects: Mapped[Document | None] = relationship(lambda: Document, remote_side=lambda: [Document.id])

    @property
    def said(self) -> Content:
        """What the document says."""
        return Content.from_json(self.content)

    @property
    def stands(self) -> bool:
        """Whether it is in force: neither voided itself, nor is its bill.

        A bill that late money opens again brings its invoice back. Acts and credit notes are
        facts: they are corrected, and stand whatever becomes of the bill.
        """
        return self.voided_at is None and (self.kind != "schet" or self.bill.state != "void")


class DocumentFile(Base):
    """The PDF of a document, as it was sent out; append-only."""

    __tablename__ = "document_file"
    __table_args__ = {"schema": "billing"}

    document_id: Mapped[int] = mapped_column(ForeignKey(Document.id), primary_key=True)
    sha256: Mapped[str]
    size: Mapped[int] = mapped_column(Integer)
    pdf: Mapped[bytes]
    made_at: Mapped[datetime]
