"""Writing articles: each change leaves the text as it was in the history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from services.core.audit import record
from services.core.errors import InvalidError
from services.support.articles.models import Article, ArticleVersion
from services.support.articles.plain import plain_texts, reading_minutes
from services.support.articles.queries import find_article

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.catalogue.models import Product
    from services.core.texts import Texts

DRAFT, PUBLISHED = "draft", "published"


def add_article(
    db: Session,
    *,
    slug: str,
    product: Product | None,
    title: Texts,
    body: Texts,
    position: int = 0,
    actor: str,
    now: datetime,
) -> Article:
    """Write a new article, as a draft; raises InvalidError `taken` or `empty`.

    `slug` is its name in addresses, for ever: small Latin letters, figures and hyphens.
    """
    if find_article(db, slug=slug) is not None:
        raise InvalidError("taken", field="slug")
    article = Article(slug=slug, state=DRAFT, product=product, position=position, helped=0)
    _write(article, title, body)
    article.updated_at, article.updated_by = now, actor
    db.add(article)
    db.flush()
    _keep(db, article, "article.add", actor, now)
    return article


def edit_article(
    db: Session,
    *,
    article: Article,
    product: Product | None,
    title: Texts,
    body: Texts,
    position: int,
    actor: str,
    now: datetime,
) -> Article:
    """Give an article another text; a published one is read so at once. Raises InvalidError `empty`."""
    article.product, article.position = product, position
    _write(article, title, body)
    _keep(db, article, "article.edit", actor, now)
    return article


def publish_article(db: Session, *, article: Article, actor: str, now: datetime) -> Article:
    """Show an article to customers; a second time changes nothing."""
    if not article.is_published:
        article.state = PUBLISHED
        _keep(db, article, "article.publish", actor, now)
    return article


def withdraw_article(db: Session, *, article: Article, actor: str, now: datetime) -> Article:
    """Take an article back among the drafts; a second time changes nothing."""
    if article.is_published:
        article.state = DRAFT
        _keep(db, article, "article.withdraw", actor, now)
    return article


def count_help(db: Session, *, article: Article) -> None:
    """Count that an article has helped somebody once more."""
    # In the database: two who press at once are two.
    db.execute(update(Article).where(Article.id == article.id).values(helped=Article.helped + 1))


def _write(article: Article, title: Texts, body: Texts) -> None:
    plain = plain_texts(body)
    for name, text in (("title", title), ("body", plain)):
        if not (text.ru.strip() and text.en.strip()):
            raise InvalidError("empty", field=name)
    article.title, article.body, article.plain = title, body, plain
    article.minutes = reading_minutes(plain)


def _keep(db: Session, article: Article, verb: str, actor: str, now: datetime) -> None:
    article.updated_at, article.updated_by = now, actor
    db.flush()  # holds the row: two writers, one number each
    last = select(func.max(ArticleVersion.n)).where(ArticleVersion.article_id == article.id)
    n = (db.scalar(last) or 0) + 1
    version = ArticleVersion(
        article_id=article.id,
        n=n,
        product_id=article.product_id,
        title=article.title,
        body=article.body,
        state=article.state,
        at=now,
        by=actor,
    )
    db.add(version)
    db.flush()
    record(db, actor=actor, verb=verb, subject=f"article:{article.slug}", after={"n": n}, now=now)
