"""The invented articles of the knowledge base."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services import catalogue
from services.support import articles
from webapp.demo.source import read, texts

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def add_articles(db: Session, *, actor: str, now: datetime) -> None:
    """Write and publish them, in the order of the file."""
    for position, row in enumerate(read("articles.toml")["article"], start=1):
        made = articles.add_article(
            db,
            slug=row["slug"],
            product=catalogue.get_product(db, slug=row["product"]),
            title=texts(row["title"]),
            body=texts(row),
            position=position * 10,
            actor=actor,
            now=now,
        )
        articles.publish_article(db, article=made, actor=actor, now=now)
