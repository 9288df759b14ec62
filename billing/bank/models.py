"""Imported statements with their files and lines, and how a bank's table is read."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Computed, ForeignKey, Integer
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from billing.sellers.models import Seller
from services.core.db import Base, Id
from services.core.money import Money


class Mapping(Base):
    """Which columns of a bank's table mean what; `columns` is the JSON of `table.Mapping`."""

    __tablename__ = "statement_mapping"
    __table_args__ = {"schema": "billing"}

    id: Mapped[Id]
    seller_id: Mapped[int] = mapped_column(ForeignKey(Seller.id))
    name: Mapped[str]
    columns: Mapped[dict[str, Any]]
    changed_at: Mapped[datetime]


class StatementFile(Base):
    """A statement's file as it came: kept when it is imported, forgotten when it isn't."""

    __tablename__ = "statement_file"
    __table_args__ = {"schema": "billing"}

    id: Mapped[Id]
    reference: Mapped[str]
    seller_id: Mapped[int] = mapped_column(ForeignKey(Seller.id))
    mapping_id: Mapped[int | None] = mapped_column(ForeignKey(Mapping.id))
    name: Mapped[str]
    sha256: Mapped[str]
    content: Mapped[bytes]
    uploaded_by: Mapped[str]
    uploaded_at: Mapped[datetime]

    seller: Mapped[Seller] = relationship()
    mapping: Mapped[Mapping | None] = relationship()


class BankStatement(Base):
    """A statement that was imported: its days, and how many of its lines were new.

    `balances` are what the bank says of each own account, as JSON of `statement.Balance`.
    `matched_at` is when each new line had been looked at; None while that goes on.
    """

    __tablename__ = "statement"
    __table_args__ = {"schema": "billing"}

    id: Mapped[Id]
    reference: Mapped[str]
    seller_id: Mapped[int] = mapped_column(ForeignKey(Seller.id))
    file_id: Mapped[int] = mapped_column(ForeignKey(StatementFile.id))
    format: Mapped[str]
    sha256: Mapped[str]
    name: Mapped[str]
    from_on: Mapped[date]
    to_on: Mapped[date]
    balances: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    lines_new: Mapped[int] = mapped_column(Integer)
    lines_known: Mapped[int] = mapped_column(Integer)
    imported_by: Mapped[str]
    imported_at: Mapped[datetime]
    matched_at: Mapped[datetime | None]

    seller: Mapped[Seller] = relationship()


class BankLine(Base):
    """One document of a statement, seen from our account; never changed but in what became of it.

    `direction` is `in`, `out`, `own` (between our own accounts) or `fee`. `state` follows the
    journal: `waiting`, `partly`, `applied`, `refunded`, or `set_aside` by a person; `none` for
    what isn't incoming. `reason` says why no rule placed it. Lines are locked after bills and
    payments, always.
    """

    __tablename__ = "bank_line"
    __table_args__ = {"schema": "billing"}

    id: Mapped[Id]
    reference: Mapped[str] = mapped_column(Computed("'L-' || id", persisted=True))
    statement_id: Mapped[int] = mapped_column(ForeignKey(BankStatement.id))
    seller_id: Mapped[int] = mapped_column(ForeignKey(Seller.id))
    own_account: Mapped[str]
    identity: Mapped[str]
    direction: Mapped[str]
    number: Mapped[str]
    dated_on: Mapped[date]
    booked_on: Mapped[date]
    minor: Mapped[int]
    currency: Mapped[str]
    amount: Mapped[Money] = composite("minor", "currency")
    payer_account: Mapped[str]
    payer_inn: Mapped[str]
    payer_kpp: Mapped[str]
    payer_name: Mapped[str]
    payer_bic: Mapped[str]
    payee_account: Mapped[str]
    payee_inn: Mapped[str]
    payee_kpp: Mapped[str]
    payee_name: Mapped[str]
    payee_bic: Mapped[str]
    purpose: Mapped[str]
    raw: Mapped[dict[str, Any]] = mapped_column(JSONB, deferred=True)
    state: Mapped[str]
    reason: Mapped[str | None]
    looked_at: Mapped[datetime | None]
    set_aside_by: Mapped[str | None]
    note: Mapped[str | None]

    statement: Mapped[BankStatement] = relationship()
    seller: Mapped[Seller] = relationship()
