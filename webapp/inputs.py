"""What is typed into forms, before anything looks at it."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email

_KEPT = frozenset("\n\r\t")
_LONGEST_ADDRESS = 254


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


def read_email(typed: str | None) -> str | None:
    """The e-mail address in `typed` in its usual form, or None if its shape is none.

    Whether letters arrive only a letter can tell. Whatever is longer than an address may be
    (RFC 5321) is not looked at: looking costs time.
    """
    if not typed or len(typed) > _LONGEST_ADDRESS:
        return None
    try:
        return validate_email(typed, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        return None
