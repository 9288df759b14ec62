"""A bank's statement from its bytes, whichever of four formats it is in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from billing.bank.camt import read_camt
from billing.bank.errors import StatementError
from billing.bank.mt940 import read_mt940
from billing.bank.one_c import read_one_c
from billing.bank.table import read_table

if TYPE_CHECKING:
    from billing.bank.statement import Statement
    from billing.bank.table import TableMapping

MOST_BYTES: Final = 16 * 1024 * 1024
_BOMS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_MT940: Final = re.compile(rb"(?:^|[\r\n]|\{4:\s*):20:")
_BEGINNING: Final = 4096
# A file of the largest size has a tenth of these; what has more would only fill the memory.
_MOST_LINES: Final = 2_000_000
_MOST_TAGS: Final = 2_000_000


def read_statement(content: bytes, *, name: str, mapping: TableMapping | None = None) -> Statement:
    """What the file `name` says, told by its bytes and never by its name; a table needs its `mapping`.

    Whole or not at all: raises StatementError, which knows the line.
    """
    start = _beginning(content)
    if not start:
        raise StatementError("statement_empty", name=name)
    if len(content) > MOST_BYTES:
        raise StatementError("statement_size", name=name)
    if _is_crumbled(content, start):
        raise StatementError("statement_format", name=name)
    if start.startswith(b"1CClientBankExchange"):
        return read_one_c(content)
    if start.startswith(b"<"):
        return read_camt(content)
    if _MT940.search(start):
        return read_mt940(content)
    if mapping is not None:
        return read_table(content, mapping=mapping)
    code = "statement_mapping_wanted" if _is_table(name, start) else "statement_format"
    raise StatementError(code, name=name)


def _beginning(content: bytes) -> bytes:
    start = content[:_BEGINNING]
    for bom in _BOMS:
        start = start.removeprefix(bom)
    return start.lstrip(b" \t\r\n\x00")


def _is_crumbled(content: bytes, start: bytes) -> bool:
    """Whether it falls into more pieces than any statement of its size."""
    tags = content.count(b"<") if start.startswith(b"<") else 0
    return tags > _MOST_TAGS or max(content.count(b"\n"), content.count(b"\r")) > _MOST_LINES


def _is_table(name: str, start: bytes) -> bool:
    """Whether this can be a table: its name says so, or its first lines are cut by the same sign."""
    if name.lower().endswith((".csv", ".tsv")):
        return True
    return any(line.count(sign) >= 3 for line in start.splitlines()[:5] for sign in (b";", b"\t"))
