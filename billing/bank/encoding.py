"""Which letters a file is written in, judged by its bytes: what its header says is often wrong."""

from __future__ import annotations

import re
from typing import Final

from billing.bank.errors import StatementError

# In this order: UTF-8 hardly ever fits by chance, while 866 takes any bytes at all.
ENCODINGS: Final = ("utf-8-sig", "cp1251", "cp866")
_BREAK: Final = re.compile(r"\r\n|\r|\n")
# No text holds these; the end-of-file sign of DOS may close one.
_BINARY: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")


def decode(content: bytes, *, mark: str) -> str:
    """The text of `content` in the first encoding that fits and shows `mark`, without a closing 0x1A.

    Raises StatementError: `statement_encoding`, also for what is no text.
    """
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if mark in text:
            return _checked(text.rstrip("\x1a"))
    raise StatementError("statement_encoding")


def split_lines(text: str) -> list[str]:
    """The lines of a text, by CRLF, LF or CR only: `splitlines` would also break within a purpose."""
    return _BREAK.split(text)


def _checked(text: str) -> str:
    strange = _BINARY.search(text)
    if strange:
        raise StatementError("statement_encoding", line=len(split_lines(text[: strange.start()])))
    return text
