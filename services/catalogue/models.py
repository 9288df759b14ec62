"""What the vendor makes and what his people offer to do."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.core.db import Base, Id
from services.core.texts import Texts, TextsListType


class Product(Base):
    """One of the vendor's products and how its customers name their installation of it.

    `identifier_kind` is `project_name`, `project_code` or `none`; `preparation` says in a
    few words what a free request will need. No `kb_url` is a normal state.
    """

    __tablename__ = "product"
    __table_args__ = {"schema": "catalogue"}

    id: Mapped[Id]
    slug: Mapped[str]
    position: Mapped[int]
    name: Mapped[Texts]
    identifier_kind: Mapped[str]
    identifier_hint: Mapped[Texts | None]
    preparation: Mapped[Texts]
    kb_url: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)

    fields: Mapped[list[RequestField]] = relationship(order_by="RequestField.position")


class RequestField(Base):
    """A field of the free request's form for one product, with the reason why it is asked."""

    __tablename__ = "request_field"
    __table_args__ = {"schema": "catalogue"}

    id: Mapped[Id]
    product_id: Mapped[int] = mapped_column(ForeignKey(Product.id))
    key: Mapped[str]
    position: Mapped[int]
    kind: Mapped[str]
    required: Mapped[bool]
    label: Mapped[Texts]
    hint: Mapped[Texts | None]
    reason: Mapped[Texts]


class Service(Base):
    """A one-off remote session that can be booked; all times are whole minutes.

    `buffer_*` keep the specialist free around the session; `notice_minutes` is elapsed
    time before the start, `horizon_days` counts the customer's dates. `skills` are tags
    that a specialist must have; `mode` is `any` (one of them) or `all` (everyone).
    """

    __tablename__ = "service"
    __table_args__ = {"schema": "catalogue"}

    id: Mapped[Id]
    slug: Mapped[str]
    position: Mapped[int]
    name: Mapped[Texts]
    summary: Mapped[Texts]
    lead: Mapped[Texts]
    included: Mapped[list[Texts]] = mapped_column(TextsListType)
    excluded: Mapped[list[Texts]] = mapped_column(TextsListType)
    needs: Mapped[list[Texts]] = mapped_column(TextsListType)
    minutes: Mapped[int]
    grid_minutes: Mapped[int]
    buffer_before: Mapped[int] = mapped_column(default=0)
    buffer_after: Mapped[int] = mapped_column(default=0)
    notice_minutes: Mapped[int]
    horizon_days: Mapped[int]
    skills: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    mode: Mapped[str] = mapped_column(default="any")
    active: Mapped[bool] = mapped_column(default=True)


class Tool(Base):
    """A program for connecting; `id_pattern` only ever warns about an odd ID, never blocks."""

    __tablename__ = "tool"
    __table_args__ = {"schema": "catalogue"}

    id: Mapped[Id]
    slug: Mapped[str]
    position: Mapped[int]
    name: Mapped[Texts]
    id_hint: Mapped[Texts]
    id_pattern: Mapped[str]
    download_url: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
