"""Organisations, persons, and who of them belongs where."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.core.db import Base, Id


class Organisation(Base):
    """A company: a customer's, or one of ours that sells (`kind` is `customer` or `own`).

    `sort_key` is the name in lower case with ё as е, because PostgreSQL's own order of
    Russian letters depends on how it was built. `country` is ISO 3166 alpha-2.
    """

    __tablename__ = "organisation"
    __table_args__ = {"schema": "people"}

    id: Mapped[Id]
    kind: Mapped[str]
    name: Mapped[str]
    sort_key: Mapped[str]
    inn: Mapped[str | None]
    kpp: Mapped[str | None]
    ogrn: Mapped[str | None]
    country: Mapped[str]
    address: Mapped[str] = mapped_column(default="")


class Person(Base):
    """Somebody with a name and an address; the address is not unique and proves nothing."""

    __tablename__ = "person"
    __table_args__ = {"schema": "people"}

    id: Mapped[Id]
    name: Mapped[str]
    email: Mapped[str]
    phone: Mapped[str] = mapped_column(default="")
    locale: Mapped[str]
    zone: Mapped[str]


class Membership(Base):
    """That a person acts for an organisation, in a role, from `since` until `until`."""

    __tablename__ = "membership"
    __table_args__ = {"schema": "people"}

    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    role: Mapped[str]
    since: Mapped[datetime]
    until: Mapped[datetime | None]


class BankAccount(Base):
    """An account of an organisation: Russian (`bic`, `corr_account`) or an IBAN with its `swift`.

    Numbers have no blanks. Of the accounts in one currency one is the main one; an account that is
    not `active` takes no more money, and stays because statements speak of it.
    """

    __tablename__ = "bank_account"
    __table_args__ = {"schema": "people"}

    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))
    currency: Mapped[str]
    bank_name: Mapped[str]
    city: Mapped[str] = mapped_column(default="")
    bic: Mapped[str] = mapped_column(default="")
    corr_account: Mapped[str] = mapped_column(default="")
    account: Mapped[str]
    swift: Mapped[str] = mapped_column(default="")
    is_main: Mapped[bool]
    active: Mapped[bool] = mapped_column(default=True)


class StaffMember(Base):
    """One of the vendor's people."""

    __tablename__ = "staff_member"
    __table_args__ = {"schema": "people"}

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    active: Mapped[bool] = mapped_column(default=True)

    person: Mapped[Person] = relationship(lazy="joined")
