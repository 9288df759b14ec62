"""Statements in SWIFT MT940 (:20: … :62F:), strictly: what is folded, cut or out of order is told.

Written by hand because the library that reads the format skips what it doesn't understand, and a
statement of which a part is missing must not be taken.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from billing.bank.encoding import decode, split_lines
from billing.bank.errors import StatementError
from billing.bank.figures import make_date, read_minor
from billing.bank.mt940_line import Entry, read_entry
from billing.bank.statement import Balance, Statement

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

_FIELD: Final = re.compile(r":([0-9]{2}[A-Z]?):(.*)", re.ASCII)
_BALANCE: Final = re.compile(r"([CD])([0-9]{6})([A-Z]{3})([0-9]{1,12},[0-9]{0,3})", re.ASCII)
_BLOCKS: Final = re.compile(r"^(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}\s*)*\{4:\s*")
_KNOWN: Final = {"20", "21", "25", "25P", "28", "28C", "60F", "60M", "61", "86", "62F", "62M", "64", "65"}
# The standard has six lines of 65 signs; banks write more, but no book.
_MOST_LINES: Final = 50
_LONGEST_LINE: Final = 1000
# Also the first line of a field, which some banks never fold; blocks are not looked for in more.
_LONGEST_BEGINNING: Final = 10_000
_OTHER: Final = {"13", "13D", "34F", "90C", "90D", "NS"}


@dataclass
class Field:
    """A field of a message: its tag, its lines and where it begins."""

    tag: str
    lines: list[str]
    line: int

    @property
    def value(self) -> str:
        """The first line, which is all of it in most fields."""
        return self.lines[0].strip()


@dataclass
class _Message:
    """One statement within a file: from :20: up to its closing balance."""

    line: int
    account: str = ""
    opening: tuple[int, str, date] | None = None
    closing: tuple[int, str, date] | None = None
    entries: list[Entry] = field(default_factory=list)


def read_mt940(content: bytes) -> Statement:
    """The statement in a file of this format; raises StatementError."""
    messages = list(_messages(decode(content, mark=":20:")))
    accounts = tuple(dict.fromkeys(one.account for one in messages))
    return Statement(
        format="mt940",
        accounts=accounts,
        balances=tuple(balance for one in messages if (balance := _balance(one))),
        lines=tuple(
            read_entry(entry, account=one.account, currency=one.opening[1], mark=f"{one.line}/{n}")
            for one in messages
            if one.opening
            for n, entry in enumerate(one.entries, start=1)
        ),
    )


def _fields(text: str) -> Iterator[Field]:
    """The fields in order; lines without a tag go on with the field before them."""
    current: Field | None = None
    for number, line in enumerate(split_lines(text), start=1):
        bare = _bare(line, number)
        if not bare or bare.startswith(("-}", "{")) or bare == "-":
            continue
        found = _FIELD.fullmatch(bare)
        if found:
            if current:
                yield current
            current = Field(found[1], [found[2]], number)
        elif current is None:
            raise StatementError("statement_tag", line=number, value=bare)
        else:
            if len(current.lines) == _MOST_LINES or len(bare) > _LONGEST_LINE:
                raise StatementError("statement_tag", line=number, value=bare)
            current.lines.append(bare)
    if current:
        yield current


def _bare(line: str, number: int) -> str:
    """A line without the blocks before the message."""
    if len(line) > _LONGEST_BEGINNING:
        raise StatementError("statement_tag", line=number, value=line)
    return _BLOCKS.sub("", line).rstrip()


def _messages(text: str) -> Iterator[_Message]:
    current: _Message | None = None
    last = 1
    for one in _fields(text):
        last = one.line
        if one.tag == "20":
            if current:
                yield _whole(current, last)
            current = _Message(one.line)
        elif current is None or one.tag not in _KNOWN | _OTHER:
            raise StatementError("statement_tag", line=one.line, value=f":{one.tag}:")
        else:
            _take(current, one)
    if current is None:
        raise StatementError("statement_format")
    yield _whole(current, last)


def _take(message: _Message, one: Field) -> None:
    """Put a field where it belongs; balances and movements keep the order of the standard."""
    if one.tag in {"25", "25P"}:
        message.account = _account(one)
    elif one.tag in {"60F", "60M"}:
        message.opening = _read_balance(one)
    elif one.tag in {"62F", "62M"}:
        message.closing = _read_balance(one)
    elif one.tag == "61":
        if message.opening is None or message.closing is not None:
            raise StatementError("statement_order", line=one.line, value=":61:")
        message.entries.append(Entry(one.lines, [], one.line))
    elif one.tag == "86" and message.entries and message.closing is None:
        message.entries[-1].details += one.lines


def _whole(message: _Message, last: int) -> _Message:
    """The message, if nothing of it is missing."""
    if not message.account:
        raise StatementError("statement_missing", line=message.line, key=":25:")
    if message.opening is None:
        raise StatementError("statement_missing", line=message.line, key=":60F:")
    if message.closing is None:
        raise StatementError("statement_truncated", line=last)
    return message


def _account(one: Field) -> str:
    """The account alone: banks write «БИК/account», and the currency behind it."""
    account = one.value.rpartition("/")[2].split(" ")[0]
    return re.sub(r"(?<=[0-9])(?:RUB|RUR|EUR|USD|CNY)$", "", account)


def _read_balance(one: Field) -> tuple[int, str, date]:
    found = _BALANCE.fullmatch(one.value)
    if not found:
        raise StatementError("statement_amount", line=one.line, value=one.value)
    currency = "RUB" if found[3] == "RUR" else found[3]
    minor = read_minor(found[4], currency, line=one.line, signed=True)
    on = make_date(
        2000 + int(found[2][:2]), int(found[2][2:4]), int(found[2][4:]), text=one.value, line=one.line
    )
    return (-minor if found[1] == "D" else minor), currency, on


def _balance(message: _Message) -> Balance | None:
    if message.opening is None or message.closing is None:
        return None
    (opening, currency, first), (closing, _, last) = message.opening, message.closing
    return Balance(message.account, first, last, currency, opening=opening, closing=closing)
