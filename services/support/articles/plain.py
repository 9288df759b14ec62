"""An article without the signs of its Markdown: what is searched, quoted and counted."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from services.core.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

_WORDS_A_MINUTE = 160
"""How fast one reads and does what is written."""


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def plain_texts(body: Texts) -> Texts:
    """Both languages without their signs."""
    return Texts(ru=plain(body.ru), en=plain(body.en))


def plain(markdown: str) -> str:
    """The words of a text in Markdown, one block a line; links by their words, pictures left out."""
    lines = ("".join(_words(token)).strip() for token in _markdown().parse(markdown))
    return "\n".join(line for line in lines if line)


def _words(block: Token) -> Iterator[str]:
    if block.type in {"fence", "code_block"}:
        yield block.content
    for token in block.children or ():
        if token.type in {"text", "code_inline"}:
            yield token.content
        elif token.type in {"softbreak", "hardbreak"}:
            yield " "


def reading_minutes(plain: Texts) -> int:
    """Whole minutes that the longer of both languages takes, at least one."""
    words = max(len(plain.ru.split()), len(plain.en.split()))
    return max(1, math.ceil(words / _WORDS_A_MINUTE))
