"""What good typesetting wants, put into the copy by rule, so that the files stay easy to edit."""

from __future__ import annotations

import re

NB = "\u00a0"
APOSTROPHE = "\u2019"

_RULES = (
    # A dash never begins a line.
    (re.compile(r"(?<=\S) (?=—)"), NB),
    # One- and two-letter words stay with what follows.
    (re.compile(r"(?<![\w-])([А-Яа-яЁё]{1,2}) (?=[\w«(\[])"), rf"\1{NB}"),
    # Groups of figures, and figures with what they count.
    (re.compile(r"(?<=\d) (?=\d{3}(?!\d))"), NB),
    (re.compile(r"(?<=\d) (?=[₽€а-яё]|[КМГ]Б\b)"), NB),
    (re.compile(r"(№|ст\.|стать[яией]+|пункта?|раздел[еа]?|част[ьи]) (?=\d)"), rf"\1{NB}"),
)


def bind(text: str) -> str:
    """`text` with no-break spaces where Russian typography wants them; twice changes nothing."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
        # Two short words in a row overlap: "и в работе".
        text = pattern.sub(replacement, text)
    return text


def curl(text: str) -> str:
    """English `text` with apostrophes as they are printed."""
    return text.replace("'", APOSTROPHE)
