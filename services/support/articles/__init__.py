"""The knowledge base."""

from services.support.articles.commands import (
    add_article,
    count_help,
    edit_article,
    publish_article,
    withdraw_article,
)
from services.support.articles.queries import (
    article_link,
    count_articles,
    find_article,
    get_article,
    list_all_articles,
    list_article_versions,
    list_articles,
)
from services.support.articles.searching import Found, search_articles

__all__ = [
    "Found",
    "add_article",
    "article_link",
    "count_articles",
    "count_help",
    "edit_article",
    "find_article",
    "get_article",
    "list_all_articles",
    "list_article_versions",
    "list_articles",
    "publish_article",
    "search_articles",
    "withdraw_article",
]
