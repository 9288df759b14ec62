"""What is typed into forms, before anything looks at it."""

from __future__ import annotations

_KEPT = frozenset("\n\r\t")


def tidy(text: str | None) -> str | None:
    """Take blanks off both ends, and signs that no keyboard types on purpose (NUL among them)."""
    if text is None:
        return None
    return "".join(map(_neat, text)).strip()


def _neat(sign: str) -> str:
    if sign.isprintable() or sign in _KEPT:
        return sign
    return " " if sign.isspace() else ""  # no-break and other blanks come along with pasted text


def tidy_line(text: str | None) -> str | None:
    """The same for what has one line: a second one could pass for words of ours in a letter."""
    tidied = tidy(text)
    return tidied if tidied is None else " ".join(tidied.split())
