"""Finding articles by the stems of words, however they were typed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select, text

from services.support.articles.models import Article

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

_WORD = re.compile(r"\w+")
_READ_AT_MOST = 2_000
_MOST_WORDS = 12
_LONGEST_WORD = 40
_SHORTEST_BEGINNING = 3
"""A shorter last word would begin too many others: it has to be whole."""
_FOLDED = str.maketrans("ёЁ", "еЕ")
_FROM, _TO = "\ue000", "\ue001"
_QUOTE = f'StartSel="{_FROM}", StopSel="{_TO}", MaxFragments=1, MinWords=8, MaxWords=20'

# Words that everybody writes would rank half of a large base: so many are enough to choose from.
_CANDIDATES = """
    SELECT id, search, helped FROM support.article
    WHERE state = 'published' AND search @@ to_tsquery('russian', :asked)
      AND (CAST(:product_id AS bigint) IS NULL OR product_id = :product_id OR product_id IS NULL)
    LIMIT 500
"""
_OF_ALL_WORDS = f"""
    WITH found AS ({_CANDIDATES})
    SELECT id FROM found
    ORDER BY ts_rank(search, to_tsquery('russian', :asked), 1) DESC, helped DESC, id LIMIT :limit
"""  # noqa: S608 - of our own words
_OF_MOST_WORDS = f"""
    WITH word AS MATERIALIZED (
        SELECT query FROM unnest(CAST(:words AS text[])) AS typed, to_tsquery('russian', typed) AS query
        WHERE numnode(query) > 0
    ), found AS ({_CANDIDATES})
    SELECT id FROM found
    CROSS JOIN LATERAL (SELECT count(*) AS hits FROM word WHERE found.search @@ word.query) AS counted
    WHERE hits * 2 >= (SELECT count(*) FROM word)
    ORDER BY hits DESC, ts_rank(search, to_tsquery('russian', :asked), 1) DESC, helped DESC, id LIMIT :limit
"""  # noqa: S608 - of our own words
_HEADLINES = """
    SELECT id, ts_headline('russian', translate(plain ->> :locale, 'ёЁ', 'еЕ'),
        to_tsquery('russian', :asked), :quote) AS quote
    FROM support.article WHERE id = ANY(:ids)
"""


@dataclass(frozen=True)
class Found:
    """An article, and a line or two of it: pieces of text, each with whether it is a word asked for."""

    article: Article
    quote: tuple[tuple[str, bool], ...]


def search_articles(
    db: Session, *, words: str, product_id: int | None, locale: str, limit: int
) -> list[Found]:
    """The published articles that hold all of `words`, or most of them where none holds all; best first.

    Any text may be asked for: its first 12 words count, by their stems, the last one also as a
    beginning. A `product_id` leaves those about this product and about all. Titles weigh more
    than bodies; quotes are in `locale`.
    """
    asked = split_words(words)
    if not asked:
        return []
    where = {"product_id": product_id, "limit": limit}
    ids = _ids(db, _OF_ALL_WORDS, asked=" & ".join(asked), **where)
    if not ids and len(asked) > 1:
        ids = _ids(db, _OF_MOST_WORDS, asked=" | ".join(asked), words=asked, **where)
    return _found(db, ids, " | ".join(asked), locale)


def split_words(typed: str) -> list[str]:
    """What was typed as words in the syntax of `to_tsquery`: at most 12, quoted, the last one open."""
    words = [word[:_LONGEST_WORD] for word in _WORD.findall(typed[:_READ_AT_MOST].translate(_FOLDED))]
    words = [word for word in words[:_MOST_WORDS] if word.strip("_")]
    if not words:
        return []
    *whole, last = (f"'{word}'" for word in words)
    return [*whole, f"{last}:*" if len(words[-1]) >= _SHORTEST_BEGINNING else last]


def _ids(db: Session, statement: str, **given: object) -> list[int]:
    return list(db.scalars(text(statement), given))


def _found(db: Session, ids: Sequence[int], asked: str, locale: str) -> list[Found]:
    if not ids:
        return []
    given = {"ids": list(ids), "asked": asked, "quote": _QUOTE, "locale": "en" if locale == "en" else "ru"}
    quotes = {row.id: row.quote for row in db.execute(text(_HEADLINES), given)}
    articles = {one.id: one for one in db.scalars(select(Article).where(Article.id.in_(ids)))}
    return [Found(articles[id_], _pieces(articles[id_].plain.of(locale), quotes[id_])) for id_ in ids]


def _pieces(plain: str, quote: str) -> tuple[tuple[str, bool], ...]:
    """Cut the quoted place out of the text itself, whose ё the search doesn't know."""
    bare = quote.replace(_FROM, "").replace(_TO, "")
    at = plain.translate(_FOLDED).find(bare)
    if at < 0:
        return ((plain[: len(bare)], False),)
    pieces = []
    for n, part in enumerate(re.split(f"[{_FROM}{_TO}]", quote)):
        if part:
            pieces.append((plain[at : at + len(part)], n % 2 == 1))
            at += len(part)
    return tuple(pieces)
