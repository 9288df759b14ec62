"""Articles of the knowledge base, and every text that they have had."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import FetchedValue, ForeignKey
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.catalogue.models import Product
from services.core.db import Base, Id
from services.core.texts import Texts


class Article(Base):
    """One article, `draft` or `published`; without a product it is about all of them.

    `plain` is the body (Markdown) without its signs: what is searched and quoted. `minutes` is
    how long it takes to read. The database makes `search`, the stems it is found by (0031).
    """

    __tablename__ = "article"
    __table_args__ = {"schema": "support"}

    id: Mapped[Id]
    slug: Mapped[str]
    product_id: Mapped[int | None] = mapped_column(ForeignKey(Product.id))
    title: Mapped[Texts]
    body: Mapped[Texts]
    plain: Mapped[Texts]
    state: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)
    minutes: Mapped[int]
    helped: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime]
    updated_by: Mapped[str]
    search: Mapped[str | None] = mapped_column(TSVECTOR, FetchedValue(), deferred=True)

    product: Mapped[Product | None] = relationship(lazy="joined")

    @property
    def is_published(self) -> bool:
        """Whether customers see it."""
        return self.state == "published"


class ArticleVersion(Base):
    """What an article said from `at` on; never changed."""

    __tablename__ = "article_version"
    __table_args__ = {"schema": "support"}

    article_id: Mapped[int] = mapped_column(ForeignKey(Article.id), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    product_id: Mapped[int | None] = mapped_column(ForeignKey(Product.id))
    title: Mapped[Texts]
    body: Mapped[Texts]
    state: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]
