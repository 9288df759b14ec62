"""Articles by their names and in their order, and what they said before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from services.core.errors import NotFoundError
from services.support.articles.models import Article, ArticleVersion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from services.catalogue.models import Product
    from services.core.settings import CoreSettings


def find_article(db: Session, *, slug: str) -> Article | None:
    """The article with this slug, draft or published."""
    return db.scalar(select(Article).where(Article.slug == slug))


def get_article(db: Session, *, slug: str, published_only: bool = False) -> Article:
    """The article with this slug; raises NotFoundError, also for a draft where only published ones count."""
    article = find_article(db, slug=slug)
    if article is None or (published_only and not article.is_published):
        raise NotFoundError(kind="article")
    return article


def list_articles(
    db: Session, *, product: Product | None, limit: int = 20, offset: int = 0
) -> Sequence[Article]:
    """Published articles about a product, or about all products where none is given, in their order."""
    query = _published_about(product).order_by(Article.position, Article.id)
    return db.scalars(query.limit(limit).offset(offset)).all()


def count_articles(db: Session, *, product: Product | None) -> int:
    """How many articles `list_articles` has in all."""
    return db.scalar(_published_about(product).with_only_columns(func.count())) or 0


def list_all_articles(db: Session, *, limit: int = 500) -> Sequence[Article]:
    """Drafts and published ones, by product and order; for those who write them."""
    query = select(Article).order_by(Article.product_id.nulls_last(), Article.position, Article.id)
    return db.scalars(query.limit(limit)).all()


def list_article_versions(db: Session, *, article: Article) -> Sequence[ArticleVersion]:
    """Everything that an article has said, the newest first."""
    query = select(ArticleVersion).where(ArticleVersion.article_id == article.id)
    return db.scalars(query.order_by(ArticleVersion.n.desc())).all()


def article_link(core: CoreSettings, article: Article) -> str:
    """The absolute address of an article's page, as an answer quotes it."""
    return f"{core.public_url}/support/articles/{article.slug}"


def _published_about(product: Product | None) -> Select[Article]:
    about = Article.product_id == product.id if product is not None else Article.product_id.is_(None)
    return select(Article).where(Article.state == "published", about)
