"""What is typed into forms, before anything looks at it."""

from __future__ import annotations

_KEPT = frozenset("\n\r\t")


def tidy(text: str | None) -> str | None:
    """Take blanks off both ends, and signs that no keyboard types on purpose (NUL among them)."""
    if text is None:
        return None
    return "".join(sign for sign in text if sign.isprintable() or sign in _KEPT).strip()
